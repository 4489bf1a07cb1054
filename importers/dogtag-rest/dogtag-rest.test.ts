// Facts of reading a Dogtag over REST, from a stand-in that answers as the lab's 10.10.2 does, its oddities of paging included.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodePem } from '#codecs/pem';
import { systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { type ImportSource, openDogtagRest, SourceError, type SourceKind, type SourceRecord } from '../index.ts';

const authority = createSampleAuthority();
const identity = {
  certificatePem: encodePem('CERTIFICATE', authority.certificateDer),
  keyPem: authority.privateKeyPem,
};
const certificateCount = 250;
const requestCount = 130;

type Answer = readonly [status: number, body: unknown];

function answer(target: URL): Answer {
  const path = decodeURIComponent(target.pathname);
  const start = Number(target.searchParams.get('start') ?? 0);
  const size = Number(target.searchParams.get('size') ?? target.searchParams.get('pageSize') ?? 20);
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  if (path === '/pki/rest/info') return [200, { Version: '10.10.2' }];
  if (path === '/ca/rest/account/login') return [200, { id: 'ipara' }];
  if (path === '/ca/rest/certs') {
    const entries = numbers(certificateCount).slice(start, start + size);
    return [
      200,
      {
        total: certificateCount,
        entries: entries.map((number) => ({
          id: `0x${number.toString(16)}`,
          IssuedOn: '1767225600000',
          IssuedBy: 'admin',
          Status: number === 3 ? 'REVOKED' : 'VALID',
          RevokedOn: number === 3 ? '1767225601000' : null,
          RevokedBy: number === 3 ? 'agent' : null,
        })),
      },
    ];
  }
  const serial = /^\/ca\/rest\/certs\/(\d+)$/.exec(path)?.[1];
  if (serial === '7') return [200, { id: '0x7', Encoded: 'garbage' }];
  if (serial !== undefined)
    return [
      200,
      {
        id: serial,
        Encoded: encodePem('CERTIFICATE', authority.issue({ serialNumber: BigInt(serial) })).replaceAll('\n', '\r\n'),
        Status: serial === '3' ? 'REVOKED' : 'VALID',
        RevocationReason: serial === '3' ? 1 : null,
      },
    ];
  // Counted from one, nothing being one, too; beyond the end the last one comes again.
  if (path === '/ca/rest/agent/certrequests') {
    const from = Math.min(Math.max(start, 1), requestCount);
    const entries = numbers(requestCount).slice(from - 1, from - 1 + size);
    return [
      200,
      {
        total: requestCount,
        entries: entries.map((number) => ({
          requestType: number === 5 ? 'revocation' : 'enrollment',
          requestStatus: 'complete',
          requestURL: `https://x/ca/rest/certrequests/${number}`,
          certId: `0x${number.toString(16)}`,
          operationResult: 'success',
        })),
      },
    ];
  }
  const request = /^\/ca\/rest\/agent\/certrequests\/(\d+)$/.exec(path)?.[1];
  if (request === '5') return [500, { Message: 'not an enrolment' }];
  if (request !== undefined)
    return [
      200,
      {
        requestCreationTime: 'Sat Nov 28 02:36:55 UTC 2026',
        requestModificationTime: 'Sat Nov 28 02:37:29 UTC 2026',
        ProfileID: 'caServerCert',
        profileSetId: 'serverCertSet',
        Renewal: false,
        Input: [{ Attribute: [{ name: 'cert_request_type', Value: 'pkcs10' }] }],
      },
    ];
  if (path === '/ca/rest/profiles') return [200, { total: 1, entries: start > 0 ? [] : [{ profileId: 'one' }] }];
  if (path === '/ca/rest/profiles/one/raw')
    return [
      200,
      Buffer.from(Buffer.from('#date\nclassId=caEnrollImpl\nprofileId=one\nname=Größe\n').toString('latin1'), 'utf8'),
    ];
  if (path === '/ca/rest/admin/users') return [403, { Message: 'no' }];
  return [404, { Message: path }];
}

describe('a Dogtag over REST', () => {
  let server: Server;
  let source: ImportSource;
  const asked: string[] = [];
  before(async () => {
    server = createServer((incoming, outgoing) => {
      const target = new URL(incoming.url ?? '', 'http://x');
      asked.push(target.pathname);
      const [status, body] = answer(target);
      const headers = target.pathname.endsWith('/login') ? { 'set-cookie': 'JSESSIONID=1; Path=/ca' } : {};
      const isForeign = /agent|profiles/.test(target.pathname) && incoming.headers.cookie !== 'JSESSIONID=1';
      outgoing.writeHead(isForeign ? 403 : status, headers).end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    source = openDogtagRest(
      {
        url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
        hostName: 'pki.example.test',
        caCertificatePem: identity.certificatePem,
        agent: identity,
        administrator: null,
      },
      { clock: systemClock },
    );
  });
  after(async () => {
    await source.close();
    await new Promise((resolve) => server.close(resolve));
  });

  const read = async (kind: SourceKind, after: string | null = null) => {
    const records: SourceRecord[] = [];
    const findings: string[] = [];
    const checkpoints: string[] = [];
    for await (const batch of source.read(kind, after)) {
      records.push(...batch.records);
      findings.push(...batch.findings.map(({ kind: found, entry }) => `${found} ${entry}`));
      checkpoints.push(batch.checkpoint);
    }
    return { records, findings, checkpoints };
  };

  it('gives every certificate once, in order, and names what it cannot read', async () => {
    const { records, findings, checkpoints } = await read('certificate');
    const serials = records.map((record) => (record.kind === 'certificate' ? record.value.serialNumber : null));
    assert.equal(serials.length, certificateCount - 1);
    assert.deepEqual(serials.slice(0, 7), [1n, 2n, 3n, 4n, 5n, 6n, 8n]);
    assert.deepEqual(findings, ['entry-unreadable /ca/rest/certs/7']);
    const [, , revoked] = records;
    assert.ok(revoked?.kind === 'certificate' && revoked.value.isBare);
    assert.deepEqual(revoked.value.revocation, {
      reason: 1,
      revokedAt: new Date(1767225601000),
      revokedBy: 'agent',
      invalidityDate: null,
    });
    const rest = await read('certificate', checkpoints[1] ?? null);
    assert.equal(rest.records.length, certificateCount - 200);
  }).timeout(20_000);

  it('gives every request once, whatever pages begin with', async () => {
    const { records } = await read('request');
    const ids = records.map((record) => (record.kind === 'request' ? record.value.id : null));
    assert.deepEqual(
      ids,
      Array.from({ length: requestCount }, (_, index) => BigInt(index + 1)),
    );
    const [first] = records;
    assert.ok(first?.kind === 'request');
    assert.deepEqual(first.value.createdAt, new Date('2026-11-28T02:36:55Z'));
    assert.deepEqual({ ...first.value.inputs }, { cert_request_type: 'pkcs10' });
  }).timeout(20_000);

  it('reads profiles in a session, once, with every letter as it was', async () => {
    const { records } = await read('profile');
    await read('profile');
    assert.equal(asked.filter((path) => path === '/ca/rest/profiles/one/raw').length, 1);
    const [profile] = records;
    assert.ok(profile?.kind === 'profile');
    assert.deepEqual(profile.value, { id: 'one', classId: 'caEnrollImpl', configurationText: 'name=Größe\n' });
  });

  it('leaves out what nobody is configured for, and says what it cannot tell', async () => {
    assert.deepEqual(
      (['certificate', 'user', 'access-rule'] as const).map((kind) => source.extentOf?.(kind)),
      ['part', 'none', 'none'],
    );
    assert.deepEqual((await read('user')).records, []);
    const { server: described, remarks } = await source.describe();
    assert.equal(described, 'Dogtag 10.10.2 over REST');
    assert.ok(remarks.some((remark) => remark.includes('users and groups (no administrator')));
  });

  it('says so when nobody answers', async () => {
    const nowhere = openDogtagRest(
      {
        url: new URL('http://127.0.0.1:1'),
        hostName: 'x',
        caCertificatePem: identity.certificatePem,
        agent: null,
        administrator: null,
      },
      { clock: systemClock },
    );
    await assert.rejects(nowhere.describe(), (error) => error instanceof SourceError && error.code === 'unreachable');
    await nowhere.close();
  }).timeout(20_000);
});
