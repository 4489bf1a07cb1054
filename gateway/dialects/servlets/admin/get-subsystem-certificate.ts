// /ca/admin/ca/getSubsystemCert: the certificate with which Dogtag's authority speaks to its other subsystems, as it told it while it lived.
import type { XmlResponseItem } from '#codecs/dogtag-servlets';
import type { ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';

export async function getSubsystemCertificate({ settings }: ServletCall): Promise<readonly XmlResponseItem[]> {
  const certificate = settings.product.subsystemCertificateBase64;
  if (certificate === undefined) throw new ServletFault('Error: Failed to get subsystem certificate.');
  return [
    ['Status', '0'],
    ['Cert', certificate],
  ];
}
