// The audit chain: records that are only ever added, and the head that says how many there are.
import type { Migration } from '#platform';

export const auditChain: Migration = {
  name: '0004-audit-chain',
  sql: `
    create table audit_records (
      sequence bigint primary key,
      time_micros bigint not null,
      name text not null,
      outcome text not null,
      actor text not null,
      remote_address text,
      -- json, not jsonb: the MAC is over exactly this text's content.
      details json not null,
      mac bytea not null
    );
    create table audit_head (
      only_row boolean primary key default true check (only_row),
      chain_id text not null,
      key_id text not null,
      record_count bigint not null,
      last_mac bytea not null,
      head_mac bytea not null
    );
    -- No protection against the owner of the database (the MACs are), but against a slip of the hand.
    create function refuse_audit_change() returns trigger language plpgsql as $$
    begin
      raise exception 'audit records are never changed or deleted';
    end
    $$;
    create trigger audit_records_stay before update or delete or truncate on audit_records
      for each statement execute function refuse_audit_change();
  `,
};
