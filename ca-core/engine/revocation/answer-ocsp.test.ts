// OCSP answers that openssl verifies and that say what Dogtag's responder says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeOcspRequest, decodeOcspResponse, encodeCertId, encodeOcspRequest, nonceOid } from '#codecs/ocsp';
import { decodeSubjectPublicKeyInfo } from '#codecs/x509';
import { frozenClock } from '#platform';
import { createThrowawayAuthority, type ThrowawayAuthority } from '#test/throwaway-authority';
import { authorityId, type Revocation, revocationReasons } from '../model/index.ts';
import { OcspResponder } from './answer-ocsp.ts';
import { createOcspSigning } from './ocsp-signing.ts';

describe('OCSP answers', () => {
  let folder: string;
  let authority: ThrowawayAuthority;
  let isPenHere: boolean;
  const now = new Date('2026-11-23T18:42:08.700Z');
  const valid = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2028-01-01T00:00:00Z') };
  const revocation: Revocation = {
    reason: revocationReasons.keyCompromise,
    revokedAt: new Date('2026-11-20T01:02:03Z'),
    revokedBy: 'ipara',
    invalidityDate: null,
  };

  before(async () => {
    authority = await createThrowawayAuthority();
    folder = mkdtempSync(join(tmpdir(), 'retag-ocsp-'));
    writeFileSync(join(folder, 'ca.der'), authority.description.certificateDer);
    openssl('x509', '-inform', 'DER', '-in', 'ca.der', '-out', 'ca.pem');
  });
  beforeEach(() => {
    isPenHere = true;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const responder = (answersUnknown = false) => {
    const { id } = authority;
    const statuses = new Map([
      [1n, { revocation: null, authorityId: id, ...valid }],
      [2n, { revocation, authorityId: id, ...valid }],
      [3n, { revocation: null, authorityId: id, ...valid, notAfter: new Date('2026-11-01T00:00:00Z') }],
      [4n, { revocation, authorityId: id, ...valid, notAfter: new Date('2026-11-01T00:00:00Z') }],
      [5n, { revocation: null, authorityId: id, ...valid, notBefore: new Date('2027-01-01T00:00:00Z') }],
      [6n, { revocation: null, authorityId: authorityId('gone'), ...valid }],
    ]);
    const clock = frozenClock(now);
    const store = {
      certificates: { findRevocation: async (serial: bigint) => statuses.get(serial) },
      pens: { isHeldHere: async () => isPenHere },
    } as unknown as ConstructorParameters<typeof OcspResponder>[0]['store'] &
      Parameters<typeof createOcspSigning>[0]['store'];
    const sign = createOcspSigning({ store, signer: authority.signer, clock });
    return new OcspResponder(
      { store, authorities: authority.registry, clock, sign },
      { delegate: null, signatureAlgorithm: null, answersUnknown },
    );
  };
  const certIds = async (serials: readonly bigint[], hash: 'sha1' | 'sha256' = 'sha1') => {
    const { certificate } = await authority.registry.get(null);
    const { keyBytes } = decodeSubjectPublicKeyInfo(certificate.subjectPublicKeyInfoDer);
    const issuer = { nameDer: certificate.subjectDer, keyBytes };
    return serials.map((serial) => encodeCertId(issuer, serial, hash));
  };
  const ask = async (...serials: bigint[]) => responder().answer(encodeOcspRequest(await certIds(serials)));
  const basic = async (...serials: bigint[]) => {
    const answer = await ask(...serials);
    assert(answer !== null);
    const response = decodeOcspResponse(answer);
    assert(response.status === 'successful');
    return response.basic;
  };

  it('satisfies openssl, nonce included', async () => {
    openssl('ocsp', '-issuer', 'ca.pem', '-serial', '0x2', '-reqout', 'request.der');
    const answer = await responder().answer(readFileSync(join(folder, 'request.der')));
    assert(answer !== null);
    writeFileSync(join(folder, 'response.der'), answer);
    const args = ['-reqin', 'request.der', '-respin', 'response.der', '-CAfile', 'ca.pem', '-resp_text'];
    const text = openssl('ocsp', ...args, '-validity_period', '1000000000');
    assert.match(text, /Cert Status: revoked/);
    assert.match(text, /Revocation Time: Nov 20 01:02:03 2026 GMT/);
    assert.match(text, /This Update: Nov 23 18:42:08 2026 GMT/);
    assert.doesNotMatch(text, /Next Update|Revocation Reason/);
    const { nonce } = decodeOcspRequest(readFileSync(join(folder, 'request.der')));
    const response = decodeOcspResponse(answer);
    assert(response.status === 'successful' && nonce !== null);
    assert.deepEqual(response.basic.extensions, [nonce]);
    assert.equal(nonce.oid, nonceOid);
  });

  it('calls expired and not yet valid certificates unknown, and revoked ones revoked for good', async () => {
    const kinds = async (serial: bigint) => (await basic(serial)).responses.map(({ status }) => status.kind);
    assert.deepEqual(await kinds(1n), ['good']);
    assert.deepEqual(await kinds(2n), ['revoked']);
    assert.deepEqual(await kinds(3n), ['unknown']);
    assert.deepEqual(await kinds(4n), ['revoked']);
    assert.deepEqual(await kinds(5n), ['unknown']);
  });

  it('answers several at once in their order, and leaves those unknown that it never issued', async () => {
    const { responses } = await basic(2n, 1n, 99n, 6n);
    assert.deepEqual(
      responses.map(({ certId, status }) => [certId.serialNumber, status.kind]),
      [
        [2n, 'revoked'],
        [1n, 'good'],
        [99n, 'unknown'],
        [6n, 'unknown'],
      ],
    );
  });

  it('says unknown of the first certificate, too, where it is to answer like that', async () => {
    const answer = await responder(true).answer(encodeOcspRequest(await certIds([99n, 1n])));
    assert(answer !== null);
    const response = decodeOcspResponse(answer);
    assert(response.status === 'successful');
    assert.deepEqual(
      response.basic.responses.map(({ status }) => status.kind),
      ['unknown', 'good'],
    );
  });

  it('has no answer when the first certificate is not known here, nor to what is no request', async () => {
    assert.equal(await ask(99n, 1n), null);
    assert.equal(await ask(6n), null);
    for (const bytes of ['', '30', '3000', '3003020101', 'ff'.repeat(100)])
      assert.equal(await responder().answer(Buffer.from(bytes, 'hex')), null);
    assert.equal(await responder().answer(Buffer.alloc(1_000_000)), null);
  });

  it('says unknown to an issuer name that is not the authority’s, and takes any hash', async () => {
    const [foreign] = await certIds([1n]);
    assert(foreign !== undefined);
    const nameHash = decodeOcspRequest(encodeOcspRequest([foreign])).certIds[0]?.issuerNameHash;
    assert(nameHash !== undefined);
    const at = foreign.indexOf(nameHash);
    foreign[at] = (foreign[at] ?? 0) ^ 0xff;
    const answer = await responder().answer(encodeOcspRequest([foreign]));
    const response = decodeOcspResponse(answer ?? Buffer.alloc(0));
    assert(response.status === 'successful');
    assert.equal(response.basic.responses[0]?.status.kind, 'unknown');
    const other = await responder().answer(encodeOcspRequest(await certIds([1n], 'sha256')));
    const otherResponse = decodeOcspResponse(other ?? Buffer.alloc(0));
    assert(otherResponse.status === 'successful');
    assert.equal(otherResponse.basic.responses[0]?.status.kind, 'good');
  });

  it('signs nothing while the other side holds the pen', async () => {
    isPenHere = false;
    await assert.rejects(ask(1n), { code: 'pen-elsewhere' });
  });
});
