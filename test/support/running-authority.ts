// A whole authority for tests and benchmarks: PostgreSQL, the signer process with a fresh key, sample profiles; everything real.

import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AuditKey,
  type AuthorityId,
  auditKeyFromBytes,
  authorityId,
  type Caller,
  CertificationAuthority,
  certifyAuthority,
  type PenScope,
  profileId,
  standardCrlSchedule,
} from '#ca-core/engine';
import { createKey, createProcessSigner, type KeyKind, type ProcessSigner } from '#ca-core/signer';
import { openStore, type PostgresStore } from '#ca-core/store';
import { type Clock, type Database, type Log, systemClock } from '#platform';
import { authorityProfiles } from './authority-profiles.ts';
import { sampleProfiles } from './sample-profiles.ts';

export interface RunningAuthority {
  readonly id: AuthorityId;
  readonly store: PostgresStore;
  readonly signer: ProcessSigner;
  readonly authority: CertificationAuthority;
  readonly log: Log;
  /** Stops what runs in this process; the database and the key folder stay. */
  stop(): Promise<void>;
}

export interface AuthorityPlace {
  readonly database: Database;
  readonly keyFolder: string;
  readonly log: Log;
  readonly clock?: Clock;
  /** The Dogtag that profiles behave as. */
  readonly dogtagVersion?: string;
}

export const testAuthorityId = authorityId('11111111-2222-3333-4444-555555555555');
export const testAuditKey: AuditKey = auditKeyFromBytes(Buffer.alloc(32, 7));

/** A key folder that vanishes with `remove`. */
export function makeKeyFolder(): { readonly keyFolder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'retag-authority-'));
  return { keyFolder: join(folder, 'keys'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Makes key, certificate, number ranges, pens and profiles on a database that has nothing but its migrations. */
export async function foundAuthority(
  place: AuthorityPlace,
  keyKind: KeyKind = { type: 'rsa', bits: 2048 },
): Promise<void> {
  const { database, keyFolder, log } = place;
  const clock = place.clock ?? systemClock;
  await createKey({ keyFolder, keyId: 'host', passphrase: null, keyKind });
  const signer = await createProcessSigner({ keyFolder, passphrase: null, log });
  const store = await openStore(database, { auditKey: testAuditKey, clock, log });
  const notBefore = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
  await certifyAuthority(
    {
      id: testAuthorityId,
      keyId: 'host',
      subject: 'CN=Test Authority,O=EXAMPLE.TEST',
      serialNumber: 1n,
      notBefore,
      notAfter: new Date(notBefore.getTime() + 3650 * 86_400_000),
      signatureAlgorithm: null,
      ocspUrl: 'http://pki.example.test:18080/ca/ocsp',
      certifiedBy: 'system',
    },
    { store, signer, clock },
  );
  await store.numberRanges.set(testAuthorityId, { first: 1n << 96n, last: (1n << 97n) - 1n }, []);
  await store.numberRanges.set(null, { first: 10_000_000n, last: 19_999_999n }, []);
  for (const scope of ['certificates:*', 'crl', 'ocsp'] as const) await movePen(store, scope, 'native');
  for (const [id, configurationText] of [...sampleProfiles, ...authorityProfiles])
    await store.profiles.record({ id: profileId(id), classId: 'caEnrollImpl', configurationText }, []);
  await signer.stop();
  await store.close();
}

export function movePen(store: PostgresStore, scope: PenScope, holder: 'native' | 'upstream'): Promise<void> {
  const move = { authorityId: testAuthorityId, scope, holder, movedBy: 'test', remoteAddress: null, reason: 'test' };
  return store.pens.move([move]);
}

/** Opens what `foundAuthority` made. */
export async function openAuthority(place: AuthorityPlace): Promise<RunningAuthority> {
  const { database, keyFolder, log } = place;
  const clock = place.clock ?? systemClock;
  const store = await openStore(database, { auditKey: testAuditKey, clock, log });
  const signer = await createProcessSigner({ keyFolder, passphrase: null, log });
  const authority = new CertificationAuthority(
    { store, signer, keys: signer, clock, log },
    {
      profiles: {
        timeZone: 'UTC',
        defaultOcspUrl: 'http://pki.example.test:18080/ca/ocsp',
        subjectAltNameEntries: 4,
        peopleDn: 'ou=People,o=ipaca',
        runExternalCheck: null,
        ...(place.dogtagVersion === undefined ? {} : { dogtagVersion: place.dogtagVersion }),
      },
      crl: { schedule: standardCrlSchedule, signatureAlgorithm: null, includeExpired: false },
      ocsp: { delegate: null, signatureAlgorithm: null },
      hostSigningAlgorithm: null,
    },
  );
  const stop = async () => {
    await authority.stop();
    await signer.stop();
    await store.close();
  };
  return { id: testAuthorityId, store, signer, authority, log, stop };
}

/** A PKCS#10 request in PEM for this common name, with a fresh EC key unless `keyPem` brings one. */
export function makeCsr(commonName: string, keyPem = freshKeyPem()): string {
  const folder = mkdtempSync(join(tmpdir(), 'retag-csr-'));
  try {
    writeFileSync(join(folder, 'key.pem'), keyPem, { mode: 0o600 });
    const args = ['req', '-new', '-key', 'key.pem', '-subj', `/O=EXAMPLE.TEST/CN=${commonName}`, '-out', 'csr.pem'];
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
    return readFileSync(join(folder, 'csr.pem'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An RSA key costs as much to make as fifty signatures; tests that are not about RSA take this. */
export function freshKeyPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

const somebody: Caller = {
  userId: null,
  groups: [],
  certificateDer: null,
  remoteAddress: '127.0.0.1',
  remoteHost: 'localhost',
  viaSession: false,
};

/** Nobody in particular, and agents that came with their certificate (whose content no rule here looks at). */
export const callers = {
  anonymous: somebody,
  registrationAgent: {
    ...somebody,
    userId: 'ipara',
    groups: ['Registration Manager Agents', 'Certificate Manager Agents'],
    certificateDer: Buffer.from('3000', 'hex'),
  },
  agent: {
    ...somebody,
    userId: 'caadmin',
    groups: ['Certificate Manager Agents'],
    certificateDer: Buffer.from('3000', 'hex'),
  },
} as const satisfies Record<string, Caller>;
