// Reads certificates: one, a search, those revoked.
import { hash } from 'node:crypto';
import {
  authorityId,
  type CertificatePage,
  type CertificateQuery,
  type CertificateRecord,
  type Store,
  serialNumber,
} from '#ca-core/engine';
import { type Database, type SqlValue, statement } from '#platform';
import {
  type CertificateRow,
  certificateFromRow,
  certificateRowColumns,
  type RevocationColumns,
  revocationFromRow,
} from './certificate-columns.ts';
import { conditionsOf } from './certificate-search.ts';
import { countMatches } from './certificate-totals.ts';
import { PagePlaces } from './page-places.ts';
import { digestText, foldText, storableText } from './search-text.ts';

const revokedBatchRows = 5_000;
/** More certificates of one subject or key than a constraint needs to see; the longest valid come first. */
const sameSubjectMax = 1_000;

const find = statement(
  'certificates.find',
  `select ${certificateRowColumns} from certificates c join certificate_contents t using (serial_number)
   where c.serial_number = $1`,
);
type StatusRow = RevocationColumns & { authority_id: string; not_before: Date; not_after: Date };

const findRevocation = statement(
  'certificates.find-revocation',
  `select authority_id, not_before, not_after, revoked_at, revocation_noted_at, revocation_reason, revoked_by, invalidity_date
   from certificates where serial_number = $1`,
);
const bySubject = statement(
  'certificates.find-by-subject',
  `select ${certificateRowColumns} from certificates c join certificate_contents t using (serial_number)
   where c.subject_digest = $1 and c.subject_folded = $2
   order by c.not_after desc, c.serial_number desc limit ${sameSubjectMax}`,
);
const findByPublicKey = statement(
  'certificates.find-by-public-key',
  `select ${certificateRowColumns} from certificates c join certificate_contents t using (serial_number)
   where c.public_key_sha256 = $1
   order by c.not_after desc, c.serial_number desc limit ${sameSubjectMax}`,
);
const revoked = statement(
  'certificates.revoked',
  `select serial_number, revoked_at, revocation_noted_at, revocation_reason, revoked_by, invalidity_date, not_after
   from certificates where authority_id = $1 and revoked_at is not null order by serial_number`,
);

export function createCertificateReader(database: Database): Store['certificates'] {
  const places = new PagePlaces();
  return {
    find: async (serial) => {
      const row = await database.findRow<CertificateRow>(find, [serial]);
      return row === null ? null : certificateFromRow(row);
    },
    findRevocation: async (serial) => {
      const row = await database.findRow<StatusRow>(findRevocation, [serial]);
      if (row === null) return undefined;
      return {
        revocation: revocationFromRow(row),
        authorityId: authorityId(row.authority_id),
        notBefore: row.not_before,
        notAfter: row.not_after,
      };
    },
    search: (query, now) => search(database, places, query, now),
    revoked: (authority) => readRevoked(database, authority),
    findBySubject: (subject) => findBySubject(database, subject),
    findByPublicKey: async (subjectPublicKeyInfoDer) => {
      const digest = hash('sha256', subjectPublicKeyInfoDer, 'buffer');
      return (await database.query<CertificateRow>(findByPublicKey, [digest])).map(certificateFromRow);
    },
  };
}

export async function findBySubject(database: Database, subject: string): Promise<readonly CertificateRecord[]> {
  const folded = foldText(storableText(subject));
  const rows = await database.query<CertificateRow>(bySubject, [digestText(folded), folded]);
  return rows.map(certificateFromRow);
}

async function search(
  database: Database,
  places: PagePlaces,
  query: CertificateQuery,
  now: Date,
): Promise<CertificatePage> {
  const offset = Math.max(query.offset ?? 0, 0);
  if (query.countTotal === false) {
    const certificates = await readPage(database, query, offset, now);
    return { certificates, total: certificates.length };
  }
  if (query.afterSerial !== undefined)
    return {
      certificates: await readPage(database, query, offset, now),
      total: await countMatches(database, query, now),
    };
  if (offset > 0) return await readLaterPage(database, places, { ...query, offset }, now);
  const certificates = await readPage(database, query, 0, now);
  // A page that is not full is the last one, which spares the count where nothing came before it.
  if (certificates.length < query.limit) return { certificates, total: certificates.length };
  const total = await countMatches(database, query, now);
  places.noteNext(query, { certificates, total });
  return { certificates, total };
}

/** From where the page before has ended, if that is known. */
async function readLaterPage(
  database: Database,
  places: PagePlaces,
  query: CertificateQuery & { readonly offset: number },
  now: Date,
): Promise<CertificatePage> {
  const total = await countMatches(database, query, now);
  const afterSerial = places.find(query, total);
  const certificates =
    afterSerial === null
      ? await readPage(database, query, query.offset, now)
      : await readPage(database, { ...query, afterSerial }, 0, now);
  places.noteNext(query, { certificates, total });
  return { certificates, total };
}

async function readPage(
  database: Database,
  query: CertificateQuery,
  offset: number,
  now: Date,
): Promise<readonly CertificateRecord[]> {
  const conditions = conditionsOf(query, now);
  if (query.limit <= 0) return [];
  const values = [...conditions.values];
  const place = (value: SqlValue) => `$${values.push(value)}`;
  const after = query.afterSerial === undefined ? '' : ` and c.serial_number > ${place(query.afterSerial)}`;
  const rows = await database.query<CertificateRow>(
    `select ${certificateRowColumns}
     from (select * from certificates c where ${conditions.text}${after}
           order by c.serial_number limit ${place(query.limit)}::bigint offset ${place(offset)}::bigint) c
     join certificate_contents t using (serial_number) order by c.serial_number`,
    values,
  );
  return rows.map(certificateFromRow);
}

async function* readRevoked(database: Database, authority: string): ReturnType<Store['certificates']['revoked']> {
  type Row = RevocationColumns & { serial_number: bigint; not_after: Date };
  for await (const rows of database.stream<Row>(revoked, [authority], revokedBatchRows)) {
    yield rows.flatMap((row) => {
      const revocation = revocationFromRow(row);
      if (revocation === null) return [];
      return [{ serialNumber: serialNumber(row.serial_number), revocation, notAfter: row.not_after }];
    });
  }
}
