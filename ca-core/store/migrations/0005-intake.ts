// What imports leave beside the facts: how far they came, and what was noted on the way.
import type { Migration } from '#platform';

export const intake: Migration = {
  name: '0005-intake',
  sql: `
    create table import_checkpoints (
      name text primary key,
      value text not null,
      recorded_at timestamptz not null default now()
    );
    create table findings (
      id bigint generated always as identity primary key,
      -- SHA-256 over all parts, so that a batch that is judged again notes nothing twice.
      fingerprint bytea not null unique,
      kind text not null,
      verdict text not null check (verdict in ('accepted', 'refused')),
      message text not null,
      source text not null,
      entry text not null,
      recorded_at timestamptz not null default now()
    );
    create index findings_entry on findings (md5(entry), md5(source));
  `,
};
