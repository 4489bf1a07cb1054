// The second date of a revocation: what clients are told beside the certificate, where it differs from the one in CRLs.
import type { Migration } from '#platform';

export const notedRevocations: Migration = {
  name: '0008-noted-revocations',
  sql: `
    alter table certificates add column revocation_noted_at timestamptz
      check (revoked_at is not null or revocation_noted_at is null);
    -- Searches by the date of revocation go by what clients are told.
    drop index certificates_revoked_at;
    create index certificates_revoked_at on certificates ((coalesce(revocation_noted_at, revoked_at)))
      where revoked_at is not null;
  `,
};
