// Requests, intents to issue, and the numbers that this side may give out.
import type { Migration } from '#platform';

export const requestsAndIssuance: Migration = {
  name: '0002-requests-and-issuance',
  sql: `
    create table requests (
      id numeric primary key,
      kind text not null check (kind in ('enrollment', 'renewal', 'revocation', 'release')),
      state text not null check (state in ('begin', 'pending', 'approved', 'svc_pending', 'canceled', 'rejected', 'complete')),
      created_at timestamptz not null,
      modified_at timestamptz not null,
      owner text,
      authority_id text,
      profile_id text,
      policy_set_id text,
      -- json, not jsonb: it keeps the order of names and takes any text that a client sent, NUL included.
      inputs json not null,
      attributes json not null,
      draft_der bytea,
      error_message text,
      failed boolean not null,
      certificate_serials numeric[] not null,
      origin text not null check (origin in ('native', 'imported')),
      -- True once this side has decided anything about it: the import's source no longer does.
      changed_natively boolean not null,
      recorded_at timestamptz not null default now()
    );
    alter table requests alter column draft_der set storage external;
    create index requests_state on requests (state, id);
    create index requests_kind on requests (kind, id);

    create table issuance_intents (
      serial_number numeric primary key,
      authority_id text not null,
      request_id numeric not null,
      tbs_certificate_der bytea not null,
      signature_algorithm text not null,
      issued_by text,
      -- An abandoned intent stays, so that its serial number is never used again; one that was carried out is deleted.
      state text not null default 'open' check (state in ('open', 'abandoned')),
      recorded_at timestamptz not null default now()
    );
    create unique index issuance_intents_one_per_request on issuance_intents (request_id) where state = 'open';

    create table number_ranges (
      kind text not null check (kind in ('serial-number', 'request-id')),
      -- Empty for request ids, which all authorities share.
      authority_id text not null,
      first_number numeric not null,
      last_number numeric not null,
      -- Everything below was given to some process and is never given again.
      next_number numeric not null,
      is_active boolean not null,
      set_at timestamptz not null,
      primary key (kind, first_number),
      check (first_number > 0 and first_number <= last_number),
      check (next_number between first_number and last_number + 1),
      check ((kind = 'request-id') = (authority_id = '')),
      constraint number_ranges_do_not_overlap_serials
        exclude using gist (numrange(first_number, last_number, '[]') with &&) where (kind = 'serial-number'),
      constraint number_ranges_do_not_overlap_requests
        exclude using gist (numrange(first_number, last_number, '[]') with &&) where (kind = 'request-id')
    );
    create unique index number_ranges_active on number_ranges (kind, authority_id) where is_active;

    create table pens (
      authority_id text not null,
      -- certificates:<profile id>, certificates:*, crl, ocsp
      scope text not null,
      holder text not null check (holder in ('native', 'upstream')),
      moved_at timestamptz not null,
      moved_by text not null,
      reason text not null,
      primary key (authority_id, scope)
    );
  `,
};
