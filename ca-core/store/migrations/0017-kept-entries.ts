// Entries of the other side that are kept as they came, and where the keys of its authorities are.
import type { Migration } from '#platform';

export const keptEntries: Migration = {
  name: '0017-kept-entries',
  sql: `
    create table kept_entries (
      kind text not null,
      name text collate "C" not null,
      source text not null,
      -- Name of the entry within the source.
      entry text not null,
      state text,
      owner text,
      algorithm text,
      size numeric,
      -- The entry as LDIF (RFC 2849): every attribute and every octet, whatever the source was.
      content bytea not null,
      recorded_at timestamptz not null default now(),
      primary key (kind, name)
    );

    alter table authorities
      -- Subject as the source's entry spells it, serial number as it stands there; the certificate may say otherwise, or be missing.
      add column told_subject text,
      -- Name of the key's certificate in the key databases of the hosts that have it.
      add column key_nickname text,
      add column key_hosts text[] not null default '{}';
  `,
};
