// Issuing authorities: what they show of themselves, with the path up to their trust anchor.
import {
  type AuthorityDescription,
  type AuthorityId,
  type AuthorityKeyPlace,
  authorityId,
  CaError,
  type Store,
  type StoredAuthority,
} from '#ca-core/engine';
import { decodeCertificate } from '#codecs/x509';
import { type Database, statement, type Transaction } from '#platform';
import { storableText, storableTextOrNull } from './search-text.ts';

interface AuthorityRow {
  readonly id: string;
  readonly is_host_authority: boolean;
  readonly parent_id: string | null;
  readonly subject: string;
  readonly issuer: string;
  readonly serial_number: bigint;
  readonly enabled: boolean;
  readonly description: string | null;
  readonly ready: boolean;
  readonly certificate_der: Buffer;
  readonly issuers_der: readonly Buffer[] | null;
  readonly is_former: boolean;
}

// Few rows, and a path needs several of them: all are read at once. Those whose certificate is not known yet can do nothing.
const readAll = statement(
  'authorities.read-all',
  `select id, is_host_authority, parent_id, subject, issuer, serial_number, enabled, description, ready,
          certificate_der, issuers_der, is_former
   from authorities where certificate_der is not null order by is_host_authority desc, id collate "C"`,
);
const write = statement(
  'authorities.write',
  `insert into authorities (id, is_host_authority, parent_id, subject, issuer, serial_number, enabled, description,
     ready, certificate_der, issuers_der, is_former, origin)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::bytea[], false, 'native')
   on conflict (id) do update set is_host_authority = excluded.is_host_authority, parent_id = excluded.parent_id,
     subject = excluded.subject, issuer = excluded.issuer, serial_number = excluded.serial_number,
     enabled = excluded.enabled, description = excluded.description, ready = excluded.ready,
     certificate_der = excluded.certificate_der, is_former = false,
     issuers_der = coalesce(excluded.issuers_der, authorities.issuers_der)`,
);

const claim = statement(
  'authorities.claim',
  `update authorities set origin = 'native' where id = $1 and not is_host_authority`,
);

const pathLengthMax = 16;

export function createAuthorityReader(database: Database): Pick<Store['authorities'], 'find' | 'findHost' | 'list'> {
  const list = async () => {
    const rows = await database.query<AuthorityRow>(readAll);
    return rows.filter((row) => !row.is_former).map((row) => authorityFromRow(row, rows));
  };
  return {
    find: async (id) => (await list()).find((authority) => authority.id === id) ?? null,
    findHost: async () => (await list()).find((authority) => authority.isHostAuthority) ?? null,
    list,
  };
}

/**
 * Adds an authority of this side, or sets parent, enabled, description and chain of one that is there under the same certificate.
 * Throws CaError `internal` for another certificate under its id, a second host authority, a chain that begins elsewhere; DerError.
 */
export async function recordAuthority(transaction: Transaction, authority: AuthorityDescription): Promise<void> {
  const { id, certificateDer } = authority;
  const [own] = authority.chainDer;
  if (own === undefined || !Buffer.from(own).equals(certificateDer))
    throw new CaError('internal', `The chain of authority ${id} does not begin with its own certificate`, {
      subject: id,
    });
  for (const inChain of authority.chainDer) decodeCertificate(inChain, { rules: 'ber' });
  await lockAuthorities(transaction);
  const existing = (await readStoredAuthorities(transaction)).find((stored) => stored.id === id);
  if (existing?.certificateDer?.equals(certificateDer) === false)
    throw new CaError('internal', `Authority ${id} is recorded with another certificate`, { subject: id });
  await assertOnlyHost(transaction, authority);
  await writeAuthority(transaction, authority);
}

/** The same whatever certificate it had before: a new authority, or one that was renewed. The caller holds the lock. */
export async function replaceAuthority(transaction: Transaction, authority: AuthorityDescription): Promise<void> {
  for (const inChain of authority.chainDer) decodeCertificate(inChain, { rules: 'ber' });
  await assertOnlyHost(transaction, authority);
  await writeAuthority(transaction, authority);
}

/** From now on this side alone says what the authority is. The host authority stays the other side's until that is gone. */
export async function claimAuthority(transaction: Transaction, id: AuthorityId): Promise<void> {
  await transaction.execute(claim, [id]);
}

async function writeAuthority(transaction: Transaction, authority: AuthorityDescription): Promise<void> {
  const [, ...issuers] = authority.chainDer;
  await transaction.execute(write, [
    authority.id,
    authority.isHostAuthority,
    authority.parentId,
    storableText(authority.subject),
    storableText(authority.issuer),
    authority.serialNumber,
    authority.enabled,
    storableTextOrNull(authority.description),
    authority.ready,
    authority.certificateDer,
    // Without issuers the path is looked for among the authorities.
    issuers.length === 0 ? null : issuers,
  ]);
}

/** Writers of authorities come one after another; there are few of them. */
export function lockAuthorities(transaction: Transaction): Promise<void> {
  return transaction.lock('retag authorities');
}

type StoredAuthorityRow = Omit<AuthorityRow, 'serial_number' | 'certificate_der'> & {
  readonly serial_number: bigint | null;
  readonly certificate_der: Buffer | null;
  readonly origin: 'native' | 'imported';
  readonly told_subject: string | null;
  readonly key_nickname: string | null;
  readonly key_hosts: readonly string[];
};

const readStored = statement(
  'authorities.read-stored',
  `select id, is_host_authority, parent_id, subject, issuer, serial_number, enabled, description, ready,
          certificate_der, issuers_der, is_former, origin, told_subject, key_nickname, key_hosts
   from authorities order by is_host_authority desc, id collate "C"`,
);
const writeStored = statement(
  'authorities.write-stored',
  `insert into authorities (id, is_host_authority, parent_id, subject, issuer, serial_number, enabled, description,
     ready, certificate_der, is_former, origin, told_subject, key_nickname, key_hosts)
   values ($1, $2, $3, $4, $5, $6, $7, $8, false, $9, $10, $11, $12, $13, $14::text[])
   on conflict (id) do update set is_host_authority = excluded.is_host_authority, parent_id = excluded.parent_id,
     subject = excluded.subject, issuer = excluded.issuer, serial_number = excluded.serial_number,
     enabled = excluded.enabled, description = excluded.description, certificate_der = excluded.certificate_der,
     is_former = excluded.is_former, origin = excluded.origin, told_subject = excluded.told_subject,
     key_nickname = excluded.key_nickname, key_hosts = excluded.key_hosts
   -- What this side has disabled, renewed or deleted is not undone by an entry of the other side that knows nothing of it.
   where authorities.origin = 'imported' or excluded.is_host_authority`,
);

/** All of them, also former ones and those without a certificate. */
export async function readStoredAuthorities(database: Pick<Database, 'query'>): Promise<readonly StoredAuthority[]> {
  const rows = await database.query<StoredAuthorityRow>(readStored);
  return rows.map((row) => ({
    id: authorityId(row.id),
    isHostAuthority: row.is_host_authority,
    parentId: row.parent_id === null ? null : authorityId(row.parent_id),
    subject: row.subject,
    issuer: row.issuer,
    serialNumber: row.serial_number,
    enabled: row.enabled,
    description: row.description,
    certificateDer: row.certificate_der,
    isFormer: row.is_former,
    origin: row.origin,
    toldSubject: row.told_subject,
    keyNickname: row.key_nickname,
    keyHosts: row.key_hosts,
  }));
}

/** Of imported authorities that still are such. */
export async function readKeyPlaces(database: Pick<Database, 'query'>): Promise<readonly AuthorityKeyPlace[]> {
  const stored = await readStoredAuthorities(database);
  return stored
    .filter(({ isFormer, origin }) => !isFormer && origin === 'imported')
    .map(({ id, isHostAuthority, certificateDer, toldSubject, serialNumber, keyNickname, keyHosts }) => ({
      id,
      isHostAuthority,
      hasCertificate: certificateDer !== null,
      toldSubject,
      serialNumber,
      keyNickname,
      keyHosts,
    }));
}

/** Inserts or replaces; chain and readiness stay as they are. */
export async function writeStoredAuthority(transaction: Transaction, authority: StoredAuthority): Promise<void> {
  await assertOnlyHost(transaction, authority);
  await transaction.execute(writeStored, [
    authority.id,
    authority.isHostAuthority,
    authority.parentId,
    storableText(authority.subject),
    storableText(authority.issuer),
    authority.serialNumber,
    authority.enabled,
    storableTextOrNull(authority.description),
    authority.certificateDer,
    authority.isFormer,
    authority.origin,
    storableTextOrNull(authority.toldSubject),
    storableTextOrNull(authority.keyNickname),
    authority.keyHosts.map(storableText),
  ]);
}

export async function adoptFormerAuthority(
  transaction: Transaction,
  formerId: AuthorityId,
  id: AuthorityId,
): Promise<void> {
  await transaction.execute('update certificates set authority_id = $2 where authority_id = $1', [formerId, id]);
  await deleteAuthority(transaction, formerId);
}

async function deleteAuthority(transaction: Transaction, id: AuthorityId): Promise<void> {
  await transaction.execute('delete from authorities where id = $1', [id]);
}

/** Throws CaError `internal` when another authority is the host. */
async function assertOnlyHost(
  transaction: Transaction,
  { id, isHostAuthority }: Pick<AuthorityDescription, 'id' | 'isHostAuthority'>,
): Promise<void> {
  if (!isHostAuthority) return;
  const other = await transaction.findRow<{ id: string }>(
    'select id from authorities where is_host_authority and id <> $1',
    [id],
  );
  if (other !== null)
    throw new CaError('internal', `The host authority is ${other.id}; ${id} cannot be a second one`, { subject: id });
}

/** The authority with this subject Name that still is one, or null. */
export async function findAuthorityBySubject(
  database: Pick<Database, 'query'>,
  subjectDer: Uint8Array,
): Promise<AuthorityId | null> {
  const rows = await database.query<AuthorityRow>(readAll);
  const found = rows.find(
    (row) => !row.is_former && decodeCertificate(row.certificate_der, { rules: 'ber' }).subjectDer.equals(subjectDer),
  );
  return found === undefined ? null : authorityId(found.id);
}

function authorityFromRow(row: AuthorityRow, all: readonly AuthorityRow[]): AuthorityDescription {
  return {
    id: authorityId(row.id),
    isHostAuthority: row.is_host_authority,
    parentId: row.parent_id === null ? null : authorityId(row.parent_id),
    subject: row.subject,
    issuer: row.issuer,
    serialNumber: row.serial_number,
    enabled: row.enabled,
    description: row.description,
    ready: row.ready,
    certificateDer: row.certificate_der,
    chainDer: chainOf(row, all),
  };
}

/** The certificates that came with the authority's key, else those of the authorities above it as far as they are known here. */
function chainOf(row: AuthorityRow, all: readonly AuthorityRow[]): readonly Buffer[] {
  const chain = [row.certificate_der];
  for (let current = row; chain.length < pathLengthMax; ) {
    if (current.issuers_der !== null) return [...chain, ...current.issuers_der];
    if (current.issuer === current.subject) return chain;
    const above = all.find((other) => other.subject === current.issuer && other !== current);
    if (above === undefined) return chain;
    chain.push(above.certificate_der);
    current = above;
  }
  return chain;
}
