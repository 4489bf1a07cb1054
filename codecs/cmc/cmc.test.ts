// CMC messages: what is read of those that are right, that broken ones are refused, and that responses come back as they went.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  DerError,
  encodeEnumerated,
  encodeGeneralizedTime,
  encodeInteger,
  encodeOctetString,
  encodeSequence,
} from '#codecs/der';
import { encodeNameText, findSignatureAlgorithm } from '#codecs/x509';
import {
  encodeCertificateRequestMessages,
  encodeCertificationRequest,
  encodeTestName,
  generateEcKey,
  nameOids,
  stringTags,
} from '#test/certificate-request-builder';
import {
  encodeContentInfo,
  encodePkiData,
  encodeSignedData,
  cmcTestOids as oids,
  tagCertificationRequest,
  tagCrmf,
} from '#test/cmc-request-builder';
import { createSampleAuthority } from '#test/sample-authority';
import {
  assembleSignedResponse,
  type CmcFailure,
  type CmcStatus,
  cmcContentTypes,
  cmcControls,
  decodeCmcResponse,
  decodeContentInfo,
  decodePkiData,
  decodeRevokeRequest,
  decodeStatusInfo,
  encodePkiResponse,
  encodeResponseAttributes,
  encodeSimpleResponse,
  encodeStatusInfo,
} from './index.ts';

const key = generateEcKey('P-256');
const subjectDer = encodeTestName([[[nameOids.cn, stringTags.utf8, 'somebody']]]);
const requestDer = encodeCertificationRequest({ subjectDer, key });
const messagesDer = encodeCertificateRequestMessages([{ subjectDer, key, proof: 'signature', requestId: 9 }]);
const authority = createSampleAuthority('CN=Sample,O=EXAMPLE.TEST');
const nonce = { oid: oids.senderNonce, valuesDer: [encodeOctetString(Buffer.from('nonce'))] };
const dataDer = encodePkiData({
  controls: [nonce, { oid: oids.transactionId, valuesDer: [encodeInteger(7), encodeInteger(8)], bodyPartId: 3 }],
  requestsDer: [tagCertificationRequest(1, requestDer), tagCrmf(messagesDer)],
});
const signedDer = encodeSignedData({
  contentDer: dataDer,
  signers: [{ by: { keyIdentifier: Buffer.from('key') }, key: key.privateKey }],
});

/** DerError is the only way in which a message may be refused. */
function reads(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    assert(error instanceof DerError, String(error));
    return false;
  }
}

function readAll(der: Uint8Array): void {
  const message = decodeContentInfo(der);
  if (message.kind !== 'other' && message.content !== null) decodePkiData(message.content);
}

describe('PKIData', () => {
  it('gives controls and requests with their body parts', () => {
    const { controls, requests } = decodePkiData(dataDer);
    assert.deepEqual(
      controls.map(({ bodyPartId, oid, valuesDer }) => [bodyPartId, oid, valuesDer.length]),
      [
        [1000n, oids.senderNonce, 1],
        [3n, oids.transactionId, 2],
      ],
    );
    assert.deepEqual(
      requests.map(({ kind, bodyPartId }) => [kind, bodyPartId]),
      [
        ['pkcs10', 1n],
        ['crmf', 9n],
      ],
    );
    const [first] = requests;
    assert(first?.kind === 'pkcs10' && first.request.der.equals(requestDer));
  });

  it('is refused without one of its four sequences, or with more', () => {
    const empty = encodeSequence();
    assert.throws(() => decodePkiData(encodeSequence(empty, empty, empty)), DerError);
    assert.throws(() => decodePkiData(encodeSequence(empty, empty, empty, empty, empty)), DerError);
    assert.throws(() => decodePkiData(encodePkiData({ requestsDer: [encodeSequence()] })), DerError);
    assert.doesNotThrow(() => decodePkiData(encodePkiData({})));
  });

  it('does not take controls without end', () => {
    const controls = Array.from({ length: 257 }, () => nonce);
    assert.throws(() => decodePkiData(encodePkiData({ controls })), /more than 256 items/);
  });
});

describe('A CMC message', () => {
  it('tells plain data, signed data and what is neither apart', () => {
    assert.equal(decodeContentInfo(signedDer).kind, 'signed');
    assert.equal(decodeContentInfo(encodeContentInfo(oids.data, encodeOctetString(dataDer))).kind, 'data');
    assert.equal(decodeContentInfo(encodeContentInfo('1.2.3', encodeSequence())).kind, 'other');
  });

  it('may have octets after it, but not within', () => {
    assert(reads(() => readAll(Buffer.concat([signedDer, Buffer.from('\r\n')]))));
    assert.throws(() => decodeContentInfo(encodeSequence(signedDer, signedDer)), DerError);
  });

  it('that breaks off anywhere is refused', () => {
    for (let length = 0; length < signedDer.length; length++)
      assert(!reads(() => readAll(signedDer.subarray(0, length))), `${length} octets`);
  });

  it('with any octet changed is read or refused, and never anything else', () => {
    fc.assert(
      fc.property(fc.nat(signedDer.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(signedDer);
        changed[at] = (changed[at] ?? 0) ^ change;
        reads(() => readAll(changed));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void reads(() => readAll(bytes))));
  });
});

describe('CMCStatusInfoV2', () => {
  it('comes back as it went', () => {
    const statuses: CmcStatus[] = [
      'success',
      'failed',
      'pending',
      'noSupport',
      'confirmRequired',
      'popRequired',
      'partial',
    ];
    const failures: CmcFailure[] = ['badAlg', 'badRequest', 'badCertId', 'badIdentity', 'popFailed', 'internalCaError'];
    const otherInfo = fc.oneof(
      fc.constant(null),
      fc.constantFrom(...failures).map((failure) => ({ kind: 'fail' as const, failure })),
      fc
        .tuple(fc.uint8Array({ maxLength: 20 }), fc.integer({ min: 0, max: 4_000_000_000 }))
        .map(([token, seconds]) => ({
          kind: 'pend' as const,
          token: Buffer.from(token),
          time: new Date(seconds * 1000),
        })),
    );
    const status = fc.record(
      {
        status: fc.constantFrom(...statuses),
        bodyPartIds: fc.array(fc.bigInt({ min: 0n, max: 1n << 70n }), { maxLength: 5 }),
        text: fc.option(fc.string({ unit: 'grapheme' })),
        otherInfo,
      },
      { noNullPrototype: true },
    );
    fc.assert(fc.property(status, (value) => assert.deepEqual(decodeStatusInfo(encodeStatusInfo(value)), value)));
  });

  it('has no other codes than the standard', () => {
    assert.throws(
      () => decodeStatusInfo(encodeSequence(encodeInteger(1), encodeSequence())),
      /cMCStatus has no value 1/,
    );
    const failed = encodeSequence(encodeInteger(2), encodeSequence(), encodeInteger(99));
    assert.throws(() => decodeStatusInfo(failed), /failInfo has no value 99/);
  });
});

describe('A CMC response', () => {
  const algorithm = findSignatureAlgorithm('SHA256withRSA');
  const controls = [{ oid: cmcControls.transactionId, valuesDer: [encodeInteger(8), encodeInteger(7)] }];

  it('in full holds its controls, numbered, with certificates as a set', () => {
    assert(algorithm !== null);
    const responseDer = encodePkiResponse(controls);
    const attributesDer = encodeResponseAttributes(responseDer, algorithm);
    const signer = {
      issuerDer: encodeNameText('CN=Sample'),
      serialNumber: 1n,
      algorithm,
      signature: Buffer.from('signature'),
    };
    const der = assembleSignedResponse(responseDer, attributesDer, signer, [authority.certificateDer]);
    const decoded = decodeCmcResponse(der);
    assert.deepEqual(decoded.certificatesDer, [authority.certificateDer]);
    assert.deepEqual(
      decoded.controls?.map(({ bodyPartId, valuesDer }) => [
        bodyPartId,
        ...valuesDer.map((value) => Buffer.from(value).toString('hex')),
      ]),
      [[1n, '020107', '020108']],
    );
    const [signerInfo] = decoded.signerInfos;
    assert.equal(signerInfo?.signedAttributes?.contentType, cmcContentTypes.pkiResponse);
    assert(signerInfo.signedAttributes?.der.equals(attributesDer));
  });

  it('that is simple holds certificates and nothing else', () => {
    const decoded = decodeCmcResponse(encodeSimpleResponse([authority.certificateDer]));
    assert.deepEqual(decoded, {
      controls: null,
      responseDer: null,
      certificatesDer: [authority.certificateDer],
      signerInfos: [],
    });
  });
});

describe('A RevokeRequest', () => {
  const issuerDer = encodeNameText('CN=Sample');

  it('has date, secret and comment where they were sent', () => {
    const bare = decodeRevokeRequest(encodeSequence(issuerDer, encodeInteger(5), encodeEnumerated(4)));
    assert.deepEqual(
      [bare.serialNumber, bare.reason, bare.invalidityDate, bare.sharedSecret, bare.comment],
      [5n, 4, null, null, null],
    );
    const date = new Date('2026-01-02T03:04:05Z');
    const full = decodeRevokeRequest(
      encodeSequence(
        issuerDer,
        encodeInteger(5),
        encodeEnumerated(4),
        encodeGeneralizedTime(date),
        encodeOctetString(Buffer.from('secret')),
      ),
    );
    assert.deepEqual([full.invalidityDate, full.sharedSecret?.toString()], [date, 'secret']);
  });

  it('is refused with something that does not belong there', () => {
    assert.throws(
      () => decodeRevokeRequest(encodeSequence(issuerDer, encodeInteger(5), encodeEnumerated(4), encodeInteger(1))),
      DerError,
    );
    assert.throws(() => decodeRevokeRequest(encodeSequence(issuerDer, encodeInteger(5))), DerError);
  });
});
