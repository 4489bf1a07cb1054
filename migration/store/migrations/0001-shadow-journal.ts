// Comparisons of the shadow: one row each, details only where something differed, and running sums for reports.
export const shadowJournal = {
  name: '0001-shadow-journal',
  sql: `
    create table shadow_comparison (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      operation text not null,
      -- Empty for operations that no profile rules, so that it can be part of a key.
      profile_id text not null,
      mode text not null,
      request_line text not null,
      gateway_request_id text not null,
      verdict text not null check (verdict in ('equal', 'known', 'unexpected', 'failed')),
      -- identical | different, for exchanges in which a certificate was issued.
      issuance text check (issuance in ('identical', 'different')),
      their_status integer not null,
      our_status integer,
      their_ms real not null,
      our_ms real,
      differences jsonb not null default '[]',
      known_ids text[] not null default '{}'
    );
    create index shadow_comparison_noteworthy on shadow_comparison (operation, profile_id, id desc) where verdict in ('unexpected', 'failed');

    -- One row per operation and profile: readiness and reports must not count millions of rows.
    create table shadow_sum (
      operation text not null,
      profile_id text not null,
      equal bigint not null default 0,
      known bigint not null default 0,
      unexpected bigint not null default 0,
      failed bigint not null default 0,
      issuances bigint not null default 0,
      issuances_identical bigint not null default 0,
      refusals bigint not null default 0,
      first_at timestamptz not null,
      last_at timestamptz not null,
      last_unexpected_at timestamptz,
      their_ms_total double precision not null default 0,
      our_ms_total double precision not null default 0,
      primary key (operation, profile_id)
    );

    create table shadow_known_occurrence (
      known_id text primary key,
      occurrences bigint not null,
      last_at timestamptz not null
    );

    -- What the bounded queue had to let go, so that a report never claims more than was looked at.
    create table shadow_drop (
      operation text primary key,
      dropped bigint not null,
      last_at timestamptz not null
    );`,
};
