// Writes an entry under `ou=certificateRepository` as Dogtag itself would have, so that it answers for a certificate it has not issued.
// Ruled by CertRecord.java, X509CertImplMapper.java and RevocationInfoMapper.java.
import { DirectoryEntry } from '#codecs/ldif';
import {
  type Certificate,
  decodeBasicConstraints,
  decodeCertificate,
  decodeNetscapeCertType,
  decodeSubjectPublicKeyInfo,
  extensionOids,
  formatName,
  identifySignatureAlgorithm,
} from '#codecs/x509';
import type { DirectoryRevocation } from './certificate-entry.ts';
import { formatDirectoryDate } from './encode-values.ts';
import { encodePrefixedNumber } from './prefixed-number.ts';
import type { DirectoryTimeZone } from './time-zone.ts';

export interface CertificateEntryContent {
  readonly certificateDer: Uint8Array;
  readonly requestId: bigint | null;
  readonly profileId: string | null;
  readonly issuedAt: Date;
  readonly modifiedAt: Date;
  readonly issuedBy: string | null;
  readonly revocation: DirectoryRevocation | null;
  /** Whether notAfter has passed; Dogtag keeps that in the status. */
  readonly isExpired: boolean;
  /** Whether notBefore is still to come; Dogtag keeps that in the status, too. Default false. */
  readonly isNotYetValid?: boolean;
}

/** `container` is the layout's `certificates`. Throws DerError for bytes that are no certificate. */
export function encodeCertificateEntry(
  content: CertificateEntryContent,
  container: string,
  zone: DirectoryTimeZone,
): DirectoryEntry {
  const certificate = decodeCertificate(content.certificateDer);
  const { serialNumber, notBefore, notAfter } = certificate;
  const attributes: (readonly [string, readonly Uint8Array[]])[] = [
    texts('objectClass', 'top', 'certificateRecord'),
    texts('serialno', encodePrefixedNumber(serialNumber)),
    texts(
      'metaInfo',
      ...(content.requestId === null ? [] : [`requestId:${content.requestId}`]),
      ...(content.profileId === null ? [] : [`profileId:${content.profileId}`]),
    ),
    texts('notBefore', formatDirectoryDate(notBefore, zone)),
    texts('notAfter', formatDirectoryDate(notAfter, zone)),
    texts('duration', encodePrefixedNumber(BigInt(notAfter.getTime() - notBefore.getTime()))),
    texts('subjectName', formatName(certificate.subjectDer)),
    texts('issuerName', formatName(certificate.issuerDer)),
    ['publicKeyData', [certificate.subjectPublicKeyInfoDer]],
    texts('extension', ...extensionTexts(certificate)),
    ['userCertificate;binary', [content.certificateDer]],
    texts('version', String(certificate.version)),
    texts('algorithmId', decodeSubjectPublicKeyInfo(certificate.subjectPublicKeyInfoDer).algorithmOid),
    texts('signingAlgorithmId', identifySignatureAlgorithm(certificate.signatureAlgorithmDer)?.oid ?? ''),
    texts('dateOfCreate', formatDirectoryDate(content.issuedAt, zone)),
    ...changeableAttributes(content, zone),
    texts('autoRenew', 'ENABLED'),
    texts('issuedBy', content.issuedBy ?? 'system'),
    texts('cn', String(serialNumber)),
  ];
  // A directory refuses an attribute without values.
  return new DirectoryEntry(
    `cn=${serialNumber},${container}`,
    attributes.filter(([, values]) => values.some((value) => value.length > 0)),
  );
}

/**
 * The attributes of an entry that a revocation, hold or release changes; empty values mean that the attribute goes. An entry that Dogtag
 * wrote is brought to our state by replacing exactly these.
 */
export function changeableAttributes(
  content: Pick<CertificateEntryContent, 'revocation' | 'isExpired' | 'isNotYetValid' | 'modifiedAt'>,
  zone: DirectoryTimeZone,
): readonly (readonly [string, readonly Uint8Array[]])[] {
  const { revocation } = content;
  return [
    texts('dateOfModify', formatDirectoryDate(content.modifiedAt, zone)),
    texts('certStatus', statusOf(content)),
    texts('revInfo', ...(revocation === null ? [] : [revocationText(revocation, zone)])),
    texts('revokedBy', ...(revocation === null ? [] : [revocation.revokedBy ?? 'system'])),
    texts(
      'revokedOn',
      ...(revocation === null ? [] : [formatDirectoryDate(revocation.notedAt ?? revocation.revokedAt, zone)]),
    ),
  ];
}

function statusOf({
  revocation,
  isExpired,
  isNotYetValid = false,
}: Pick<CertificateEntryContent, 'revocation' | 'isExpired' | 'isNotYetValid'>): string {
  if (revocation !== null) return isExpired ? 'REVOKED_EXPIRED' : 'REVOKED';
  if (isExpired) return 'EXPIRED';
  return isNotYetValid ? 'INVALID' : 'VALID';
}

function revocationText({ revokedAt, reason, invalidityDate }: DirectoryRevocation, zone: DirectoryTimeZone): string {
  const invalidity =
    invalidityDate === null ? '' : `;InvalidityDateExtension=${formatDirectoryDate(invalidityDate, zone)}`;
  return `${formatDirectoryDate(revokedAt, zone)};CRLReasonExtension=${reason}${invalidity}`;
}

/** Object identifiers; two of them carry their content, by which Dogtag's searches go. */
function extensionTexts(certificate: Certificate): string[] {
  return certificate.extensions.map(({ oid, valueDer }) => {
    if (oid === extensionOids.netscapeCertType) return `${oid};${netscapeTypeText(valueDer)}`;
    if (oid === extensionOids.basicConstraints) return `${oid};${basicConstraintsText(valueDer)}`;
    return oid;
  });
}

function netscapeTypeText(valueDer: Uint8Array): string {
  const types = decodeNetscapeCertType(valueDer);
  return [
    `SSLServer=${types.has('sslServer')}`,
    `SSLClient=${types.has('sslClient')}`,
    `Email=${types.has('smime')}`,
    `SSLCA=${types.has('sslCA')}`,
    `EmailCA=${types.has('smimeCA')}`,
    `objectSigning=${types.has('objectSigning')}`,
  ].join(',');
}

/** JSS says -1 where there is no limit. */
function basicConstraintsText(valueDer: Uint8Array): string {
  const { cA, pathLenConstraint } = decodeBasicConstraints(valueDer);
  return `isCA=${cA},pathLen=${pathLenConstraint ?? -1}`;
}

function texts(description: string, ...values: readonly string[]): readonly [string, readonly Uint8Array[]] {
  return [description, values.map((value) => Buffer.from(value))];
}
