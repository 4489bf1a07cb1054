// What every RA must do with PKI Requests of CMC (RFC 5272).
import assert from 'node:assert/strict';
import { verify, X509Certificate } from 'node:crypto';
import { type Caller, type CmcSubmission, profileId } from '#ca-core/engine';
import {
  type CmcResponse,
  cmcControls,
  decodeCmcResponse,
  decodeStatusInfo,
  encodeResponseAttributes,
  type StatusInfo,
} from '#codecs/cmc';
import { encodeEnumerated, encodeInteger, encodeOctetString, encodeSequence } from '#codecs/der';
import { decodeCertificate, encodeNameText, findSignatureAlgorithm, formatName } from '#codecs/x509';
import { encodeCertificationRequest, generateEcKey } from '#test/certificate-request-builder';
import {
  cmcTestOids,
  encodeContentInfo,
  encodePkiData,
  type PkiDataPlan,
  tagCertificationRequest,
} from '#test/cmc-request-builder';
import { callers } from '#test/running-authority';
import type { RaContext } from './ra-context.ts';

const key = generateEcKey('P-256');

function certificationRequest(commonName: string, breakSignature = false): Buffer {
  return encodeCertificationRequest({ subjectDer: encodeNameText(`CN=${commonName}`), key, breakSignature });
}

/** Nobody signs it: the profile's own authentication is that of the caller. */
function fullRequest(plan: PkiDataPlan): Buffer {
  return encodeContentInfo(cmcTestOids.data, encodeOctetString(encodePkiData(plan)));
}

export function describeCmc(context: RaContext): void {
  const ask = async (
    kind: CmcSubmission['kind'],
    requestDer: Buffer,
    profile = 'sampleServiceCert',
    caller: Caller = callers.registrationAgent,
  ): Promise<CmcResponse> => {
    const submission = { profileId: profileId(profile), kind, requestDer, inputs: {}, signer: null };
    const responseDer = await context.ra.answerCmc(submission, caller);
    assert(responseDer !== null);
    return decodeCmcResponse(responseDer);
  };
  const statusesOf = ({ controls }: CmcResponse): StatusInfo[] =>
    (controls ?? []).flatMap(({ oid, valuesDer }) =>
      oid === cmcControls.statusInfoV2 ? valuesDer.map(decodeStatusInfo) : [],
    );
  const subjectsOf = ({ certificatesDer }: CmcResponse) =>
    certificatesDer.map((der) => formatName(decodeCertificate(der).subjectDer)).sort();

  /** Over the very response, by the key of the authority. */
  const assertSigned = async ({ responseDer, signerInfos: [signerInfo] }: CmcResponse) => {
    const { certificateDer } = await context.ra.describeAuthority(null);
    const authority = new X509Certificate(certificateDer);
    const algorithm = findSignatureAlgorithm(signerInfo?.signatureAlgorithmOid ?? '');
    assert(responseDer !== null && signerInfo !== undefined && algorithm?.hash !== null && algorithm !== null);
    const attributesDer = encodeResponseAttributes(responseDer, algorithm);
    assert.deepEqual(signerInfo.signedAttributes?.der, attributesDer);
    assert(verify(algorithm.hash, attributesDer, authority.publicKey, signerInfo.signature));
  };

  describe('CMC', () => {
    it('answers a simple request with the certificate and those of the authority', async () => {
      const response = await ask('simple', certificationRequest('cmc.example.test'));
      const { subject } = await context.ra.describeAuthority(null);
      assert.deepEqual(subjectsOf(response), [subject, 'CN=cmc.example.test,O=EXAMPLE.TEST'].sort());
      assert.equal(response.controls, null);
    });

    it('answers a full request in a message that the authority signs, controls included', async () => {
      const controls = [{ oid: cmcTestOids.transactionId, valuesDer: [encodeInteger(77)] }];
      const identified = {
        controls: [],
        requestsDer: [tagCertificationRequest(5, certificationRequest('full.example.test'))],
      };
      const response = await ask('full', fullRequest(identified));
      await assertSigned(response);
      assert.deepEqual(statusesOf(response), [{ status: 'success', bodyPartIds: [5n], text: null, otherInfo: null }]);
      assert(subjectsOf(response).includes('CN=full.example.test,O=EXAMPLE.TEST'));
      // Whoever sends controls must have signed.
      const refused = await ask('full', fullRequest({ ...identified, controls }));
      assert.match(statusesOf(refused)[0]?.text ?? '', /^Proof-of-Identification Verification Failed/);
    });

    it('refuses in signed messages', async () => {
      const before = await context.countRequests();
      const broken = tagCertificationRequest(1, certificationRequest('broken.example.test', true));
      const refusals: readonly (readonly [CmcResponse, string, string])[] = [
        [
          await ask('full', fullRequest({ requestsDer: [broken] })),
          'popFailed',
          'Proof-of-Possession Verification Failed',
        ],
        [await ask('full', Buffer.from('nonsense')), 'internalCaError', 'Invalid Request'],
        [await ask('simple', Buffer.from('nonsense')), 'internalCaError', 'Invalid Request'],
        [await ask('simple', certificationRequest('x'), 'nosuch'), 'internalCaError', 'Profile nosuch Not Found'],
        [
          await ask('simple', certificationRequest('x'), 'sampleDisabledCert'),
          'internalCaError',
          'Profile sampleDisabledCert Not Found',
        ],
        [
          await ask('simple', certificationRequest('x'), 'sampleServiceCert', callers.anonymous),
          'badRequest',
          'Invalid Credential.',
        ],
      ];
      for (const [response, failure, text] of refusals) {
        await assertSigned(response);
        assert.deepEqual(statusesOf(response), [
          { status: 'failed', bodyPartIds: [0n], text, otherInfo: { kind: 'fail', failure } },
        ]);
      }
      assert.equal(await context.countRequests(), before);
    });

    it('keeps what waits for an agent, and says so', async () => {
      const before = await context.countRequests();
      const response = await ask(
        'simple',
        certificationRequest('wait.example.test'),
        'sampleServerCert',
        callers.anonymous,
      );
      assert.equal(statusesOf(response)[0]?.text, 'Request Deferred - defer request');
      assert.equal(await context.countRequests(), before + 1);
    });

    it('revokes for agents and for nobody else', async () => {
      const { serialNumber } = await context.issue('revoked-by-cmc.example.test');
      const value = encodeSequence(encodeNameText('CN=x'), encodeInteger(serialNumber), encodeEnumerated(4));
      const message = fullRequest({
        controls: [{ oid: cmcTestOids.revokeRequest, valuesDer: [value], bodyPartId: 8 }],
      });
      const stranger = await ask('full', message, 'sampleServerCert', callers.anonymous);
      assert.deepEqual(statusesOf(stranger)[0]?.otherInfo, { kind: 'fail', failure: 'badMessageCheck' });
      assert.equal((await context.ra.findCertificate(serialNumber))?.revocation, null);
      const agent = { ...callers.agent, certificateDer: (await context.ra.describeAuthority(null)).certificateDer };
      const response = await ask('full', message, 'sampleServerCert', agent);
      assert.deepEqual(statusesOf(response), [{ status: 'success', bodyPartIds: [8n], text: null, otherInfo: null }]);
      assert.equal((await context.ra.findCertificate(serialNumber))?.revocation?.reason, 4);
    });

    it('takes the requests of a message that comes as an input, but none with controls', async () => {
      const requestsDer = [tagCertificationRequest(1, certificationRequest('input.example.test'))];
      const inputs = (plan: PkiDataPlan) => ({
        cert_request_type: 'cmc',
        cert_request: fullRequest(plan).toString('base64'),
      });
      const given = (plan: PkiDataPlan) => ({ profile: 'sampleServerCert', inputs: inputs(plan) });
      const request = await context.submit(given({ requestsDer }), callers.anonymous);
      assert.deepEqual([request.state, request.attributes.bodyPartId], ['pending', '1']);
      const controls = [{ oid: cmcTestOids.transactionId, valuesDer: [encodeInteger(1)] }];
      const refusal = /^Proof-of-Identification Verification Failed:/;
      await context.refuses(context.submit(given({ controls, requestsDer })), 'malformed-request', refusal);
      await context.refuses(context.submit(given({})), 'malformed-request', 'Invalid Request');
    });

    it('signs nothing where the other side holds the pen', async () => {
      await context.movePen('certificates:*', 'upstream');
      try {
        const submission = {
          profileId: profileId('nosuch'),
          kind: 'simple',
          requestDer: Buffer.from('x'),
          inputs: {},
          signer: null,
        } as const;
        await context.refuses(context.ra.answerCmc(submission, callers.anonymous), 'pen-elsewhere');
      } finally {
        await context.movePen('certificates:*', 'native');
      }
    });
  });
}
