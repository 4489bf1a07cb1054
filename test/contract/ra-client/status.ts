// What every RA must do about revocation, CRLs and OCSP, and when it is read.
import assert from 'node:assert/strict';
import {
  authorityId,
  type Caller,
  profileId,
  requestId,
  revocationReasons,
  type SerialNumber,
  serialNumber,
} from '#ca-core/engine';
import { decodeOcspResponse, encodeCertId, encodeOcspRequest } from '#codecs/ocsp';
import { decodeCertificate, decodeSubjectPublicKeyInfo } from '#codecs/x509';
import { callers } from '#test/running-authority';
import type { RaContext } from './ra-context.ts';
import { listed } from './sample-inputs.ts';

export function describeStatus(context: RaContext): void {
  const { issue, refuses, revoke } = context;
  describe('revocation', () => {
    it('revokes with every reason, and says so in the record', async () => {
      for (const reason of Object.keys(revocationReasons) as (keyof typeof revocationReasons)[]) {
        if (reason === 'removeFromCRL') continue;
        const { serialNumber: serial } = await issue();
        const request = await revoke(serial, reason);
        assert.equal(request.kind, 'revocation');
        assert.equal(request.state, 'complete');
        assert.deepEqual(request.certificateSerials, [serial]);
        assert.deepEqual(await context.ra.findRequest(request.id), request);
        const found = await context.ra.findCertificate(serial);
        assert.equal(found?.revocation?.reason, revocationReasons[reason]);
        assert.equal(found?.revocation?.revokedBy, 'caadmin');
      }
    });

    it('revokes only once, a held certificate included', async () => {
      const { serialNumber: serial } = await issue();
      const message = `certificate #${serial.toString(16)} has already been revoked`;
      await revoke(serial, 'certificateHold');
      await refuses(revoke(serial, 'keyCompromise'), 'already-revoked', message);
      await refuses(revoke(serial, 'certificateHold'), 'already-revoked', message);
      await refuses(revoke(serialNumber(123n), 'superseded'), 'unknown-certificate');
    });

    it('takes no invalidity date that no CRL could say', async () => {
      const { serialNumber: serial } = await issue();
      const order = { serialNumber: serial, reason: revocationReasons.keyCompromise, comments: 'odd\0\ud800' };
      for (const invalidityDate of [new Date(8.64e15), new Date(Number.NaN), new Date(-8.64e15)])
        await refuses(context.ra.revokeCertificate({ ...order, invalidityDate }, callers.agent), 'malformed-request');
      const farthest = new Date('9999-12-31T23:59:59.999Z');
      await context.ra.revokeCertificate({ ...order, invalidityDate: farthest }, callers.agent);
      assert(listed((await context.ra.generateCrl('MasterCRL', callers.agent)).crlDer).has(serial));
    });

    it('revokes once when several ask at the same moment', async () => {
      const { serialNumber: serial } = await issue();
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => revoke(serial, 'superseded')));
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    });

    it('releases from hold, and keeps the attempt on one that is not on hold', async () => {
      const { serialNumber: serial } = await issue();
      await revoke(serial, 'certificateHold');
      const released = await context.ra.releaseCertificate(serial, callers.agent);
      assert.deepEqual([released.kind, released.state, released.failed], ['release', 'complete', false]);
      assert.equal((await context.ra.findCertificate(serial))?.revocation, null);
      const again = await context.ra.releaseCertificate(serial, callers.agent);
      assert.deepEqual([again.state, again.failed], ['complete', true]);
      assert.equal(again.errorMessage, 'One or more certificates could not be unrevoked');
      assert.deepEqual(await context.ra.findRequest(again.id), again);
      await revoke(serial, 'superseded');
      assert.equal((await context.ra.releaseCertificate(serial, callers.agent)).failed, true);
      await refuses(context.ra.releaseCertificate(serialNumber(123n), callers.agent), 'unknown-certificate');
    });

    it('takes the reason removeFromCRL for a release', async () => {
      const { serialNumber: serial } = await issue();
      await revoke(serial, 'certificateHold');
      assert.equal((await revoke(serial, 'removeFromCRL')).kind, 'release');
      assert.equal((await context.ra.findCertificate(serial))?.revocation, null);
    });

    it('makes a hold final and a superseded certificate a compromised one for a token processor, and changes no other revocation', async () => {
      const order = { invalidityDate: null, comments: null, isByTokenProcessor: true };
      const other = await issue('other.example.test');
      const { serialNumber: serial } = await issue();
      const processor: Caller = { ...callers.anonymous, userId: 'processor', certificateDer: other.certificateDer };
      const byProcessor = (reason: keyof typeof revocationReasons) =>
        context.ra.revokeCertificate({ ...order, serialNumber: serial, reason: revocationReasons[reason] }, processor);
      const reason = async () => (await context.ra.findCertificate(serial))?.revocation?.reason;
      await byProcessor('certificateHold');
      await refuses(byProcessor('certificateHold'), 'already-revoked');
      assert.equal((await byProcessor('superseded')).state, 'complete');
      assert.equal(await reason(), revocationReasons.superseded);
      await refuses(byProcessor('certificateHold'), 'already-revoked');
      await byProcessor('keyCompromise');
      assert.equal(await reason(), revocationReasons.keyCompromise);
      for (const later of ['superseded', 'unspecified', 'keyCompromise'] as const)
        await refuses(byProcessor(later), 'already-revoked');
      assert.equal((await context.ra.releaseCertificate(serial, callers.agent)).failed, true);
    });

    it('does not revoke the authority by a slip of the hand, nor another certificate in its stead', async () => {
      const { serialNumber: own } = await context.ra.describeAuthority(null);
      await refuses(revoke(serialNumber(own), 'superseded'), 'not-authorized', /is a CA signing certificate/);
      const { serialNumber: serial } = await issue();
      const order = {
        serialNumber: serial,
        reason: revocationReasons.superseded,
        invalidityDate: null,
        comments: null,
      };
      await refuses(
        context.ra.revokeCertificate({ ...order, isAuthorityMeant: true }, callers.agent),
        'not-authorized',
        /is not a CA signing certificate/,
      );
    });

    it('lets whoever is no agent revoke what bears the own name, and nothing else', async () => {
      const own = await issue('owner.example.test');
      const sibling = await issue('owner.example.test');
      const other = await issue('other.example.test');
      const owner: Caller = { ...callers.anonymous, userId: 'owner', certificateDer: own.certificateDer };
      await refuses(revoke(other.serialNumber, 'superseded', owner), 'not-authorized', /different subject/);
      assert.equal((await revoke(sibling.serialNumber, 'superseded', owner)).state, 'complete');
    });
  });

  describe('status', () => {
    it('publishes what is revoked in CRLs whose numbers grow', async () => {
      const { serialNumber: serial } = await issue();
      const first = await context.ra.generateCrl('MasterCRL', callers.agent);
      await revoke(serial, 'keyCompromise');
      const second = await context.ra.generateCrl('MasterCRL', callers.agent);
      assert(second.crlNumber > first.crlNumber);
      assert(!listed(first.crlDer).has(serial));
      assert(listed(second.crlDer).has(serial));
      assert.deepEqual(await context.ra.findCrl('MasterCRL', 'full'), second);
      assert.equal(await context.ra.findCrl('MasterCRL', 'delta'), null);
      await refuses(context.ra.generateCrl('NoSuch', callers.agent), 'unknown-issuing-point');
      await refuses(context.ra.findCrl('NoSuch', 'full'), 'unknown-issuing-point');
    });

    it('answers OCSP from the record as it is now', async () => {
      const { serialNumber: serial } = await issue();
      assert.equal(await ocspStatus(serial), 'good');
      await revoke(serial, 'certificateHold');
      assert.equal(await ocspStatus(serial), 'revoked');
      await context.ra.releaseCertificate(serial, callers.agent);
      assert.equal(await ocspStatus(serial), 'good');
      assert.equal(await ocspStatus(serialNumber(123n)), null);
      assert.equal(await context.ra.answerOcsp(Buffer.from('nonsense')), null);
    });
  });

  describe('reading', () => {
    it('finds certificates and requests page by page', async () => {
      const { serialNumber: serial } = await issue('searched.example.test');
      const subject = { match: 'equals-all', parts: [{ attribute: 'CN', value: 'searched.example.test' }] } as const;
      const page = await context.ra.searchCertificates({ subject, limit: 10 });
      assert(page.certificates.some((found) => found.serialNumber === serial));
      assert(page.total >= 1);
      assert.equal(await context.ra.findCertificate(serialNumber(123n)), null);
      assert.equal(await context.ra.findRequest(requestId(987_654_321n)), null);
      assert.equal((await context.ra.listRequests({ limit: 2 })).requests.length, 2);
    });

    it('describes profiles and authorities', async () => {
      const profiles = await context.ra.listProfiles();
      assert(profiles.length >= 5);
      const found = await context.ra.findProfile(profileId('sampleServiceCert'));
      assert.equal(found?.authenticationInstance, 'raCertAuth');
      assert.deepEqual(
        found?.inputs.map(({ classId }) => classId),
        ['certReqInputImpl', 'submitterInfoInputImpl'],
      );
      assert.equal(await context.ra.findProfile(profileId('noSuchProfile')), null);
      const authority = await context.ra.describeAuthority(null);
      assert.deepEqual([authority.isHostAuthority, authority.ready, authority.enabled], [true, true, true]);
      assert.deepEqual(
        authority.chainDer.map((der) => Buffer.from(der)),
        [Buffer.from(authority.certificateDer)],
      );
      assert.deepEqual(await context.ra.describeAuthority(authority.id), authority);
      await refuses(context.ra.describeAuthority(authorityId('nowhere')), 'unknown-authority');
    });

    it('gives the access directory only when it has changed', async () => {
      const directory = await context.ra.readAccessDirectory(null);
      assert(directory !== null);
      assert.equal(await context.ra.readAccessDirectory(directory.revision), null);
    });
  });

  async function ocspStatus(serial: SerialNumber): Promise<string | null> {
    const { certificateDer } = await context.ra.describeAuthority(null);
    const { subjectDer, subjectPublicKeyInfoDer } = decodeCertificate(certificateDer);
    const { keyBytes } = decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer);
    const certId = encodeCertId({ nameDer: subjectDer, keyBytes }, serial);
    const answer = await context.ra.answerOcsp(encodeOcspRequest([certId]));
    if (answer === null) return null;
    const response = decodeOcspResponse(answer);
    return response.status === 'successful' ? (response.basic.responses[0]?.status.kind ?? null) : response.status;
  }
}
