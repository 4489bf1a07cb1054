// From an ML-DSA key to a certificate (FIPS 204, RFC 9881), and an authority that signs with one itself: everything real, verified by OpenSSL in Node.
import assert from 'node:assert/strict';
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { builtInProfiles, profileId, revocationReasons, serialNumber } from '#ca-core/engine';
import { storeMigrations } from '#ca-core/store';
import { decodeOcspResponse, encodeCertId, encodeOcspRequest } from '#codecs/ocsp';
import {
  decodeCertificate,
  decodeCertificateList,
  decodeSubjectPublicKeyInfo,
  encodeGeneralNames,
  encodeNameText,
  extensionOids,
  findSignatureAlgorithm,
} from '#codecs/x509';
import { silentLog } from '#platform';
import { encodeCertificationRequest, generateMlDsaKey, pemOf } from '#test/certificate-request-builder';
import { callers, foundAuthority, makeKeyFolder, openAuthority, type RunningAuthority } from '#test/running-authority';
import { withTestDatabase } from '#test/test-database';

const names = encodeGeneralNames([{ kind: 'dNSName', value: 'pq.example.test' }]);

for (const parameterSet of ['44', '65', '87'] as const)
  describe(`an authority whose key is ML-DSA-${parameterSet}`, function () {
    this.timeout(60_000);
    const test = withTestDatabase([storeMigrations]);
    const keys = makeKeyFolder();
    const subject = generateMlDsaKey(parameterSet);
    const algorithm = findSignatureAlgorithm(`ML-DSA-${parameterSet}`);
    let running: RunningAuthority;
    let issuer: X509Certificate;
    let issued: Buffer;

    before(async () => {
      const place = { database: test.database, keyFolder: keys.keyFolder, log: silentLog, dogtagVersion: '11.10.1' };
      await foundAuthority(place, { type: `ml-dsa-${parameterSet}` });
      running = await openAuthority(place);
      const profile = builtInProfiles().find(({ id }) => id === 'modernMlDsaServer');
      assert(profile !== undefined);
      await running.store.profiles.record({ ...profile, id: profileId(profile.id) }, []);
      const host = await running.authority.describeAuthority(null);
      issuer = new X509Certificate(host.certificateDer);
    });
    after(async () => {
      await running.stop();
      keys.remove();
    });

    const signedByIssuer = (bytes: Uint8Array, algorithmDer: Uint8Array, signature: Uint8Array) => {
      assert.deepEqual(Buffer.from(algorithmDer), algorithm?.der);
      assert(verify(null, bytes, issuer.publicKey, signature));
    };

    it('has a certificate of its own that it has signed itself', () => {
      assert(issuer.verify(issuer.publicKey));
      assert.equal(issuer.publicKey.asymmetricKeyType, `ml-dsa-${parameterSet}`);
    });

    it('issues for an ML-DSA key under modernMlDsaServer, once an agent has approved', async () => {
      const extensions = [{ oid: extensionOids.subjectAltName, critical: false, valueDer: names }];
      const request = encodeCertificationRequest({
        subjectDer: encodeNameText('CN=pq.example.test'),
        key: subject,
        extensions,
      });
      const [pending] = await running.authority.submitEnrollment(
        {
          profileId: profileId('modernMlDsaServer'),
          authorityId: null,
          inputs: { cert_request_type: 'pkcs10', cert_request: pemOf(request) },
          renewalOf: null,
          approveAtOnce: true,
        },
        callers.agent,
      );
      assert.equal(pending?.state, 'complete', pending?.errorMessage ?? '');
      const record = await running.authority.findCertificate(pending?.certificateSerials[0] ?? serialNumber(0n));
      assert(record !== null);
      issued = Buffer.from(record.certificateDer);
      const certificate = decodeCertificate(issued);
      assert.deepEqual(certificate.subjectPublicKeyInfoDer, subject.publicKeyDer);
      signedByIssuer(certificate.tbsDer, certificate.signatureAlgorithmDer, certificate.signature);
      assert(new X509Certificate(issued).checkIssued(issuer));
      assert.equal(new X509Certificate(issued).subjectAltName, 'DNS:pq.example.test');
      assert(createPublicKey(subject.privateKey).equals(new X509Certificate(issued).publicKey));
    });

    it('lists its revocation in a CRL, and tells of it by OCSP, both signed with the same key', async () => {
      const serial = serialNumber(decodeCertificate(issued).serialNumber);
      const order = {
        serialNumber: serial,
        reason: revocationReasons.superseded,
        invalidityDate: null,
        comments: null,
      };
      await running.authority.revokeCertificate(
        order as Parameters<typeof running.authority.revokeCertificate>[0],
        callers.agent,
      );
      const { crlDer } = await running.authority.generateCrl('MasterCRL', callers.agent);
      const list = decodeCertificateList(crlDer);
      assert.deepEqual(
        [...list.revokedCertificates()].map((entry) => entry.serialNumber),
        [serial],
      );
      signedByIssuer(list.tbsDer, list.signatureAlgorithmDer, list.signature);

      const { subjectDer, subjectPublicKeyInfoDer } = decodeCertificate(issuer.raw);
      const { keyBytes } = decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer);
      const certId = encodeCertId({ nameDer: subjectDer, keyBytes }, serial);
      const answerDer = await running.authority.answerOcsp(encodeOcspRequest([certId]));
      const answer = decodeOcspResponse(answerDer ?? Buffer.alloc(0));
      assert(answer.status === 'successful');
      assert.equal(answer.basic.responses[0]?.status.kind, 'revoked');
      signedByIssuer(answer.basic.responseDataDer, answer.basic.signatureAlgorithmDer, answer.basic.signature);
    });
  });
