// Authorities that are being made, renewed or done away with.
import type { Migration } from '#platform';

export const authorityIntents: Migration = {
  name: '0011-authority-intents',
  sql: `
    create table authority_intents (
      authority_id text primary key,
      deed text not null check (deed in ('create', 'renew', 'delete')),
      -- Name of its key in the signer.
      key_id text not null,
      parent_id text,
      subject text not null,
      description text,
      begun_by text not null,
      begun_at timestamptz not null
    );
  `,
};
