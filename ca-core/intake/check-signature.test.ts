// Facts of looking at signatures once more: who may have made one, and what is said of one that nobody made.
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { authorityId, type CertificateRecord, type StoredAuthority, serialNumber } from '#ca-core/engine';
import {
  assembleCertificateList,
  decodeCertificate,
  encodeNameText,
  encodeTbsCertList,
  findSignatureAlgorithm,
  formatName,
} from '#codecs/x509';
import { createSampleAuthority, type SampleAuthority } from '#test/sample-authority';
import { SignatureChecker } from './check-signature.ts';

const authority = createSampleAuthority();
const former = createSampleAuthority('CN=Former,O=SAMPLE');
const stranger = createSampleAuthority('CN=Stranger,O=ELSEWHERE');

function stored({ certificateDer, name }: SampleAuthority): StoredAuthority {
  return {
    id: authorityId('host'),
    isHostAuthority: true,
    parentId: null,
    subject: name,
    issuer: name,
    serialNumber: 1n,
    enabled: true,
    description: null,
    certificateDer,
    isFormer: false,
    origin: 'imported',
  };
}

function record({ certificateDer }: SampleAuthority): CertificateRecord {
  const certificate = decodeCertificate(certificateDer);
  return {
    serialNumber: serialNumber(certificate.serialNumber),
    authorityId: authorityId('host'),
    certificateDer,
    issuer: formatName(certificate.issuerDer),
    subject: formatName(certificate.subjectDer),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    keyAlgorithmOid: '',
    keyBits: null,
    issuedAt: certificate.notBefore,
    issuedBy: null,
    requestId: null,
    profileId: null,
    revocation: null,
    origin: 'imported',
  };
}

describe('checking signatures again', () => {
  const checker = new SignatureChecker({
    readAuthorities: async () => [stored(authority)],
    findBySubject: async (subject) => (subject === former.name ? [record(former)] : []),
  });
  const flipped = (der: Buffer, at: number) => {
    const copy = Buffer.from(der);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };

  it('finds good what an authority, its own certificate, or an issuer of the record has signed', async () => {
    const good = [
      authority.certificateDer,
      authority.issue({ serialNumber: 5n }),
      former.issue({ serialNumber: 6n }),
      stranger.certificateDer,
    ];
    assert.deepEqual(await Promise.all(good.map((der) => checker.check('certificate', der))), [null, null, null, null]);
  });

  it('finds any changed octet of what is signed and of the signature', async () => {
    const der = authority.issue({ serialNumber: 7n });
    const problems = await Promise.all(
      Array.from({ length: der.length }, (_, at) => checker.check('certificate', flipped(der, at))),
    );
    assert.equal(problems.indexOf(null), -1);
  });

  it('says who did not sign it, or that the issuer is not known', async () => {
    const forged = createSampleAuthority(authority.name).issue({ serialNumber: 8n });
    assert.equal(await checker.check('certificate', forged), `was not signed by ${authority.name}`);
    assert.equal(
      await checker.check('certificate', stranger.issue({ serialNumber: 9n })),
      `names as its issuer ${stranger.name}, of whom there is no certificate`,
    );
    assert.match((await checker.check('certificate', Buffer.from('rubbish'))) ?? '', /^cannot be read: /);
  });

  it('looks at CRLs in the same way', async () => {
    const algorithm = findSignatureAlgorithm('SHA256withEC');
    assert.ok(algorithm);
    const tbsDer = encodeTbsCertList({
      signatureAlgorithm: algorithm.name,
      issuerDer: encodeNameText(authority.name),
      thisUpdate: new Date('2026-06-01T00:00:00Z'),
      nextUpdate: null,
      revokedCertificates: [],
      extensions: [],
    });
    const crlDer = assembleCertificateList(tbsDer, algorithm.der, sign('sha256', tbsDer, authority.privateKeyPem));
    assert.equal(await checker.check('crl', crlDer), null);
    assert.notEqual(await checker.check('crl', flipped(crlDer, crlDer.length - 1)), null);
  });
});
