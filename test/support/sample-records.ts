// Records for tests of whatever keeps or shows them: true certificates of a sample authority, and requests.
import { generateKeyPairSync, sign } from 'node:crypto';
import {
  type AuditEvent,
  type AuthorityDescription,
  type AuthorityId,
  authorityId,
  type CertificateRecord,
  type IssuanceIntent,
  profileId,
  type RequestRecord,
  requestId,
  serialNumber,
} from '#ca-core/engine';
import {
  assembleCertificate,
  decodeCertificate,
  decodeSubjectPublicKeyInfo,
  encodeNameText,
  encodeTbsCertificate,
  findSignatureAlgorithm,
  formatName,
} from '#codecs/x509';
import type { SampleAuthority } from './sample-authority.ts';

export const sampleAuthorityId = authorityId('5a1f0c8e-0000-4000-8000-000000000001');

export function sampleAuthorityDescription(
  authority: SampleAuthority,
  id: AuthorityId = sampleAuthorityId,
): AuthorityDescription {
  return {
    id,
    isHostAuthority: true,
    parentId: null,
    subject: authority.name,
    issuer: authority.name,
    serialNumber: 1n,
    enabled: true,
    description: 'Host authority',
    ready: true,
    certificateDer: authority.certificateDer,
    chainDer: [authority.certificateDer],
  };
}

/** The record of a certificate, with what its bytes say. */
export function sampleCertificateRecord(
  certificateDer: Uint8Array,
  given: Partial<CertificateRecord> = {},
): CertificateRecord {
  const certificate = decodeCertificate(certificateDer);
  const key = decodeSubjectPublicKeyInfo(certificate.subjectPublicKeyInfoDer);
  return {
    serialNumber: serialNumber(certificate.serialNumber),
    authorityId: sampleAuthorityId,
    certificateDer,
    issuer: formatName(certificate.issuerDer),
    subject: formatName(certificate.subjectDer),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    keyAlgorithmOid: key.algorithmOid,
    keyBits: key.kind === 'rsa' ? key.bits : null,
    issuedAt: certificate.notBefore,
    issuedBy: 'ipara',
    requestId: requestId(certificate.serialNumber),
    profileId: profileId('caServerCert'),
    revocation: null,
    origin: 'native',
    ...given,
  };
}

export function sampleRequest(id: bigint, given: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: requestId(id),
    kind: 'enrollment',
    state: 'pending',
    createdAt: new Date('2026-03-01T10:00:00Z'),
    modifiedAt: new Date('2026-03-01T10:00:00Z'),
    owner: null,
    authorityId: sampleAuthorityId,
    profileId: profileId('caServerCert'),
    policySetId: 'serverCertSet',
    inputs: { cert_request_type: 'pkcs10', cert_request: 'MIIB', requestor_name: 'somebody' },
    attributes: { 'req_subject_name.cn': 'host.sample', profileRemoteAddr: '192.0.2.7' },
    draftDer: null,
    errorMessage: null,
    failed: false,
    certificateSerials: [],
    origin: 'native',
    ...given,
  };
}

export function sampleIntent(serial: bigint, request: bigint, given: Partial<IssuanceIntent> = {}): IssuanceIntent {
  return {
    serialNumber: serialNumber(serial),
    authorityId: sampleAuthorityId,
    requestId: requestId(request),
    tbsCertificateDer: Buffer.from(`tbs of ${serial}`),
    signatureAlgorithm: 'SHA256withEC',
    issuedBy: 'ipara',
    ...given,
  };
}

export function sampleEvent(details: Record<string, string> = {}): AuditEvent {
  return {
    name: 'certificate-issued',
    outcome: 'success',
    actor: 'ipara',
    remoteAddress: '192.0.2.7',
    details,
  };
}

/** A certificate of its own key with exactly these extensions. */
export function sampleCertificateWith(
  serial: bigint,
  subject: string,
  extensions: readonly { oid: string; critical: boolean; valueDer: Uint8Array }[],
): Buffer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = findSignatureAlgorithm('SHA256withEC');
  if (algorithm === null) throw new Error('SHA256withEC is unknown');
  const tbsDer = encodeTbsCertificate(
    {
      version: 2,
      subjectDer: encodeNameText(subject),
      issuerDer: encodeNameText('CN=Sample Authority,O=SAMPLE'),
      subjectPublicKeyInfoDer: publicKey.export({ type: 'spki', format: 'der' }),
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2028-07-01T00:00:00Z'),
      signatureAlgorithm: algorithm.name,
      extensions,
    },
    serial,
  );
  return assembleCertificate(tbsDer, algorithm.der, sign('sha256', tbsDer, privateKey));
}
