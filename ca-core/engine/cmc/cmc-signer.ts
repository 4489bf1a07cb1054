// Who signed a CMC message, by the certificate that travels in it: what the agent's and the requester's signatures have in common.
import type { SignedData } from '#codecs/cmc';
import { type Certificate, decodeCertificate, formatName } from '#codecs/x509';
import { type Caller, serialNumber } from '../model/index.ts';
import type { Store } from '../store.ts';

export type CertificateFinder = Pick<Store['certificates'], 'find'>;

/** The certificate that the first SignerInfo names; null where it is not in the message. Throws DerError. */
export function findSignerCertificate({ certificatesDer, signerInfos }: SignedData): Certificate | null {
  const identifier = signerInfos[0]?.identifier;
  if (identifier?.kind !== 'issuer-and-serial-number') return null;
  for (const der of certificatesDer ?? []) {
    const certificate = decodeCertificate(der, { rules: 'ber' });
    const isNamed = certificate.serialNumber === identifier.serialNumber;
    if (isNamed && certificate.issuerDer.equals(identifier.issuerDer)) return certificate;
  }
  return null;
}

/** Whoever sends a message over TLS must be whoever signed it, so that one that was overheard is of no use to others. */
export function isSentBy({ subjectDer }: Certificate, { certificateDer }: Caller): boolean {
  if (certificateDer === null) return false;
  return formatName(decodeCertificate(certificateDer, { rules: 'ber' }).subjectDer) === formatName(subjectDer);
}

export type SignerStanding = 'good' | 'revoked' | 'expired' | 'not-yet-valid' | 'unknown';

/**
 * What the record says of a signer's certificate. One that this installation did not issue proves nothing, however its names read: nobody has
 * verified the signature on it.
 */
export async function judgeSignerCertificate(
  certificate: Certificate,
  certificates: CertificateFinder,
  now: Date,
): Promise<SignerStanding> {
  if (certificate.serialNumber < 0n) return 'unknown';
  const record = await certificates.find(serialNumber(certificate.serialNumber));
  if (record === null || !certificate.der.equals(record.certificateDer)) return 'unknown';
  if (record.revocation !== null) return 'revoked';
  if (certificate.notAfter < now) return 'expired';
  return certificate.notBefore > now ? 'not-yet-valid' : 'good';
}
