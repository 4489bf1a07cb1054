// OCSP against answers of real Dogtags (compat-fixtures/vectors/ocsp.json).
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { OCSPRequest, OCSPResponse } from 'pkijs';
import { DerError, encodeNull, encodeObjectIdentifier, encodeOctetString, encodeSequence } from '#codecs/der';
import { decodeCertificate, decodeSubjectPublicKeyInfo, encodeNameText, formatName } from '#codecs/x509';
import {
  assembleOcspResponse,
  type BasicOcspResponse,
  decodeCertId,
  decodeOcspRequest,
  decodeOcspResponse,
  encodeCertId,
  encodeOcspFailure,
  encodeOcspRequest,
  encodeResponseData,
  isCertIdOfIssuer,
  nonceOid,
} from './index.ts';

const vectors = (
  JSON.parse(readFileSync(new URL('../../compat-fixtures/vectors/ocsp.json', import.meta.url), 'utf8')) as {
    name: string;
    request: string;
    response: string;
  }[]
).map(({ name, request, response }) => ({
  name,
  request: Buffer.from(request, 'hex'),
  response: Buffer.from(response, 'hex'),
}));
const answered = vectors.filter(({ response }) => response.length > 0);

function basicOf(responseDer: Buffer): BasicOcspResponse {
  const { basic } = decodeOcspResponse(responseDer);
  assert.ok(basic !== null);
  return basic;
}

describe('OCSP', () => {
  for (const { name, request, response } of answered) {
    it(`writes the bytes that Dogtag ${name} wrote`, () => {
      const basic = basicOf(response);
      const asked = decodeOcspRequest(request);
      const responseDataDer = encodeResponseData({
        ...basic,
        responses: basic.responses.map((single, i) => ({ ...single, certId: asked.certIds[i] ?? single.certId })),
        extensions: asked.nonce === null ? [] : [asked.nonce],
      });
      assert.ok(responseDataDer.equals(basic.responseDataDer));
      const { signatureAlgorithmDer, signature, certificatesDer } = basic;
      assert.ok(
        assembleOcspResponse(responseDataDer, signatureAlgorithmDer, signature, certificatesDer).equals(response),
      );
      const certIdsDer = asked.certIds.map(({ der }) => der);
      assert.ok(encodeOcspRequest(certIdsDer, asked.extensions).equals(request));
    });
  }

  it('finds the signed bytes, the signature and the responder certificate', () => {
    for (const { response } of answered) {
      const { responseDataDer, signature, certificatesDer } = basicOf(response);
      const [responder] = certificatesDer;
      assert.ok(responder !== undefined);
      const { subjectPublicKeyInfoDer } = decodeCertificate(responder);
      const key = createPublicKey({ key: subjectPublicKeyInfoDer, format: 'der', type: 'spki' });
      assert.ok(verify('sha256', responseDataDer, key, signature));
    }
  });

  it('tells a CertID of its issuer from one of another', () => {
    const [first] = answered;
    assert.ok(first !== undefined);
    const authorityDer = basicOf(first.response).certificatesDer[1] ?? Buffer.alloc(0);
    const authority = decodeCertificate(authorityDer);
    const { keyBytes } = decodeSubjectPublicKeyInfo(authority.subjectPublicKeyInfoDer);
    const issuer = { nameDer: authority.subjectDer, keyBytes };
    const [asked] = decodeOcspRequest(first.request).certIds;
    assert.ok(asked !== undefined);
    assert.equal(formatName(issuer.nameDer), 'CN=Certificate Authority,O=EXAMPLE.TEST');
    assert.ok(isCertIdOfIssuer(asked, issuer, true));
    assert.ok(encodeCertId(issuer, asked.serialNumber, asked.hash ?? 'md5').equals(asked.der));
    const sameName = { ...issuer, keyBytes: Buffer.of(1) };
    assert.ok(isCertIdOfIssuer(asked, sameName, false));
    assert.ok(!isCertIdOfIssuer(asked, sameName, true));
    assert.ok(!isCertIdOfIssuer(asked, { ...issuer, nameDer: encodeNameText('CN=other') }, false));
  });

  it('makes requests and responses that another implementation reads', () => {
    const certId = encodeCertId({ nameDer: encodeNameText('CN=x'), keyBytes: Buffer.of(1) }, -129n, 'sha256');
    const requestDer = encodeOcspRequest(
      [certId, certId],
      [{ oid: nonceOid, critical: false, valueDer: encodeOctetString(Buffer.of(1, 2)) }],
    );
    assert.equal(OCSPRequest.fromBER(requestDer).tbsRequest.requestList.length, 2);
    assert.equal(decodeOcspRequest(requestDer).nonce?.valueDer.toString('hex'), '04020102');
    const time = new Date('2060-01-01T00:00:00Z');
    const response = {
      responderId: { kind: 'byKey', keyHash: Buffer.alloc(20) },
      producedAt: time,
      responses: [
        {
          certId: { der: certId },
          status: { kind: 'revoked', revocationTime: time, reasonCode: 4 },
          thisUpdate: time,
          nextUpdate: time,
        },
        { certId: { der: certId }, status: { kind: 'unknown' }, thisUpdate: time, nextUpdate: null },
      ],
      extensions: [],
    } as const;
    const algorithmDer = encodeSequence(encodeObjectIdentifier('1.3.101.112'));
    const responseDer = assembleOcspResponse(encodeResponseData(response), algorithmDer, Buffer.of(1), []);
    assert.equal(OCSPResponse.fromBER(responseDer).responseStatus.valueBlock.valueDec, 0);
    const [revoked, unknown] = basicOf(responseDer).responses;
    assert.deepEqual(revoked?.status, { kind: 'revoked', revocationTime: time, reasonCode: 4 });
    assert.equal(revoked.nextUpdate?.getTime(), time.getTime());
    assert.equal(revoked.certId.serialNumber, -129n);
    assert.deepEqual(unknown?.status, { kind: 'unknown' });
  });

  it('says why there is no answer', () => {
    assert.equal(encodeOcspFailure('malformedRequest').toString('hex'), '30030a0101');
    assert.deepEqual(decodeOcspResponse(encodeOcspFailure('unauthorized')), { status: 'unauthorized', basic: null });
  });

  it('refuses a request about nothing, about too much, and of odd hash parameters', () => {
    const request = (...certIds: readonly Buffer[]): Buffer =>
      encodeSequence(encodeSequence(encodeSequence(...certIds)));
    assert.throws(() => decodeOcspRequest(request()), DerError);
    const certId = encodeSequence(encodeCertId({ nameDer: Buffer.of(1), keyBytes: Buffer.of(1) }, 1n));
    assert.throws(() => decodeOcspRequest(request(...Array<Buffer>(600).fill(certId))), DerError);
    const odd = encodeSequence(
      encodeSequence(encodeObjectIdentifier('1.3.14.3.2.26'), encodeOctetString(Buffer.of(1))),
      encodeOctetString(Buffer.of(1)),
      encodeOctetString(Buffer.of(1)),
      Buffer.of(2, 1, 1),
    );
    assert.throws(() => decodeCertId(odd), DerError);
    assert.throws(() => decodeCertId(encodeNull()), DerError);
  });

  it('answers any bytes with a value or a DerError', () => {
    const samples = answered.flatMap(({ request, response }) => [request, response]);
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.nat(), fc.nat(255), fc.option(fc.nat()), (sample, at, octet, cut) => {
        const bytes = Buffer.from(sample);
        bytes[at % bytes.length] = octet;
        const input = bytes.subarray(0, cut === null ? bytes.length : cut % bytes.length);
        for (const decode of [decodeOcspRequest, decodeOcspResponse]) {
          try {
            decode(input);
          } catch (error) {
            assert.ok(error instanceof DerError, `${error}`);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});
