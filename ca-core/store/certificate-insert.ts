// Adds certificates that were not issued here through an intent: imported ones, and an authority's own.
import { CaError, type CertificateRecord, type NewCertificate } from '#ca-core/engine';
import { type Queryable, statement, type Transaction } from '#platform';
import {
  certificateInsertColumns,
  certificateInsertValues,
  certificateParameters,
  certificateSource,
} from './certificate-columns.ts';

// A number that was promised to a certificate of this side is not free, whether or not that certificate exists yet.
// "is true" keeps the look-up a hash table where the transaction allows no other joins than by index.
const insert = statement(
  'certificates.insert',
  `with given as (select * from ${certificateSource}),
   certificate as (
     insert into certificates (${certificateInsertColumns})
     select ${certificateInsertValues} from given
     where not exists (select from issuance_intents i where i.serial_number = given.serial_number)
     order by given.serial_number
     on conflict do nothing returning serial_number),
   content as (
     insert into certificate_contents (serial_number, certificate_der)
     select serial_number, certificate_der from given
     where (serial_number in (select serial_number from certificate)) is true)
   select serial_number from certificate`,
);
const readContent = statement(
  'certificates.find-content',
  'select certificate_der from certificate_contents where serial_number = $1',
);

/** Adds those whose serial number is free and returns their serial numbers; none may stand twice. Throws DerError. */
export async function insertCertificates(
  transaction: Transaction,
  certificates: readonly NewCertificate[],
): Promise<ReadonlySet<bigint>> {
  if (certificates.length === 0) return new Set();
  const rows = await transaction.query<{ serial_number: bigint }>(insert, certificateParameters(certificates));
  return new Set(rows.map((row) => row.serial_number));
}

/** An authority's own certificate; nothing happens when it is there already. Throws CaError `internal` when another one is. */
export async function insertOwnCertificate(transaction: Transaction, record: CertificateRecord): Promise<void> {
  if ((await insertCertificates(transaction, [{ record }])).size > 0) return;
  const existing = await findContent(transaction, record.serialNumber);
  if (existing?.equals(record.certificateDer) === true) return;
  throw new CaError('internal', `Serial number ${record.serialNumber} is used already`, {
    subject: String(record.serialNumber),
  });
}

/** Exact bytes of a certificate, or null. */
export async function findContent(database: Pick<Queryable, 'findRow'>, serialNumber: bigint): Promise<Buffer | null> {
  const row = await database.findRow<{ certificate_der: Buffer }>(readContent, [serialNumber]);
  return row?.certificate_der ?? null;
}
