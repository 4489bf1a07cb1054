// Authorities with their CRLs, profiles, and who may do what.
import type { Migration } from '#platform';

export const authoritiesProfilesAccess: Migration = {
  name: '0003-authorities-profiles-access',
  sql: `
    create table authorities (
      id text primary key,
      is_host_authority boolean not null,
      parent_id text,
      subject text not null,
      issuer text not null,
      serial_number numeric,
      enabled boolean not null,
      description text,
      ready boolean not null,
      -- Null while an imported authority waits for its certificate to be imported.
      certificate_der bytea,
      -- Certificates above its own, nearest first; null where they are found among the authorities.
      issuers_der bytea[],
      -- An issuer that no longer is an authority here, known by the certificates that it once signed.
      is_former boolean not null,
      origin text not null check (origin in ('native', 'imported')),
      recorded_at timestamptz not null default now()
    );
    create unique index authorities_host on authorities (is_host_authority) where is_host_authority;

    create table crls (
      issuing_point text not null,
      kind text not null check (kind in ('full', 'delta')),
      crl_number numeric not null,
      -- Null where only the number is known, and for those that have long been replaced.
      crl_der bytea,
      this_update timestamptz,
      next_update timestamptz,
      entry_count integer,
      origin text not null check (origin in ('native', 'imported')),
      recorded_at timestamptz not null default now(),
      primary key (issuing_point, kind, crl_number),
      check (crl_der is null or (this_update is not null and entry_count is not null))
    );
    alter table crls alter column crl_der set storage external;
    create index crls_with_content on crls (issuing_point, kind, crl_number) where crl_der is not null;

    create table profiles (
      id text primary key,
      class_id text not null,
      configuration_text text not null,
      revision bigint not null,
      origin text not null check (origin in ('native', 'imported'))
    );

    create table users (
      user_id text primary key,
      full_name text not null,
      email text,
      certificates_der bytea[] not null,
      certificate_claims text[] not null,
      origin text not null check (origin in ('native', 'imported'))
    );
    create table groups (
      name text primary key,
      -- Not a foreign key: a source may name members that it does not hold.
      member_user_ids text[] not null,
      origin text not null check (origin in ('native', 'imported'))
    );
    create table access_rules (
      resource text primary key,
      operations text[] not null,
      clauses json not null,
      comment text not null,
      origin text not null check (origin in ('native', 'imported'))
    );

    -- One row for each kind of thing that is cached elsewhere; grows with every change.
    create table revisions (subject text primary key, revision bigint not null);
    insert into revisions values ('profiles', 0), ('access', 0);
  `,
};
