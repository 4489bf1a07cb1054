// Step 7 of an issuance: the exact bytes that will be signed, built and looked over before any signature exists.
import { type PreparedBytes, prepareForSigning } from '#ca-core/signer';
import { encodeTbsCertificate, findSignatureAlgorithm } from '#codecs/x509';
import { assertHasKey, type IssuingAuthority } from '../authorities/issuing-authority.ts';
import { CaError } from '../errors.ts';
import type { SerialNumber } from '../model/index.ts';
import type { CertificateDraft } from './certificate-draft.ts';
import { checkTbsCertificate } from './lint-certificate.ts';

/** A certificate that lacks nothing but its signature. */
export interface PreparedCertificate {
  readonly authority: IssuingAuthority;
  readonly serialNumber: SerialNumber;
  readonly draft: CertificateDraft;
  readonly tbsCertificateDer: Buffer;
  /** Canonical name in the profile language. */
  readonly signatureAlgorithm: string;
}

/**
 * Fixes what is left open (algorithm, issuer), encodes, and checks the result. `requiresKey` false is for rehearsals, which must work for an
 * authority whose key is elsewhere. Throws CaError `malformed-request` with the finding when the certificate must not be signed, and
 * `signer-unavailable` when the authority has no key here.
 */
export function prepareCertificate(
  agreed: CertificateDraft,
  authority: IssuingAuthority,
  serialNumber: SerialNumber,
  requiresKey = true,
): PreparedCertificate {
  const wanted = agreed.signatureAlgorithm ?? authority.defaultSigningAlgorithm;
  const signatureAlgorithm = findSignatureAlgorithm(wanted)?.name;
  if (signatureAlgorithm === undefined) throw unfit(`signature algorithm ${wanted} is not known`);
  if (requiresKey) {
    assertHasKey(authority);
    if (!authority.signingAlgorithms.includes(signatureAlgorithm))
      throw unfit(`the authority's key does not sign with ${signatureAlgorithm}`);
  }
  const draft: CertificateDraft = {
    ...agreed,
    signatureAlgorithm,
    issuerDer: authority.facts.subjectDer,
    notBefore: wholeSeconds(agreed.notBefore),
    notAfter: wholeSeconds(agreed.notAfter),
    extensions: [...agreed.extensions],
  };
  const tbsCertificateDer = encode(draft, serialNumber);
  const findings = checkTbsCertificate(tbsCertificateDer, draft, serialNumber);
  if (findings.length > 0) throw unfit(findings.join('; '));
  return { authority, serialNumber, draft, tbsCertificateDer, signatureAlgorithm };
}

/** The only way from a prepared certificate to the signer. */
export function signableBytes({ tbsCertificateDer }: Pick<PreparedCertificate, 'tbsCertificateDer'>): PreparedBytes {
  return prepareForSigning('certificate', tbsCertificateDer);
}

function encode(draft: CertificateDraft, serialNumber: SerialNumber): Buffer {
  try {
    return encodeTbsCertificate(draft, serialNumber);
  } catch (cause) {
    throw unfit(cause instanceof Error ? cause.message : 'it cannot be encoded', cause);
  }
}

/** The encoding of Time has no room for less than a second; the draft must say what the certificate will. */
function wholeSeconds(time: Date | null): Date | null {
  return time === null ? null : new Date(Math.floor(time.getTime() / 1000) * 1000);
}

function unfit(reason: string, cause?: unknown): CaError {
  return new CaError('malformed-request', `Certificate cannot be issued: ${reason}`, { cause });
}
