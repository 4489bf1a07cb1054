// Totals of searches: from kept counts where only issuer and status are asked for, else by counting.
import { CaError, type CertificateQuery, type CertificateStatus } from '#ca-core/engine';
import { type Database, statement } from '#platform';
import { conditionsOf } from './certificate-search.ts';
import { digestText, foldText, storableText } from './search-text.ts';

// Whole days come from the counts. The day of `now` is split row by row, and what is not valid yet is counted for itself;
// both are few rows and have an index.
const countKept = statement(
  'certificate-totals.count-kept',
  `select
     coalesce(sum(certificates) filter (where not is_revoked and expiry_day > day.today), 0) as later,
     coalesce(sum(certificates) filter (where not is_revoked and expiry_day < day.today), 0) as earlier,
     coalesce(sum(certificates) filter (where is_revoked and expiry_day > day.today), 0) as revoked_later,
     coalesce(sum(certificates) filter (where is_revoked and expiry_day < day.today), 0) as revoked_earlier
   from certificate_counts, (select ($1::timestamptz at time zone 'UTC')::date as today) day
   where $2::bigint is null or issuer_digest = $2`,
);
// One half for each of the two indexes on notAfter.
const today = (revoked: 'null' | 'not null') =>
  `from certificates where revoked_at is ${revoked}
     and not_after >= ((($1::timestamptz at time zone 'UTC')::date)::timestamp at time zone 'UTC')
     and not_after < ((($1::timestamptz at time zone 'UTC')::date + 1)::timestamp at time zone 'UTC')
     and ($2::bigint is null or issuer_digest = $2)`;
const countToday = statement(
  'certificate-totals.count-today',
  `select good.later, good.earlier, bad.later as revoked_later, bad.earlier as revoked_earlier
   from (select count(*) filter (where not_after >= $1) as later, count(*) filter (where not_after < $1) as earlier
         ${today('null')}) good,
        (select count(*) filter (where not_after >= $1) as later, count(*) filter (where not_after < $1) as earlier
         ${today('not null')}) bad`,
);
const countNotYetValid = statement(
  'certificate-totals.count-not-yet-valid',
  `select count(*) as invalid from certificates
   where not_before > $1 and not_after >= $1 and revoked_at is null and ($2::bigint is null or issuer_digest = $2)`,
);

interface Counts {
  readonly later: bigint;
  readonly earlier: bigint;
  readonly revoked_later: bigint;
  readonly revoked_earlier: bigint;
}

/** Number of all matches at `now`. Throws as conditionsOf does. */
export async function countMatches(database: Database, query: CertificateQuery, now: Date): Promise<number> {
  if (isKept(query)) return countByStatus(database, query, now);
  const conditions = conditionsOf(query, now);
  const row = await database.findRow<{ total: bigint }>(
    `select count(*) as total from certificates c where ${conditions.text}`,
    conditions.values,
  );
  return Number(row?.total ?? 0n);
}

const keptConditions: ReadonlySet<string> = new Set([
  'issuer',
  'statuses',
  'limit',
  'offset',
  'afterSerial',
  'countTotal',
]);

function isKept(query: CertificateQuery): boolean {
  return Object.entries(query).every(([name, value]) => value === undefined || keptConditions.has(name));
}

async function countByStatus(database: Database, query: CertificateQuery, now: Date): Promise<number> {
  const issuer = query.issuer === undefined ? null : digestText(foldText(storableText(query.issuer)));
  const [kept, onThisDay, notYet] = await database.transaction(
    (transaction) =>
      Promise.all([
        transaction.findRow<Counts>(countKept, [now, issuer]),
        transaction.findRow<Counts>(countToday, [now, issuer]),
        transaction.findRow<{ invalid: bigint }>(countNotYetValid, [now, issuer]),
      ]),
    { isolation: 'repeatable-read', readOnly: true },
  );
  if (kept === null || onThisDay === null || notYet === null)
    throw new CaError('internal', 'Certificates cannot be counted');
  const invalid = notYet.invalid;
  const counts: Readonly<Record<CertificateStatus, bigint>> = {
    valid: kept.later + onThisDay.later - invalid,
    invalid,
    expired: kept.earlier + onThisDay.earlier,
    revoked: kept.revoked_later + onThisDay.revoked_later,
    'revoked-expired': kept.revoked_earlier + onThisDay.revoked_earlier,
  };
  const statuses = new Set(query.statuses ?? (Object.keys(counts) as CertificateStatus[]));
  return Number([...statuses].reduce((sum, status) => sum + counts[status], 0n));
}
