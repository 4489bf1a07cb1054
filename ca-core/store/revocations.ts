// The revocation columns of certificates: read under lock, then changed together.
import type { Revocation, SerialNumber } from '#ca-core/engine';
import { statement, type Transaction } from '#platform';
import { notedMs, type RevocationColumns, revocationFromRow } from './certificate-columns.ts';
import { storableTextOrNull } from './search-text.ts';

const lock = statement(
  'revocations.lock',
  `select serial_number, revoked_at, revocation_noted_at, revocation_reason, revoked_by, invalidity_date
   from certificates where serial_number = any($1) order by serial_number for update`,
);
const write = statement(
  'revocations.write',
  `update certificates c set
     revoked_at = to_timestamp(given.revoked_at_ms / 1000), revocation_reason = given.revocation_reason,
     revoked_by = given.revoked_by, invalidity_date = to_timestamp(given.invalidity_date_ms / 1000),
     revocation_noted_at = to_timestamp(given.noted_at_ms / 1000),
     status_changed_natively_at = coalesce($7::timestamptz, c.status_changed_natively_at)
   from unnest($1::numeric[], $2::float8[], $3::smallint[], $4::text[], $5::float8[], $6::float8[])
     as given (serial_number, revoked_at_ms, revocation_reason, revoked_by, invalidity_date_ms, noted_at_ms)
   where c.serial_number = given.serial_number`,
);

/** What is known of the certificates, which stay as they are until the transaction ends; none for a serial number never recorded. */
export async function lockRevocations(
  transaction: Transaction,
  serials: readonly SerialNumber[],
): Promise<Map<bigint, Revocation | null>> {
  if (serials.length === 0) return new Map();
  const rows = await transaction.query<RevocationColumns & { serial_number: bigint }>(lock, [[...new Set(serials)]]);
  return new Map(rows.map((row) => [row.serial_number, revocationFromRow(row)]));
}

/** Sets or lifts; `changedAt` is null when it was not this side that decided. */
export async function writeRevocations(
  transaction: Transaction,
  changes: ReadonlyMap<bigint, Revocation | null>,
  changedAt: Date | null,
): Promise<void> {
  if (changes.size === 0) return;
  const serials = [...changes.keys()];
  const revocations = [...changes.values()];
  await transaction.execute(write, [
    serials,
    revocations.map((revocation) => revocation?.revokedAt.getTime() ?? null),
    revocations.map((revocation) => revocation?.reason ?? null),
    revocations.map((revocation) => storableTextOrNull(revocation?.revokedBy ?? null)),
    revocations.map((revocation) => revocation?.invalidityDate?.getTime() ?? null),
    revocations.map(notedMs),
    changedAt,
  ]);
}
