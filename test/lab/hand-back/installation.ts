// A native installation beside the lab's Dogtag: its own database, everything imported, the lab authority's own key, and the services of a rollback.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type AuthorityId,
  auditKeyFromBytes,
  type Caller,
  CertificationAuthority,
  type PenScope,
  standardCrlSchedule,
} from '#ca-core/engine';
import { createIntake } from '#ca-core/intake';
import { createProcessSigner, importPkcs12Key, type ProcessSigner } from '#ca-core/signer';
import { openStore, type PostgresStore, storeMigrations } from '#ca-core/store';
import { directoryLayout, universalTime } from '#codecs/dogtag-directory';
import { type DirectorySettings, type ImportSource, openDogtagDirectory } from '#importers';
import {
  allTargets,
  catchUpImport,
  createModeStore,
  createUpstreamFactApplier,
  ensureFences,
  type ModeStore,
  migrationMigrations,
  proveFences,
  runImport,
} from '#migration';
import {
  createDatabase,
  createLog,
  type Database,
  type Log,
  migrate,
  randomUuid,
  silentLog,
  systemClock,
} from '#platform';
import { openTestServer } from '#test/test-server';
import { createDirectoryWriter, type DirectoryWriter } from '../../../migration/rollback/directory-writer.ts';
import { createDogtagCrl } from '../../../migration/rollback/dogtag-crl.ts';
import { type RollbackEvidence, type RollbackServices, rollBack } from '../../../migration/rollback/roll-back.ts';
import { readLabIdentity, readLabVariable } from '../profiles/lab-dogtag.ts';
import { callDogtag } from './call-dogtag.ts';

export const layout = directoryLayout(readLabVariable('DOGTAG_LDAP_BASE'));

export function labDirectory(): DirectorySettings {
  return {
    url: new URL(readLabVariable('DOGTAG_LDAP_URL')),
    bindDn: readLabVariable('DOGTAG_LDAP_BIND_DN'),
    password: readLabVariable('DOGTAG_LDAP_PASSWORD'),
    startTls: false,
    caCertificatePem: null,
  };
}

export interface LabInstallation {
  readonly database: Database;
  readonly store: PostgresStore;
  readonly modes: ModeStore;
  readonly authority: CertificationAuthority;
  readonly writer: DirectoryWriter;
  readonly hostId: AuthorityId;
  readonly log: Log;
  readonly services: RollbackServices;
  catchUp(): Promise<number>;
  /** Everything to the native side, as a cutover does it. */
  goNative(): Promise<void>;
  goBack(): Promise<RollbackEvidence>;
  close(): Promise<void>;
}

/** An agent of the lab as our edges would know him. */
export function agentCaller(): Caller {
  return {
    userId: 'ipara',
    groups: ['Registration Manager Agents', 'Certificate Manager Agents'],
    certificateDer: pemToDer(readLabIdentity('AGENT').certificatePem),
    remoteAddress: '127.0.0.1',
    remoteHost: 'localhost',
    viaSession: false,
  };
}

export async function openLabInstallation(): Promise<LabInstallation> {
  const log = createLog('error', (line) => process.stderr.write(line));
  const server = await openTestServer();
  const administration = createDatabase({ address: server.address, log });
  const name = `retag_lab_${randomUuid().replaceAll('-', '').slice(0, 12)}`;
  await administration.execute(`create database ${name} template template0 encoding 'UTF8'`);
  const database = createDatabase({ address: server.address.withDatabaseName(name), log });
  const folder = mkdtempSync(join(tmpdir(), 'retag-lab-keys-'));
  const closers: (() => Promise<void>)[] = [
    async () => rmSync(folder, { recursive: true, force: true }),
    () => server.close(),
    () => administration.close(),
    async () => {
      await administration.execute(`drop database if exists ${name} with (force)`);
    },
    () => database.close(),
  ];
  const close = async () => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  try {
    await migrate(database, [storeMigrations, migrationMigrations], silentLog);
    const store = await openStore(database, {
      auditKey: auditKeyFromBytes(Buffer.alloc(32, 9)),
      clock: systemClock,
      log,
    });
    closers.push(() => store.close());
    const source = openDogtagDirectory(
      { ...labDirectory(), base: layout.base, timeZone: 'UTC' },
      { log, clock: systemClock },
    );
    closers.push(() => source.close());
    const signer = await takeOverKey(join(folder, 'keys'), log);
    closers.push(() => signer.stop());
    const writer = createDirectoryWriter(labDirectory(), { log });
    closers.push(() => writer.close());
    return { ...(await assemble({ database, store, source, signer, writer, log })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function takeOverKey(keyFolder: string, log: Log): Promise<ProcessSigner> {
  await importPkcs12Key({
    keyFolder,
    keyId: 'host',
    passphrase: null,
    pkcs12File: readLabVariable('DOGTAG_CA_PKCS12'),
    pkcs12Password: { value: readLabVariable('DOGTAG_CA_PKCS12_PASSWORD') },
    friendlyName: null,
  });
  return createProcessSigner({ keyFolder, passphrase: null, log });
}

interface Parts {
  readonly database: Database;
  readonly store: PostgresStore;
  readonly source: ImportSource;
  readonly signer: ProcessSigner;
  readonly writer: DirectoryWriter;
  readonly log: Log;
}

async function assemble({
  database,
  store,
  source,
  signer,
  writer,
  log,
}: Parts): Promise<Omit<LabInstallation, 'close'>> {
  const clock = systemClock;
  const intake = createIntake({ ledger: store.importLedger, clock });
  const importing = { source, intake, clock, log };
  await runImport({
    ...importing,
    hostCertificateDer: pemToDer(readFileSync(readLabVariable('DOGTAG_CA_CERT'), 'utf8')),
  });
  const host = await store.authorities.findHost();
  if (host === null) throw new Error('the import found no host authority');
  const { ranges } = await source.readNumberRanges();
  await ensureFences({ database, record: store, hostAuthorityId: host.id, ranges, clock, by: 'lab' });
  // Numbers of their own for each run, and outside of what another installation beside this lab would plan for itself.
  const run = BigInt(Math.floor(clock.now().getTime() / 1000)) % (1n << 24n);
  const serials = (1n << 137n) + (run << 24n);
  const requests = (1n << 49n) + (run << 16n);
  await store.numberRanges.set(host.id, { first: serials, last: serials + (1n << 24n) - 1n }, []);
  await store.numberRanges.set(null, { first: requests, last: requests + (1n << 16n) - 1n }, []);
  const authority = openAuthority(store, signer, log);
  const modes = createModeStore(database);
  const catchUp = () => catchUpImport(importing);
  const applier = createUpstreamFactApplier(importing);
  const agent = readLabIdentity('AGENT');
  const services: RollbackServices = {
    database,
    modes,
    nativeWork: store.nativeWork,
    pens: store.pens,
    crls: store.crls,
    issuance: store.issuance,
    certificates: store.certificates,
    recordAudit: (events) => store.audit.record(events),
    hostAuthorityId: host.id,
    writer,
    layout,
    zone: universalTime,
    dogtagCrl: createDogtagCrl({
      reader: writer,
      layout,
      zone: universalTime,
      callAsAgent: (target) => callDogtag(target, { identity: agent }),
    }),
    catchUp,
    readAgain: async (names) => {
      await applier.apply(await applier.read(names));
    },
    proveFences: async () => proveFences({ database, record: store, ranges: (await source.readNumberRanges()).ranges }),
    clock,
    log,
    wait: (ms) => delay(ms),
    onStep: () => {},
  };
  const targets = allTargets();
  return {
    database,
    store,
    modes,
    authority,
    writer,
    hostId: host.id,
    log,
    services,
    catchUp,
    goNative: async () => {
      await catchUp();
      const scopes: readonly PenScope[] = ['certificates:*', 'crl', 'ocsp'];
      const held = { authorityId: host.id, movedBy: 'lab', remoteAddress: null, reason: 'a test' };
      await store.pens.move(
        scopes.map((scope) => ({ ...held, scope, holder: 'native' })),
        async (transaction) => {
          const changes = targets.map((target) => ({ ...target, mode: 'serve' as const }));
          await modes.change(transaction, changes, 'lab', 'a test', clock.now());
        },
      );
    },
    goBack: () => rollBack({ targets, reason: 'a test of the way back', by: 'lab' }, services),
  };
}

function openAuthority(store: PostgresStore, signer: ProcessSigner, log: Log): CertificationAuthority {
  const port = new URL(readLabVariable('DOGTAG_HTTP_URL')).port;
  return new CertificationAuthority(
    { store, signer, clock: systemClock, log },
    {
      profiles: {
        timeZone: 'UTC',
        defaultOcspUrl: `http://${readLabVariable('DOGTAG_HOST')}:${port}/ca/ocsp`,
        subjectAltNameEntries: 4,
        peopleDn: `ou=People,${layout.base}`,
        runExternalCheck: null,
      },
      crl: { schedule: standardCrlSchedule, signatureAlgorithm: null, includeExpired: false },
      ocsp: { delegate: null, signatureAlgorithm: null },
      hostSigningAlgorithm: null,
    },
  );
}

function pemToDer(pem: string): Buffer {
  const body = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(pem)?.[1];
  if (body === undefined) throw new Error('no certificate in PEM');
  return Buffer.from(body.replace(/\s+/g, ''), 'base64');
}
