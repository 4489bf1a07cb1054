// The claim that stands in a user's entry beside each certificate, by which Dogtag finds the user of whoever shows it.
import { decodeCertificate, formatName } from '#codecs/x509';

/** `version;serial;issuer;subject`, the version as it stands in the certificate: 2 is X.509 version 3. Throws DerError. */
export function formatCertificateClaim(certificateDer: Uint8Array): string {
  const { version, serialNumber, issuerDer, subjectDer } = decodeCertificate(certificateDer, { rules: 'ber' });
  return `${version};${serialNumber};${formatName(issuerDer)};${formatName(subjectDer)}`;
}
