// /ca/ee/ca/displayBySerial and /ca/agent/ca/displayBySerial: a certificate in every form (Dogtag's DisplayBySerial).
import { formatCertificate, formatFingerprints } from '#codecs/dogtag-pretty-print';
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { encodeBase64Lines, formatHexIdentifier } from '#codecs/dogtag-text';
import type { CertificateRecord } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { encodeChainLines } from '../issued-certificate.ts';
import { isForMail } from '../mail-certificate.ts';
import { findSerialNumber } from '../read-serial-number.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplate } from '../template-servlet.ts';

export async function displayBySerial(call: ServletCall): Promise<GatewayResponse> {
  const { request, ra } = call;
  const serialNumber = findSerialNumber(request);
  if (serialNumber === null) throw new ServletFault('Certificate Serial number is not set or invalid.', 'errorDetails');
  const record = await ra.findCertificate(serialNumber);
  if (record === null)
    throw new ServletFault(`Certificate serial number ${formatHexIdentifier(serialNumber)} not found`);
  const isPlain = findParameter(request, 'b64CertOnly') === 'true';
  const { requestId, revocation, certificateDer } = record;
  return answerTemplate(request, 'Certificate', {
    header: [
      ['emailCert', isForMail(certificateDer)],
      ...(requestId === null ? [] : [['reqId', String(requestId)] as const]),
      ['noCertImport', true],
      ['certChainBase64', encodeBase64Lines(certificateDer)],
      ...(revocation === null ? [] : [['revocationReason', revocation.reason] as const]),
      ...(isPlain ? [] : await formsForPeople(record, call)),
      ['authorityid', 'ca'],
      ['serialNumber', serialNumber.toString(16)],
    ],
    fixed: [],
    records: [],
  });
}

async function formsForPeople(
  { certificateDer }: CertificateRecord,
  { ra, settings: { zone, release } }: ServletCall,
): Promise<TemplateBlock> {
  return [
    ['certPrettyPrint', formatCertificate(certificateDer, zone, release.prettyPrint)],
    ['certFingerprint', formatFingerprints(certificateDer)],
    ['pkcs7ChainBase64', await encodeChainLines(certificateDer, ra, release, 'given')],
  ];
}
