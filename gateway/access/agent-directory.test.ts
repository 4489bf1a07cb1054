// Facts about finding the user of a certificate.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { frozenClock, silentLog } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import type { AccessDirectory, AccessUser, CertificateRecord } from '../contract.ts';
import type { ClientCertificate } from '../listeners/client-identity.ts';
import { AgentDirectory } from './agent-directory.ts';

const authority = createSampleAuthority('CN=Certificate Authority,O=EXAMPLE.TEST');
const der = authority.issue({ serialNumber: 7n, subject: 'CN=IPA RA,O=EXAMPLE.TEST' });
const otherDer = authority.issue({ serialNumber: 8n, subject: 'CN=IPA RA,O=EXAMPLE.TEST' });
const claim = '2;7;CN=Certificate Authority,O=EXAMPLE.TEST;CN=IPA RA,O=EXAMPLE.TEST';

function presented(certificateDer: Buffer): ClientCertificate {
  const certificate = new X509Certificate(certificateDer);
  return {
    der: certificateDer,
    pem: certificate.toString(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
  };
}

function user(more: Partial<AccessUser>): AccessUser {
  return {
    userId: 'ipara',
    fullName: 'ipara',
    email: null,
    certificatesDer: [der],
    certificateClaims: [claim],
    groups: ['Certificate Manager Agents'],
    ...more,
  };
}

interface Given {
  users?: AccessUser[];
  at?: Date;
  record?: Partial<CertificateRecord> | null;
}

function directoryOf({ users = [user({})], at = new Date('2027-01-01'), record = null }: Given) {
  const state = { directory: { revision: 1n, users, rules: [] } as AccessDirectory, reads: 0, fails: false };
  const directory = new AgentDirectory({
    ra: {
      readAccessDirectory: async (seen) => {
        state.reads += 1;
        if (state.fails) throw new Error('gone');
        return seen === state.directory.revision ? null : state.directory;
      },
      findCertificate: async () => record as CertificateRecord | null,
    },
    clock: frozenClock(at),
    log: silentLog,
  });
  return { directory, state };
}

const find = async (given: Given, certificateDer = der) =>
  (await directoryOf(given).directory.findUserByCertificate(presented(certificateDer)))?.userId ?? null;

describe('AgentDirectory', () => {
  it('finds the user whose entry claims the certificate and holds it', async () => {
    assert.equal(await find({}), 'ipara');
  });

  it('compares claims as the directory does, without regard to case and spaces', async () => {
    const loose = claim.replace('IPA RA', 'ipa   ra').replace('O=EXAMPLE', 'o=example');
    assert.equal(await find({ users: [user({ certificateClaims: [loose] })] }), 'ipara');
  });

  it('finds nobody for another certificate of the same name', async () => {
    assert.equal(await find({}, otherDer), null);
  });

  it('finds nobody where the claim fits but the certificate is not the one held', async () => {
    assert.equal(await find({ users: [user({ certificatesDer: [otherDer] })] }), null);
  });

  it('finds nobody where the certificate is held but not claimed', async () => {
    assert.equal(await find({ users: [user({ certificateClaims: [] })] }), null);
  });

  it('takes the claim alone for an entry that holds no certificate at all, as Dogtag does', async () => {
    assert.equal(await find({ users: [user({ certificatesDer: [] })] }), 'ipara');
  });

  it('refuses certificates that are expired or not yet valid', async () => {
    assert.equal(await find({ at: new Date('2029-01-01') }), null);
    assert.equal(await find({ at: new Date('2025-01-01') }), null);
  });

  it('refuses a revoked certificate, but only if it is that very certificate', async () => {
    const revocation = { reason: 1, revokedAt: new Date(0), revokedBy: null, invalidityDate: null } as const;
    assert.equal(await find({ record: { certificateDer: der, revocation } }), null);
    assert.equal(await find({ record: { certificateDer: otherDer, revocation } }), 'ipara');
    assert.equal(await find({ record: { certificateDer: der, revocation: null } }), 'ipara');
  });

  it('sees at once what was changed, and asks once for all who come while it asks', async () => {
    const { directory, state } = directoryOf({});
    await directory.view();
    state.directory = { revision: 2n, users: [], rules: [] };
    assert.equal((await directory.view()).findUser('ipara'), null);
    assert.equal(state.reads, 2);
    const first = directory.view();
    await Promise.resolve();
    await Promise.all([first, directory.view(), directory.view(), directory.view()]);
    assert.equal(state.reads, 4);
  });

  it('keeps what it knows while reading fails', async () => {
    const { directory, state } = directoryOf({});
    await directory.view();
    state.fails = true;
    assert.equal((await directory.view()).findUser('IPARA')?.userId, 'ipara');
  });

  it('fails when it could never read', async () => {
    const { directory, state } = directoryOf({});
    state.fails = true;
    await assert.rejects(directory.view(), /gone/);
  });
});
