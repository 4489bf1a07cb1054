// What the authority itself demands of a certificate, whatever its profile says, before it signs it.
import { emptyNameDer, extensionOids, findSignatureAlgorithm } from '#codecs/x509';
import { CaError } from '../errors.ts';
import type { CertificateDraft } from '../issuance/certificate-draft.ts';
import { readBasicConstraints } from './basic-constraints-reading.ts';
import { poisonOid } from './defaults/signed-certificate-timestamp-list-ext-default.ts';
import { hasChange } from './dogtag-version.ts';
import { deleteExtension, findExtension } from './draft-extensions.ts';
import type { ApplicationContext, AuthorityFacts } from './profile-environment.ts';

/**
 * What the authority makes of an agreed draft: itself as the issuer, no mark of an unlogged precertificate, and a validity cut down to its own,
 * which Dogtag 10.10 spares certificates of authorities. The agreed draft stays as it is, which is what an agent is shown afterwards. Throws CaError
 * `malformed-request` for one that would begin after that, and for one without subject: Dogtag signs it, but then fails to record it, and so
 * nobody ever gets it.
 */
export function settleDraft(
  agreed: CertificateDraft,
  { authority }: ApplicationContext,
  dogtagVersion?: string,
): CertificateDraft {
  assertCanSign(agreed, authority);
  if (agreed.notBefore !== null && agreed.notBefore > authority.notAfter) {
    // The apostrophe is swallowed by Java's message format.
    throw new CaError('malformed-request', 'Certificate validity cannot begin past the CA certificates validity');
  }
  if (agreed.subjectDer === null || emptyNameDer.equals(agreed.subjectDer)) {
    throw new CaError('malformed-request', 'Certificate cannot be issued: it has no subject name');
  }
  const isSpared = !hasChange(dogtagVersion, 'authority-ends-with-issuer') && isAuthority(agreed);
  const isTooLong = agreed.notAfter !== null && agreed.notAfter > authority.notAfter && !isSpared;
  const settled = {
    ...agreed,
    issuerDer: authority.subjectDer,
    notAfter: isTooLong ? authority.notAfter : agreed.notAfter,
  };
  deleteExtension(settled, poisonOid);
  return settled;
}

/** Whether the certificate will say all that was agreed. */
export function isSettledAsAgreed(settled: CertificateDraft, agreed: CertificateDraft): boolean {
  return (
    agreed.signatureAlgorithm !== null &&
    settled.notAfter === agreed.notAfter &&
    settled.extensions.length === agreed.extensions.length
  );
}

/** Dogtag finds this out when it signs, with the key itself. */
function assertCanSign({ signatureAlgorithm }: CertificateDraft, { signatureKeyKind }: AuthorityFacts): void {
  if (signatureAlgorithm === null) return;
  const algorithm = findSignatureAlgorithm(signatureAlgorithm);
  // Profiles may name MD2, for which no key has a signature any more.
  if (algorithm?.hash === 'md2')
    throw new CaError(
      'malformed-request',
      `Signing Algorithm ${algorithm.name} is not supported for the CA signing token`,
    );
  if (algorithm?.keyKind === signatureKeyKind) return;
  const message = `Algorithm ${signatureAlgorithm} is not supported for the signing token and key`;
  throw new CaError('malformed-request', message);
}

function isAuthority(draft: CertificateDraft): boolean {
  const extension = findExtension(draft, extensionOids.basicConstraints);
  return extension !== null && readBasicConstraints(extension.valueDer).isCa;
}
