// What is read from a CMC exchange that Dogtag answered: certificates that it issued, and none that it merely handed out.
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { encodeSimpleResponse } from '#codecs/cmc';
import { encodeEnumerated, encodeInteger, encodeSequence } from '#codecs/der';
import { decodeCertificate, encodeNameText } from '#codecs/x509';
import { encodeCertificationRequest } from '#test/certificate-request-builder';
import { cmcTestOids, encodePkiData, encodeSignedData, tagCertificationRequest } from '#test/cmc-request-builder';
import { createSampleAuthority } from '#test/sample-authority';
import type { UnauthenticatedRequest } from '../routing/gateway-request.ts';
import { findNamedObjects } from './exchange-facts.ts';

const authority = createSampleAuthority('CN=Sample,O=EXAMPLE.TEST');
const dates = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };
const issued = authority.issue({ serialNumber: 77n, subject: 'CN=somebody', ...dates });
const key = {
  privateKey: createPrivateKey(authority.privateKeyPem),
  publicKeyDer: decodeCertificate(issued).subjectPublicKeyInfoDer,
};
const requestDer = encodeCertificationRequest({ subjectDer: encodeNameText('CN=somebody'), key });
const stranger = createSampleAuthority('CN=Stranger');
const response = { status: 200, headers: {}, body: encodeSimpleResponse([issued, stranger.certificateDer]) };
const named = (operation: 'servlet-profile-submit-cmc-full' | 'servlet-profile-submit-cmc-simple', body: Buffer) =>
  findNamedObjects(operation, { body } as UnauthenticatedRequest, response);

describe('facts of a CMC exchange', () => {
  it('are the certificates whose keys were asked about', () => {
    assert.deepEqual(named('servlet-profile-submit-cmc-simple', requestDer).issuedSerials, [77n]);
    const contentDer = encodePkiData({ requestsDer: [tagCertificationRequest(1, requestDer)] });
    assert.deepEqual(
      named('servlet-profile-submit-cmc-full', encodeSignedData({ contentDer, signers: [] })).issuedSerials,
      [77n],
    );
  });

  it('are the certificates that it revokes', () => {
    const value = encodeSequence(encodeNameText('CN=Sample'), encodeInteger(5), encodeEnumerated(1));
    const contentDer = encodePkiData({ controls: [{ oid: cmcTestOids.revokeRequest, valuesDer: [value] }] });
    const facts = named('servlet-profile-submit-cmc-full', encodeSignedData({ contentDer, signers: [] }));
    assert.deepEqual([facts.issuedSerials, facts.changedSerials], [[], [5n]]);
  });

  it('are none where neither side can be read', () => {
    assert.deepEqual(named('servlet-profile-submit-cmc-full', Buffer.from('nonsense')), {
      requestIds: [],
      issuedSerials: [],
      changedSerials: [],
    });
  });
});
