// The certificate that somebody shows on his connection to have something done with it (Dogtag's SSLClientCertAuthentication). Who he is does not matter.
import { decodeCertificate } from '#codecs/x509';
import type { CertificateRecord, SerialNumber } from '../../contract.ts';
import { certificateStatusName } from '../certificate-status.ts';
import type { ServletCall } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';

/** One that the host authority has issued and that is valid now. Throws ServletFault. */
export async function readOwnCertificate({ caller, ra, settings: { clock } }: ServletCall): Promise<CertificateRecord> {
  const { certificateDer } = caller;
  if (certificateDer === null) throw new ServletFault('You did not provide a valid certificate for this operation');
  const { serialNumber } = decodeCertificate(certificateDer, { rules: 'ber' });
  const record = await ra.findCertificate(serialNumber as SerialNumber);
  if (record === null) throw new ServletFault('Certificate not found or invalid');
  const status = certificateStatusName(record, clock.now());
  if (status !== 'VALID') throw new ServletFault(`Invalid certificate status: ${status}`);
  const { subject } = await ra.describeAuthority(null);
  // Dogtag compares names alone; another authority may have given out the same number.
  if (record.issuer !== subject || !Buffer.from(record.certificateDer).equals(certificateDer))
    throw new ServletFault('The client certificate was not issued from this CA');
  return record;
}
