// Certificates: exact DER, what became of them, and a column for every condition of a search.
import type { Migration } from '#platform';

export const certificates: Migration = {
  name: '0001-certificates',
  sql: `
    create table certificates (
      serial_number numeric primary key,
      authority_id text not null,
      issuer text not null,
      -- First 8 bytes of SHA-256 of the folded name: names can be longer than an index entry may be.
      issuer_digest bigint not null,
      subject text not null,
      -- Folded by the program, because lower() depends on how the server was set up.
      subject_folded text collate "C" not null,
      subject_digest bigint not null,
      not_before timestamptz not null,
      not_after timestamptz not null,
      validity_ms bigint not null,
      key_algorithm_oid text not null,
      key_bits integer,
      public_key_sha256 bytea not null,
      -- Bit 0 of the extension is the highest bit; null without the extension.
      netscape_certificate_type smallint,
      issued_at timestamptz not null,
      issued_by text,
      request_id numeric,
      profile_id text,
      revoked_at timestamptz,
      revocation_reason smallint,
      revoked_by text,
      invalidity_date timestamptz,
      -- When this side last revoked or released it: an older word of the import's source does not undo that.
      status_changed_natively_at timestamptz,
      origin text not null check (origin in ('native', 'imported')),
      recorded_at timestamptz not null default now(),
      check ((revoked_at is null) = (revocation_reason is null)),
      check (revoked_at is not null or (revoked_by is null and invalidity_date is null))
    );
    -- Apart from the columns, so that searches and counts read a third of the pages.
    create table certificate_contents (
      serial_number numeric primary key,
      certificate_der bytea not null
    );
    -- Signed bytes don't compress; trying costs time on every insert.
    alter table certificate_contents alter column certificate_der set storage external;
    create index certificates_subject on certificates (subject_digest);
    create index certificates_public_key on certificates (public_key_sha256);
    create index certificates_issuer on certificates (issuer_digest, serial_number);
    create index certificates_not_before on certificates (not_before);
    create index certificates_not_after on certificates (not_after) include (not_before) where revoked_at is null;
    create index certificates_not_after_revoked on certificates (not_after) where revoked_at is not null;
    create index certificates_validity on certificates (validity_ms, serial_number);
    create index certificates_issued_at on certificates (issued_at);
    create index certificates_issued_by on certificates (lower(issued_by), serial_number) where issued_by is not null;
    create index certificates_revoked on certificates (authority_id, serial_number) where revoked_at is not null;
    create index certificates_revoked_at on certificates (revoked_at) where revoked_at is not null;
    create index certificates_revoked_by on certificates (lower(revoked_by), serial_number) where revoked_by is not null;
    create index certificates_revocation_reason on certificates (revocation_reason, serial_number) where revoked_at is not null;
    create index certificates_netscape_type on certificates (netscape_certificate_type, serial_number)
      where netscape_certificate_type is not null;

    -- Text anywhere in a subject is found by trigrams where the server offers them; without, the same statements read all subjects.
    do $$
    begin
      if exists (select from pg_available_extensions where name = 'pg_trgm') then
        create extension if not exists pg_trgm;
        -- A short pending list keeps the pause short in which one unlucky commit works it off.
        create index certificates_subject_parts on certificates using gin (subject_folded gin_trgm_ops)
          with (fastupdate = on, gin_pending_list_limit = 512);
      end if;
    exception when insufficient_privilege or undefined_object then
      raise notice 'pg_trgm cannot be used by this user; searches for parts of a subject read all certificates';
    end
    $$;
  `,
};
