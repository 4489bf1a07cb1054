// Published and imported CRLs: the newest content, and every number ever used.
import { CaError, type CrlRecord, type Store, type StoredCrl } from '#ca-core/engine';
import { openDer, tags } from '#codecs/der';
import { type Database, statement, type Transaction } from '#platform';
import { findAuthorityBySubject } from './authorities.ts';
import { holdPens } from './pens.ts';

interface CrlRow {
  readonly issuing_point: string;
  readonly kind: CrlRecord['kind'];
  readonly crl_number: bigint;
  readonly crl_der: Buffer;
  readonly this_update: Date;
  readonly next_update: Date | null;
  readonly entry_count: number;
  readonly origin: CrlRecord['origin'];
}

/** CRLs whose content is kept; of older ones the number and the dates stay. */
const contentsKept = 10;

const findNewest = statement(
  'crls.find-newest',
  `select issuing_point, kind, crl_number, crl_der, this_update, next_update, entry_count, origin
   from crls where issuing_point = $1 and kind = $2 and crl_der is not null order by crl_number desc limit 1`,
);
const find = statement(
  'crls.find',
  `select issuing_point, kind, crl_number, crl_der, this_update, next_update, entry_count, origin
   from crls where issuing_point = $1 and kind = $2 and crl_number = $3`,
);
const highestNumber = statement(
  'crls.highest-number',
  'select max(crl_number) as highest from crls where issuing_point = $1',
);
const insert = statement(
  'crls.insert',
  `insert into crls (issuing_point, kind, crl_number, crl_der, this_update, next_update, entry_count, origin)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (issuing_point, kind, crl_number) do update
     set crl_der = excluded.crl_der, this_update = excluded.this_update, next_update = excluded.next_update,
         entry_count = excluded.entry_count
     where crls.crl_der is null and crls.origin = excluded.origin`,
);
const dropOldContents = statement(
  'crls.drop-old-contents',
  `update crls set crl_der = null where issuing_point = $1 and kind = $2 and crl_der is not null and crl_number <
     (select min(crl_number) from (select crl_number from crls where issuing_point = $1 and kind = $2
        and crl_der is not null order by crl_number desc limit ${contentsKept}) kept)`,
);

export function createCrlReader(database: Database): Omit<Store['crls'], 'record'> {
  return {
    findNewest: async (issuingPoint, kind) => {
      const row = await database.findRow<CrlRow>(findNewest, [issuingPoint, kind]);
      return row === null ? null : crlFromRow(row);
    },
    highestNumber: (issuingPoint) => readHighestNumber(database, issuingPoint),
  };
}

export async function readHighestNumber(database: Pick<Database, 'findRow'>, issuingPoint: string): Promise<bigint> {
  const row = await database.findRow<{ highest: bigint | null }>(highestNumber, [issuingPoint]);
  return row?.highest ?? 0n;
}

/**
 * Stores a CRL whose number grows. A full and a delta CRL of the same moment may share one (RFC 5280 section 5.2.4). Throws CaError:
 * `internal` for any other number that is not higher than all before, `pen-elsewhere` when it was made here without holding the pen.
 */
export async function recordCrl(transaction: Transaction, crl: CrlRecord): Promise<void> {
  const { issuingPoint, crlNumber } = crl;
  if (crl.origin === 'native') await assertPenHeld(transaction, crl);
  await transaction.lock(`retag crl ${issuingPoint}`);
  const highest = await readHighestNumber(transaction, issuingPoint);
  const isTwin = crlNumber === highest && (await findKinds(transaction, crl)).every((kind) => kind !== crl.kind);
  if (crlNumber <= highest && !isTwin)
    throw new CaError('internal', `CRL number ${crlNumber} of ${issuingPoint} is not higher than ${highest}`, {
      subject: issuingPoint,
    });
  await writeCrl(transaction, crl);
}

async function assertPenHeld(transaction: Transaction, { crlDer, issuingPoint }: CrlRecord): Promise<void> {
  const authority = await findAuthorityBySubject(transaction, readCrlIssuer(crlDer));
  const isHeld = authority !== null && (await holdPens(transaction, [authority]))(authority, 'crl');
  if (!isHeld)
    throw new CaError('pen-elsewhere', `CRLs of ${issuingPoint} are not made here now`, { subject: issuingPoint });
}

/** DER of the issuer's Name (RFC 5280 section 5.1.2.3). Throws DerError. */
function readCrlIssuer(crlDer: Uint8Array): Buffer {
  const tbs = openDer(crlDer).enterSequence('CertificateList').enterSequence('TBSCertList');
  if (tbs.peekTag() === tags.integer) tbs.readSmallInteger('version');
  tbs.readElement(tags.sequence, 'signature');
  return tbs.readElement(tags.sequence, 'issuer').bytes;
}

export async function findCrl(
  transaction: Transaction,
  issuingPoint: string,
  kind: CrlRecord['kind'],
  crlNumber: bigint,
): Promise<StoredCrl | null> {
  const row = await transaction.findRow<CrlRow>(find, [issuingPoint, kind, crlNumber]);
  return row === null ? null : crlFromRow(row);
}

/** Without a judgement of the number; a content is only added where it was missing. */
export async function writeCrl(transaction: Transaction, crl: StoredCrl): Promise<void> {
  const { issuingPoint, kind, crlNumber, crlDer, thisUpdate, nextUpdate, entryCount, origin } = crl;
  await transaction.execute(insert, [
    issuingPoint,
    kind,
    crlNumber,
    crlDer,
    thisUpdate,
    nextUpdate,
    entryCount,
    origin,
  ]);
  await transaction.execute(dropOldContents, [issuingPoint, kind]);
}

async function findKinds(transaction: Transaction, crl: CrlRecord): Promise<readonly string[]> {
  const rows = await transaction.query<{ kind: string }>(
    'select kind from crls where issuing_point = $1 and crl_number = $2',
    [crl.issuingPoint, crl.crlNumber],
  );
  return rows.map(({ kind }) => kind);
}

function crlFromRow(row: CrlRow): CrlRecord {
  return {
    issuingPoint: row.issuing_point,
    kind: row.kind,
    crlDer: row.crl_der,
    crlNumber: row.crl_number,
    thisUpdate: row.this_update,
    nextUpdate: row.next_update,
    entryCount: row.entry_count,
    origin: row.origin,
  };
}
