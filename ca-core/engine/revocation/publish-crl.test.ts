// CRLs that openssl reads and verifies, with numbers that only grow, made only where the pen is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  decodeAuthorityKeyIdentifier,
  decodeCertificateList,
  decodeCrlNumber,
  extensionOids,
  findExtension,
  formatSignatureAlgorithm,
} from '#codecs/x509';
import { type Clock, frozenClock, silentLog, systemClock } from '#platform';
import { createThrowawayAuthority, type ThrowawayAuthority } from '#test/throwaway-authority';
import {
  type CrlRecord,
  type RevocationReason,
  revocationReasons,
  serialNumber,
  systemCaller,
} from '../model/index.ts';
import { buildCrl, type CrlEntry } from './build-crl.ts';
import { findNextCrlUpdate, standardCrlSchedule } from './crl-schedule.ts';
import { CrlPublisher } from './publish-crl.ts';

const moment = new Date('2026-11-23T18:42:08Z');

describe('the content of a CRL', () => {
  it('is byte for byte Dogtag’s, given its number, dates and entries', async () => {
    const theirs = decodeCertificateList(
      readFileSync(new URL('../../../compat-fixtures/vectors/master.crl', import.meta.url)),
    );
    const identifier = findExtension(theirs.extensions, extensionOids.authorityKeyIdentifier);
    const number = findExtension(theirs.extensions, extensionOids.cRLNumber);
    assert(identifier !== null && number !== null);
    const keyIdentifier = decodeAuthorityKeyIdentifier(identifier.valueDer).keyIdentifier;
    const entries = [...theirs.revokedCertificates()].map(
      ({ serialNumber: serial, revocationDate, reasonCode, invalidityDate }) => ({
        serialNumber: serialNumber(serial),
        revocation: {
          reason: (reasonCode ?? 0) as RevocationReason,
          revokedAt: revocationDate,
          revokedBy: null,
          invalidityDate,
        },
        notAfter: new Date('2100-01-01T00:00:00Z'),
      }),
    );
    assert(entries.length > 0 && keyIdentifier !== null);
    const ours = await buildCrl(
      {
        issuerDer: theirs.issuerDer,
        authorityKeyIdentifier: keyIdentifier,
        signatureAlgorithm: formatSignatureAlgorithm(theirs.signatureAlgorithmDer),
        crlNumber: decodeCrlNumber(number.valueDer),
        thisUpdate: theirs.thisUpdate,
        nextUpdate: theirs.nextUpdate,
      },
      (async function* () {
        yield entries;
      })(),
    );
    assert.deepEqual(ours.tbsCertListDer, theirs.tbsDer);
    assert.deepEqual(findNextCrlUpdate(theirs.thisUpdate, standardCrlSchedule), theirs.nextUpdate);
  });
});

describe('published CRLs', () => {
  let folder: string;
  let authority: ThrowawayAuthority;
  let published: CrlRecord[];
  let revoked: CrlEntry[];
  let isPenHere: boolean;
  before(async () => {
    authority = await createThrowawayAuthority();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retag-crl-'));
    published = [];
    revoked = [];
    isPenHere = true;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const entry = (
    serial: number,
    reason: keyof typeof revocationReasons,
    invalidityDate: Date | null = null,
  ): CrlEntry => ({
    serialNumber: serialNumber(BigInt(serial)),
    revocation: { reason: revocationReasons[reason], revokedAt: moment, revokedBy: null, invalidityDate },
    notAfter: new Date('2030-01-01T00:00:00Z'),
  });
  const publisher = (clock: Clock = frozenClock(moment)) =>
    new CrlPublisher(
      {
        store: {
          certificates: {
            async *revoked() {
              for (let from = 0; from < revoked.length; from += 5000) yield revoked.slice(from, from + 5000);
            },
          },
          crls: {
            findNewest: async () => published.at(-1) ?? null,
            highestNumber: async () => published.at(-1)?.crlNumber ?? 41n,
            record: async (crl: CrlRecord) => {
              published.push(crl);
            },
          },
          pens: { isHeldHere: async () => isPenHere },
        } as unknown as ConstructorParameters<typeof CrlPublisher>[0]['store'],
        signer: authority.signer,
        authorities: authority.registry,
        clock,
        log: silentLog,
      },
      { schedule: standardCrlSchedule, signatureAlgorithm: null, includeExpired: false },
    );
  const openssl = (crlDer: Uint8Array, ...args: string[]) => {
    writeFileSync(join(folder, 'crl.der'), crlDer);
    writeFileSync(join(folder, 'ca.der'), authority.description.certificateDer);
    execFileSync('openssl', ['x509', '-inform', 'DER', '-in', 'ca.der', '-out', 'ca.pem'], { cwd: folder });
    return execFileSync(
      'openssl',
      ['crl', '-inform', 'DER', '-in', 'crl.der', '-CAfile', 'ca.pem', '-noout', ...args],
      {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        maxBuffer: 1 << 28,
      },
    );
  };

  it('continues above the highest number known and names when the next one comes', async () => {
    const crl = await publisher().generate('MasterCRL', systemCaller);
    assert.equal(crl.crlNumber, 42n);
    assert.match(openssl(crl.crlDer, '-crlnumber'), /0x2A/);
    const text = openssl(crl.crlDer, '-text');
    assert.match(text, /Last Update: Nov 23 18:42:08 2026 GMT/);
    assert.match(text, /Next Update: Nov 23 21:00:00 2026 GMT/);
    assert.match(text, /No Revoked Certificates/);
  });

  it('lists serial numbers with reason and invalidity date as they were recorded', async () => {
    const invalidity = new Date('2023-11-14T22:13:20Z');
    revoked = [entry(28, 'unspecified'), entry(29, 'keyCompromise', invalidity), entry(31, 'certificateHold')];
    const crl = await publisher().generate('MasterCRL', systemCaller);
    const text = openssl(crl.crlDer, '-text').replace(/\s+/g, ' ');
    assert.equal(crl.entryCount, 3);
    assert.match(text, /Serial Number: 1C Revocation Date: Nov 23 18:42:08 2026 GMT Serial Number: 1D/);
    assert.match(text, /Serial Number: 1D .* Key Compromise Invalidity Date: Nov 14 22:13:20 2023 GMT/);
    assert.match(text, /Serial Number: 1F .* Certificate Hold/);
  });

  it('leaves out what has expired', async () => {
    revoked = [entry(1, 'superseded'), { ...entry(2, 'superseded'), notAfter: new Date('2026-11-23T18:42:07Z') }];
    assert.equal((await publisher().generate('MasterCRL', systemCaller)).entryCount, 1);
  });

  it('is not made here while the other side holds the pen, nor for an issuing point that does not exist', async () => {
    isPenHere = false;
    await assert.rejects(publisher().generate('MasterCRL', systemCaller), { code: 'pen-elsewhere' });
    await assert.rejects(publisher().generate('Other', systemCaller), { code: 'unknown-issuing-point' });
    await assert.rejects(publisher().find('Other', 'full'), { code: 'unknown-issuing-point' });
    assert.deepEqual(published, []);
  });

  it('serves callers that meet with one CRL, made after all of them asked', async () => {
    const shared = publisher();
    const crls = await Promise.all(Array.from({ length: 20 }, () => shared.generate('MasterCRL', systemCaller)));
    assert(new Set(crls).size <= 2);
    assert.deepEqual(
      published.map(({ crlNumber }) => crlNumber),
      published.map((_, index) => 42n + BigInt(index)),
    );
  });

  it('makes one of 100,000 entries in seconds, and lets other work go on meanwhile', async function () {
    this.timeout(60_000);
    revoked = Array.from({ length: 100_000 }, (_, index) => entry(1_000_000 + index, 'keyCompromise'));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const startedAt = performance.now();
    const crl = await publisher().generate('MasterCRL', systemCaller);
    const seconds = (performance.now() - startedAt) / 1000;
    delay.disable();
    assert.equal(crl.entryCount, 100_000);
    assert(seconds < 10, `took ${seconds} s`);
    assert(delay.max / 1e6 < 500, `blocked for ${delay.max / 1e6} ms`);
    openssl(crl.crlDer, '-hash');
  });

  it('renews by itself before the old one ends, once started, and not after it was stopped', async () => {
    const soon = Math.floor(systemClock.now().getTime() / 1000) * 1000;
    const running = publisher(systemClock);
    running.start();
    while (published.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await running.stop();
    const [first] = published;
    assert(first?.nextUpdate !== null && first !== undefined && first.nextUpdate.getTime() > soon + 30_000);
    assert.equal(published.length, 1);
  });
});
