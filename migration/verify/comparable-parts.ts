// What of each object is compared, as one text per part, so that a difference can be shown as it is.
import { hash } from 'node:crypto';
import type { CertificateRecord, RequestRecord, Revocation } from '#ca-core/engine';
import { decodeCertificate, decodeSubjectPublicKeyInfo, formatName } from '#codecs/x509';
import type { SourceCertificate, SourceRequest, SourceRevocation } from '#importers';

export type Parts = Readonly<Record<string, string>>;

/** `record` is what the other side holds under the same number. */
export function partsOfSourceCertificate(certificate: SourceCertificate, record: CertificateRecord | null): Parts {
  const { certificateDer, revocation, issuedAt, issuedBy, requestId, profileId } = certificate;
  return {
    certificateDer: sha256(certificateDer),
    ...(record !== null && areEqual(certificateDer, record.certificateDer) ? contentOf(certificateDer) : null),
    revocation: textOfRevocation(revocation),
    issuedAt: textOfDate(issuedAt),
    issuedBy: issuedBy ?? '',
    requestId: requestId?.toString() ?? '',
    profileId: profileId ?? '',
  };
}

/**
 * `source` tells which of the record's values come from the source: a date of issue that it lacks was filled in from the certificate. A directory
 * keeps seconds only of what was issued here and handed back.
 */
export function partsOfStoredCertificate(record: CertificateRecord, source: SourceCertificate | null): Parts {
  const { certificateDer, revocation, issuedAt, issuedBy, requestId, profileId } = record;
  return {
    certificateDer: sha256(certificateDer),
    ...(source !== null && areEqual(certificateDer, source.certificateDer) ? storedContentOf(record) : null),
    revocation: textOfRevocation(revocation),
    issuedAt:
      source !== null && source.issuedAt === null
        ? ''
        : textOfDate(record.origin === 'native' ? wholeSecond(issuedAt) : issuedAt),
    issuedBy: issuedBy ?? '',
    requestId: requestId?.toString() ?? '',
    profileId: profileId ?? '',
  };
}

/**
 * What the record keeps beside a certificate because it is searched by it, read out of the very bytes: revocation lists and OCSP answers are made from
 * these values. Only where both sides hold the same bytes; else those are the difference.
 */
function contentOf(certificateDer: Uint8Array): Parts {
  try {
    const certificate = decodeCertificate(certificateDer, { rules: 'ber' });
    const { notBefore, notAfter, subjectDer, issuerDer, subjectPublicKeyInfoDer } = certificate;
    return {
      subject: formatName(subjectDer),
      issuer: textOfIssuer(issuerDer),
      notBefore: textOfDate(notBefore),
      notAfter: textOfDate(notAfter),
      key: textOfKey(subjectPublicKeyInfoDer),
    };
  } catch (error) {
    return { subject: `unreadable: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function storedContentOf({ subject, issuer, notBefore, notAfter, keyAlgorithmOid, keyBits }: CertificateRecord): Parts {
  return {
    subject,
    issuer,
    notBefore: textOfDate(notBefore),
    notAfter: textOfDate(notAfter),
    key: `${keyAlgorithmOid} ${keyBits ?? ''}`.trim(),
  };
}

function textOfKey(subjectPublicKeyInfoDer: Uint8Array): string {
  try {
    const { algorithmOid, kind, bits } = decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer);
    return kind === 'rsa' ? `${algorithmOid} ${bits}` : algorithmOid;
  } catch {
    return '';
  }
}

const issuersMax = 1_000;
const issuers = new Map<string, string>();

/** A million certificates have few issuers. */
function textOfIssuer(issuerDer: Buffer): string {
  const key = issuerDer.toString('latin1');
  const known = issuers.get(key);
  if (known !== undefined) return known;
  const text = formatName(issuerDer);
  if (issuers.size < issuersMax) issuers.set(key, text);
  return text;
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/**
 * The authority is compared only where the source names one; the record fills in the host authority. Of a request that was made here and handed
 * back, `madeHere`, Dogtag's entry holds more than the record and keeps seconds only: what the record does not have is left out on both sides.
 */
export function partsOfRequest(
  request: SourceRequest | RequestRecord,
  { hasAuthority, madeHere }: { readonly hasAuthority: boolean; readonly madeHere: RequestRecord | null },
): Parts {
  const dateText = madeHere === null ? textOfDate : textOfSecond;
  const pairs = (of: 'inputs' | 'attributes') =>
    textOfPairs(madeHere === null ? request[of] : commonTo(request[of], madeHere[of]));
  const draftDer = madeHere !== null && madeHere.draftDer === null ? null : request.draftDer;
  return {
    kind: request.kind,
    state: request.state,
    createdAt: dateText(request.createdAt),
    modifiedAt: dateText(request.modifiedAt),
    owner: request.owner ?? '',
    authorityId: hasAuthority ? (request.authorityId ?? '') : '',
    profileId: request.profileId ?? '',
    policySetId: request.policySetId ?? '',
    inputs: pairs('inputs'),
    attributes: pairs('attributes'),
    draftDer: draftDer === null ? '' : sha256(draftDer),
    errorMessage: request.errorMessage ?? '',
    failed: String(request.failed),
    certificateSerials: request.certificateSerials.join(' '),
  };
}

/** A directory keeps no empty values, none with blanks around them, and tells no capitals from others in names. */
function commonTo(
  pairs: Readonly<Record<string, string>>,
  known: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const names = new Set(Object.keys(known).map((name) => name.toLowerCase()));
  const folded = Object.entries(pairs).map(([name, value]) => [name.toLowerCase(), value.trim()] as const);
  return Object.fromEntries(folded.filter(([name, value]) => names.has(name) && value !== ''));
}

/** The parts as one text, for digests. */
export function digestText(parts: Parts): string {
  return JSON.stringify(Object.values(parts));
}

export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

function textOfRevocation(revocation: SourceRevocation | Revocation | null): string {
  if (revocation === null) return 'not revoked';
  const { reason, revokedAt, notedAt, revokedBy, invalidityDate } = revocation;
  const noted = notedAt === undefined ? '' : ` noted ${textOfDate(notedAt)}`;
  const invalid = invalidityDate === null ? '' : ` invalid since ${textOfDate(invalidityDate)}`;
  return `reason ${reason} at ${textOfDate(revokedAt)}${noted} by ${revokedBy ?? 'nobody known'}${invalid}`;
}

function textOfDate(date: Date | null): string {
  return date === null ? '' : date.toISOString();
}

function wholeSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

function textOfSecond(date: Date | null): string {
  return textOfDate(date).slice(0, 19);
}

function textOfPairs(pairs: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
