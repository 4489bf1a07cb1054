// The ledger of imports on PostgreSQL.
import { type ImportLedger, type ImportWriter, requestId } from '#ca-core/engine';
import { type Database, statement, type Transaction } from '#platform';
import { createHistoryWriter } from './audit-history.ts';
import type { AuditTrail } from './audit-records.ts';
import { readStoredAuthorities } from './authorities.ts';
import { type CertificateRow, certificateFromRow, certificateRowColumns } from './certificate-columns.ts';
import { findContent, insertCertificates } from './certificate-insert.ts';
import { findBySubject } from './certificates.ts';
import { findFindings, readFindings, writeFindings } from './findings.ts';
import { createImportedObjects } from './imported-objects.ts';
import { type RequestRow, requestColumns, requestFromRow, upsertRequests } from './requests.ts';
import { writeRevocations } from './revocations.ts';
import { guarded } from './store-errors.ts';

const lockRequests = statement(
  'import.lock-requests',
  `select ${requestColumns}, changed_natively from requests where id = any($1) order by id for update`,
);
const lockCertificates = statement(
  'import.lock-certificates',
  `select ${certificateRowColumns}, c.status_changed_natively_at
   from certificates c join certificate_contents t using (serial_number)
   where c.serial_number = any($1) order by c.serial_number for update of c`,
);
const writeFacts = statement(
  'import.write-certificate-facts',
  `update certificates c set issued_at = to_timestamp(given.issued_at_ms / 1000), issued_by = given.issued_by,
     request_id = given.request_id, profile_id = given.profile_id, origin = given.origin
   from unnest($1::numeric[], $2::float8[], $3::text[], $4::numeric[], $5::text[], $6::text[])
     as given (serial_number, issued_at_ms, issued_by, request_id, profile_id, origin)
   where c.serial_number = given.serial_number`,
);
const writeCheckpoint = statement(
  'import.write-checkpoint',
  `insert into import_checkpoints (name, value) values ($1, $2)
   on conflict (name) do update set value = excluded.value, recorded_at = now()`,
);
const readCheckpoint = statement('import.read-checkpoint', 'select value from import_checkpoints where name = $1');

export function createImportLedger(database: Database, auditTrail: AuditTrail): ImportLedger {
  return {
    commit: (work, { mayBeRepeated = false } = {}) =>
      guarded(() =>
        database.transaction((transaction) => work(createImportWriter(transaction, auditTrail)), {
          indexedAccess: true,
          mayBeRepeated,
        }),
      ),
    readAuthorities: () => guarded(() => readStoredAuthorities(database)),
    findCertificate: (serialNumber) => guarded(() => findContent(database, serialNumber)),
    findBySubject: (subject) => guarded(() => findBySubject(database, subject)),
    readCheckpoint: (name) =>
      guarded(async () => (await database.findRow<{ value: string }>(readCheckpoint, [name]))?.value ?? null),
    listFindings: (limit) => guarded(() => readFindings(database, limit)),
    findFindings: (source, entries) => guarded(() => findFindings(database, source, entries)),
  };
}

function createImportWriter(transaction: Transaction, auditTrail: AuditTrail): ImportWriter {
  return {
    ...createImportedObjects(transaction),
    lockRequests: async (ids) => {
      if (ids.length === 0) return new Map();
      const rows = await transaction.query<RequestRow & { changed_natively: boolean }>(lockRequests, [ids]);
      return new Map(
        rows.map((row) => [requestId(row.id), { record: requestFromRow(row), changedNatively: row.changed_natively }]),
      );
    },
    writeRequests: (requests) => upsertRequests(transaction, requests, false),
    insertCertificates: (certificates) => insertCertificates(transaction, certificates),
    lockCertificates: async (serials) => {
      if (serials.length === 0) return new Map();
      const rows = await transaction.query<CertificateRow & { status_changed_natively_at: Date | null }>(
        lockCertificates,
        [serials],
      );
      return new Map(
        rows.map((row) => [
          row.serial_number,
          { record: certificateFromRow(row), statusChangedNativelyAt: row.status_changed_natively_at },
        ]),
      );
    },
    writeCertificateFacts: async (records) => {
      if (records.length === 0) return;
      await transaction.execute(writeFacts, [
        records.map(({ serialNumber }) => serialNumber),
        records.map(({ issuedAt }) => issuedAt.getTime()),
        records.map(({ issuedBy }) => issuedBy),
        records.map((record) => record.requestId),
        records.map(({ profileId }) => profileId),
        records.map(({ origin }) => origin),
      ]);
    },
    writeRevocations: (changes) => writeRevocations(transaction, changes, null),
    history: createHistoryWriter(transaction),
    writeFindings: (entries, findings) => writeFindings(transaction, entries, findings),
    writeCheckpoint: async (name, value) => {
      await transaction.execute(writeCheckpoint, [name, value]);
    },
    appendAudit: (auditEvents) => auditTrail.append(transaction, auditEvents),
  };
}
