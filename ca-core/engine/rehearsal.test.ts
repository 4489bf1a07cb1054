// A rehearsal gives the very bytes that the other side signed, and leaves neither a record nor a signature of the real key behind.
import assert from 'node:assert/strict';
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { storeMigrations } from '#ca-core/store';
import { decodeOcspResponse, encodeCertId, encodeOcspRequest } from '#codecs/ocsp';
import { decodeCertificate, decodeSubjectPublicKeyInfo } from '#codecs/x509';
import { silentLog } from '#platform';
import {
  callers,
  foundAuthority,
  makeCsr,
  makeKeyFolder,
  openAuthority,
  type RunningAuthority,
} from '#test/running-authority';
import { withTestDatabase } from '#test/test-database';
import { CertificationAuthority } from './certification-authority.ts';
import {
  type CertificateRecord,
  type EnrollmentSubmission,
  profileId,
  type RequestRecord,
  requestId,
  revocationReasons,
  serialNumber,
} from './model/index.ts';
import { createRehearsalFactory, type ObservedFacts } from './rehearsal.ts';

describe('a rehearsal', function () {
  this.timeout(60_000);
  const test = withTestDatabase([storeMigrations]);
  const keys = makeKeyFolder();
  /** Stands for the other side: what it issues is what is to be matched. */
  let peer: RunningAuthority;
  let rehearse: ReturnType<typeof createRehearsalFactory>;
  const nothing: ObservedFacts = { requestIds: [], certificates: [] };

  before(async () => {
    const place = { database: test.database, keyFolder: keys.keyFolder, log: silentLog };
    await foundAuthority(place);
    peer = await openAuthority(place);
    const { services, settings } = peer.authority;
    const keyless = {
      describe: async () => [],
      sign: async () => assert.fail('the real signer was asked'),
    };
    rehearse = createRehearsalFactory(new CertificationAuthority({ ...services, signer: keyless }, settings));
  });
  after(async () => {
    await peer.stop();
    keys.remove();
  });

  const submission = (profile: string, commonName: string): EnrollmentSubmission => ({
    profileId: profileId(profile),
    authorityId: null,
    inputs: { cert_request_type: 'pkcs10', cert_request: makeCsr(commonName) },
    renewalOf: null,
  });
  const only = (requests: readonly RequestRecord[]): RequestRecord => {
    const [request] = requests;
    assert(request !== undefined && requests.length === 1);
    return request;
  };
  const certificateOf = async ({ certificateSerials }: RequestRecord): Promise<CertificateRecord> => {
    const [serial] = certificateSerials;
    const certificate = serial === undefined ? null : await peer.authority.findCertificate(serial);
    assert(certificate !== null);
    return certificate;
  };
  const observe = async (request: RequestRecord): Promise<ObservedFacts> => ({
    requestIds: [request.id],
    certificates: [await certificateOf(request)],
  });
  const recordSize = async () => {
    const [row] = await test.database.query<Record<string, bigint>>(
      `select (select count(*) from requests) + (select count(*) from certificates) * 1000
        + (select count(*) from issuance_intents) * 1000000 + (select count(*) from audit_records) * 1000000000 as size,
        (select sum(next_number) from number_ranges) as numbers`,
    );
    return row;
  };

  it('builds the certificate that the other side issued, byte for byte, without a key', async () => {
    const wanted = submission('sampleServiceCert', 'same.example.test');
    const issued = only(await peer.authority.submitEnrollment(wanted, callers.registrationAgent));
    const facts = await observe(issued);
    const before = await recordSize();
    const rehearsal = rehearse(facts);
    const rehearsed = only(await rehearsal.ra.submitEnrollment(wanted, callers.registrationAgent));
    assert.deepEqual(await recordSize(), before);
    assert.equal(rehearsed.id, issued.id);
    assert.equal(rehearsed.state, 'complete');
    assert.deepEqual(rehearsed.certificateSerials, issued.certificateSerials);
    const certificate = await certificateOf(issued);
    assert.deepEqual(rehearsal.tbsCertificatesDer(), [decodeCertificate(certificate.certificateDer).tbsDer]);
    const seen = await rehearsal.ra.findCertificate(certificate.serialNumber);
    assert.deepEqual(seen && Buffer.from(seen.certificateDer), Buffer.from(certificate.certificateDer));
    assert.equal((await rehearsal.ra.findRequest(issued.id))?.state, 'complete');
  });

  it('shows what differs, under a signature that is not the authority’s', async () => {
    const issued = only(
      await peer.authority.submitEnrollment(
        submission('sampleServiceCert', 'theirs.example.test'),
        callers.registrationAgent,
      ),
    );
    const rehearsal = rehearse(await observe(issued));
    await rehearsal.ra.submitEnrollment(
      submission('sampleServiceCert', 'ours.example.test'),
      callers.registrationAgent,
    );
    const certificate = await certificateOf(issued);
    const [ours] = rehearsal.tbsCertificatesDer();
    assert.notDeepEqual(ours, decodeCertificate(certificate.certificateDer).tbsDer);
    const seen = await rehearsal.ra.findCertificate(certificate.serialNumber);
    assert.equal(seen?.subject, 'CN=ours.example.test,O=EXAMPLE.TEST');
    const authority = new X509Certificate((await peer.authority.describeAuthority(null)).certificateDer);
    assert.equal(new X509Certificate(seen.certificateDer).verify(authority.publicKey), false);
  });

  it('takes an agent’s approval with the values that came with it', async () => {
    const waiting = only(
      await peer.authority.submitEnrollment(submission('sampleServerCert', 'asked.example.test'), callers.anonymous),
    );
    const { policies } = await peer.authority.reviewEnrollment(waiting.id, callers.agent);
    const edits = policies.flatMap(({ id, values }) =>
      values.map(({ name, value }) => ({
        policyId: id,
        name,
        value: name === 'name' ? 'CN=approved.example.test,O=Y' : (value ?? ''),
      })),
    );
    const decision = { requestId: waiting.id, action: 'approve', edits, notes: null } as const;
    // The rehearsal meets the record as it was before the write, so the other side's approval is made up here.
    const early = rehearse(nothing);
    assert.equal((await early.ra.decideEnrollment(decision, callers.agent)).state, 'complete');
    assert.equal((await peer.authority.findRequest(waiting.id))?.state, 'pending');
    const approved = await peer.authority.decideEnrollment(decision, callers.agent);
    assert.equal((await certificateOf(approved)).subject, 'CN=approved.example.test,O=Y');
    assert.equal(early.tbsCertificatesDer().length, 1);
  });

  it('refuses as the authority would, and keeps nothing of it', async () => {
    const before = await recordSize();
    const { ra } = rehearse(nothing);
    await assert.rejects(ra.submitEnrollment(submission('sampleServiceCert', 'a.test'), callers.anonymous), {
      code: 'authentication-required',
    });
    await assert.rejects(ra.submitEnrollment(submission('noSuch', 'a.test'), callers.agent), {
      code: 'unknown-profile',
    });
    const rejected = only(await ra.submitEnrollment(submission('sampleServiceCert', ''), callers.registrationAgent));
    assert.equal(rejected.state, 'rejected');
    const decision = { requestId: requestId(987_654_321n), action: 'approve', edits: null, notes: null } as const;
    await assert.rejects(ra.decideEnrollment(decision, callers.agent), { code: 'unknown-request' });
    assert.deepEqual(await recordSize(), before);
  });

  it('shows a certificate that the other side refused and we would have issued', async () => {
    const { ra, tbsCertificatesDer } = rehearse(nothing);
    const request = only(
      await ra.submitEnrollment(submission('sampleServiceCert', 'granted.example.test'), callers.registrationAgent),
    );
    assert.equal(request.state, 'complete');
    assert.equal(tbsCertificatesDer().length, 1);
  });

  it('judges revocation and release without changing anything', async () => {
    const issued = only(
      await peer.authority.submitEnrollment(
        submission('sampleServiceCert', 'held.example.test'),
        callers.registrationAgent,
      ),
    );
    const { serialNumber: serial } = await certificateOf(issued);
    const order = {
      serialNumber: serial,
      reason: revocationReasons.certificateHold,
      invalidityDate: null,
      comments: null,
    };
    const before = await recordSize();
    const { ra } = rehearse({ requestIds: [requestId(42n)], certificates: [] });
    assert.equal((await ra.releaseCertificate(serial, callers.agent)).failed, true);
    assert.equal((await ra.revokeCertificate(order, callers.agent)).id, 42n);
    assert.equal((await ra.findCertificate(serial))?.revocation?.reason, revocationReasons.certificateHold);
    assert.equal((await ra.releaseCertificate(serial, callers.agent)).failed, false);
    await assert.rejects(ra.revokeCertificate({ ...order, serialNumber: serialNumber(123n) }, callers.agent), {
      code: 'unknown-certificate',
    });
    assert.deepEqual(await recordSize(), before);
    await peer.authority.revokeCertificate(order, callers.agent);
    await assert.rejects(rehearse(nothing).ra.revokeCertificate(order, callers.agent), { code: 'already-revoked' });
  });

  it('answers OCSP with the right status under a throwaway key, and makes no CRL', async () => {
    const { certificateDer } = await peer.authority.describeAuthority(null);
    const { subjectDer, subjectPublicKeyInfoDer } = decodeCertificate(certificateDer);
    const { keyBytes } = decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer);
    const { ra } = rehearse(nothing);
    const answer = await ra.answerOcsp(encodeOcspRequest([encodeCertId({ nameDer: subjectDer, keyBytes }, 1n)]));
    const response = decodeOcspResponse(answer ?? Buffer.alloc(0));
    assert(response.status === 'successful');
    assert.equal(response.basic.responses[0]?.status.kind, 'good');
    const key = createPublicKey({ key: subjectPublicKeyInfoDer, format: 'der', type: 'spki' });
    assert.equal(verify('sha256', response.basic.responseDataDer, key, response.basic.signature), false);
    await ra.generateCrl('MasterCRL', callers.agent);
    assert.equal(await peer.authority.findCrl('MasterCRL', 'full'), null);
  });
});
