// Intents and what becomes of them: a certificate in the record, or a serial number that is used up.
import {
  authorityId,
  CaError,
  type CertificateRecord,
  type IssuanceIntent,
  requestId,
  type SerialNumber,
  serialNumber,
} from '#ca-core/engine';
import { type Database, statement, type Transaction } from '#platform';
import {
  certificateInsertColumns,
  certificateInsertValues,
  certificateParameters,
  certificateSource,
} from './certificate-columns.ts';

// Only numbers that were reserved from the active range: a range that was replaced is one that could meet upstream's.
const insertIntentRows = statement(
  'issuance.insert-intents',
  `insert into issuance_intents
     (serial_number, authority_id, request_id, tbs_certificate_der, signature_algorithm, issued_by)
   select given.serial_number, given.authority_id, given.request_id, given.tbs_certificate_der,
          given.signature_algorithm, given.issued_by
   from unnest($1::numeric[], $2::text[], $3::numeric[], $4::bytea[], $5::text[], $6::text[])
     as given (serial_number, authority_id, request_id, tbs_certificate_der, signature_algorithm, issued_by)
   join number_ranges r on r.kind = 'serial-number' and r.is_active and r.authority_id = coalesce(
       (select o.authority_id from number_ranges o
        where o.kind = 'serial-number' and o.authority_id = given.authority_id and o.is_active),
       (select h.id from authorities h, authorities a
        where h.is_host_authority and a.id = given.authority_id and not a.is_former))
     and given.serial_number >= r.first_number and given.serial_number < r.next_number
   where not exists (select from certificates c where c.serial_number = given.serial_number)
   order by given.serial_number
   on conflict do nothing returning serial_number`,
);
const explainIntent = statement(
  'issuance.explain-intent',
  `select exists (select from certificates where serial_number = $1)
       or exists (select from issuance_intents where serial_number = $1) as is_used,
     exists (select from issuance_intents where request_id = $2 and state = 'open') as is_under_way`,
);
// "is true" keeps the look-ups hash tables where the transaction allows no other joins than by index.
const insertIssuedRows = statement(
  'issuance.insert-issued',
  `with given as (select * from ${certificateSource}),
   intent as (select serial_number from issuance_intents where serial_number = any($1) and state = 'open' for update),
   certificate as (
     insert into certificates (${certificateInsertColumns})
     select ${certificateInsertValues} from given
     where (given.serial_number in (select serial_number from intent)) is true order by given.serial_number
     on conflict do nothing returning serial_number),
   content as (
     insert into certificate_contents (serial_number, certificate_der)
     select serial_number, certificate_der from given
     where (serial_number in (select serial_number from certificate)) is true),
   resolved as (
     delete from issuance_intents i using certificate where i.serial_number = certificate.serial_number)
   select serial_number from certificate`,
);
const findIdentical = statement(
  'issuance.find-identical',
  `select t.serial_number from certificate_contents t
   join unnest($1::numeric[], $2::bytea[]) as given (serial_number, certificate_der) using (serial_number)
   where t.certificate_der = given.certificate_der`,
);
const abandon = statement(
  'issuance.abandon',
  `with found as (
     select serial_number, state = 'open' as was_open from issuance_intents where serial_number = any($1) for update),
   given_up as (
     update issuance_intents i set state = 'abandoned' from found
     where i.serial_number = found.serial_number and found.was_open)
   select serial_number, was_open from found`,
);

const findOpen = statement(
  'issuance.find-open',
  `select true as found from issuance_intents where serial_number = $1 and state = 'open'`,
);

interface SerialRow {
  readonly serial_number: bigint;
}

/** Stores the intents that may be; returns why the others were not, by serial number. */
export async function insertIntents(
  transaction: Transaction,
  intents: readonly IssuanceIntent[],
): Promise<ReadonlyMap<SerialNumber, CaError>> {
  if (intents.length === 0) return new Map();
  const rows = await transaction.query<SerialRow>(insertIntentRows, [
    intents.map(({ serialNumber: serial }) => serial),
    intents.map((intent) => intent.authorityId),
    intents.map((intent) => intent.requestId),
    intents.map(({ tbsCertificateDer }) => tbsCertificateDer),
    intents.map(({ signatureAlgorithm }) => signatureAlgorithm),
    intents.map(({ issuedBy }) => issuedBy),
  ]);
  const inserted = new Set(rows.map((row) => row.serial_number));
  const refusals = new Map<SerialNumber, CaError>();
  for (const intent of intents)
    if (!inserted.has(intent.serialNumber)) refusals.set(intent.serialNumber, await explain(transaction, intent));
  return refusals;
}

async function explain(transaction: Transaction, { serialNumber: serial, requestId: id }: IssuanceIntent) {
  const row = await transaction.findRow<{ is_used: boolean; is_under_way: boolean }>(explainIntent, [serial, id]);
  if (row?.is_used === true)
    return new CaError('internal', `Serial number ${serial} is used already`, { subject: String(serial) });
  if (row?.is_under_way === true)
    return new CaError('wrong-request-state', `Request ${id} is being issued already`, { subject: String(id) });
  return new CaError('internal', `Serial number ${serial} is not of this side's range`, { subject: String(serial) });
}

/**
 * Stores the certificates for which there is an open intent, and resolves it. `known` are those that were in the record with these very
 * bytes already; serial numbers without an outcome were refused. Throws DerError.
 */
export async function insertIssued(
  transaction: Transaction,
  records: readonly CertificateRecord[],
): Promise<ReadonlyMap<bigint, 'inserted' | 'known'>> {
  if (records.length === 0) return new Map();
  const parameters = certificateParameters(records.map((record) => ({ record })));
  const rows = await transaction.query<SerialRow>(insertIssuedRows, parameters);
  const outcomes = new Map<bigint, 'inserted' | 'known'>(rows.map((row) => [row.serial_number, 'inserted']));
  const missing = records.filter(({ serialNumber: serial }) => !outcomes.has(serial));
  if (missing.length === 0) return outcomes;
  const known = await transaction.query<SerialRow>(findIdentical, [
    missing.map(({ serialNumber: serial }) => serial),
    missing.map(({ certificateDer }) => certificateDer),
  ]);
  for (const row of known) outcomes.set(row.serial_number, 'known');
  return outcomes;
}

/** Resolves open intents without a certificate; `known` are those that were given up already. */
export async function abandonIntents(
  transaction: Transaction,
  serials: readonly SerialNumber[],
): Promise<ReadonlyMap<bigint, 'resolved' | 'known'>> {
  if (serials.length === 0) return new Map();
  const rows = await transaction.query<SerialRow & { was_open: boolean }>(abandon, [serials]);
  return new Map(rows.map((row) => [row.serial_number, row.was_open ? 'resolved' : 'known']));
}

export async function readUnresolvedIntents(database: Database): Promise<readonly IssuanceIntent[]> {
  const rows = await database.query<{
    serial_number: bigint;
    authority_id: string;
    request_id: bigint;
    tbs_certificate_der: Buffer;
    signature_algorithm: string;
    issued_by: string | null;
  }>(
    `select serial_number, authority_id, request_id, tbs_certificate_der, signature_algorithm, issued_by
     from issuance_intents where state = 'open' order by serial_number`,
  );
  return rows.map((row) => ({
    serialNumber: serialNumber(row.serial_number),
    authorityId: authorityId(row.authority_id),
    requestId: requestId(row.request_id),
    tbsCertificateDer: row.tbs_certificate_der,
    signatureAlgorithm: row.signature_algorithm,
    issuedBy: row.issued_by,
  }));
}

export async function isIntentUnresolved(database: Database, serial: SerialNumber): Promise<boolean> {
  return (await database.findRow(findOpen, [serial])) !== null;
}
