// displayBySerial: a certificate of the record in every form (Dogtag's cert/DisplayBySerial).
import { formatFingerprints } from '#codecs/dogtag-pretty-print';
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { encodeBase64Lines } from '#codecs/dogtag-text';
import { decodeCertificate, decodeKeyUsage, decodeNetscapeCertType, extensionOids, findExtension } from '#codecs/x509';
import type { CertificateRecord, RaClient } from '../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../routing/operation.ts';
import { encodeChainLines } from './issued-certificate.ts';
import { findParameter, type ServletCall } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';
import { parseServletSerial } from './servlet-number.ts';
import { answerTemplate } from './template-servlet.ts';

export async function displayCertificate(call: ServletCall): Promise<GatewayResponse> {
  const { request, ra } = call;
  const record = await readCertificate(request, ra);
  const { certificateDer, serialNumber, revocation } = record;
  const isShort = findParameter(request, 'b64CertOnly') === 'true';
  const whole: TemplateBlock = isShort ? [] : [['certPrettyPrint', await prettyPrintOf(record, call)]];
  const fingerprints: TemplateBlock = isShort ? [] : [['certFingerprint', formatFingerprints(certificateDer)]];
  return answerTemplate(request, 'Certificate', {
    header: [
      ['emailCert', isForMail(certificateDer)],
      ...(await requestOf(record, ra)),
      ['certChainBase64', encodeBase64Lines(certificateDer)],
      ...(revocation === null ? [] : [['revocationReason', revocation.reason] as const]),
      ...whole,
      ['authorityid', 'ca'],
      ...fingerprints,
      ['serialNumber', serialNumber.toString(16)],
      ...(isShort ? [] : [['pkcs7ChainBase64', await chainOf(record, call)] as const]),
    ],
    fixed: [],
    records: [],
  });
}

function chainOf({ certificateDer }: CertificateRecord, { ra, settings: { release } }: ServletCall): Promise<string> {
  return encodeChainLines(certificateDer, ra, release, release.shownChainOrder);
}

/** The certificate that `serialNumber` names. Throws ServletFault. */
export async function readCertificate(request: GatewayRequest, ra: RaClient): Promise<CertificateRecord> {
  const serial = parseServletSerial(findParameter(request, 'serialNumber') ?? '');
  if (serial === null) throw new ServletFault('Certificate Serial number is not set or invalid.', 'errorDetails');
  const record = serial < 0n ? null : await ra.findCertificate(serial);
  if (record !== null) return record;
  throw new ServletFault(`Certificate serial number 0x${serial.toString(16)} not found`, 'unexpectedError');
}

async function prettyPrintOf(
  { certificateDer }: CertificateRecord,
  { ra, settings: { certificateTexts } }: ServletCall,
): Promise<string> {
  const { chainDer } = await ra.describeAuthority(null);
  return certificateTexts.textsOf(certificateDer, chainDer).prettyPrint;
}

/** Certificates that came without a request, or whose request is lost, say nothing of one. */
async function requestOf({ requestId }: CertificateRecord, ra: RaClient): Promise<TemplateBlock> {
  const request = requestId === null ? null : await ra.findRequest(requestId);
  if (request === null) return requestId === null ? [['noCertImport', true]] : [];
  return [
    ['reqId', String(request.id)],
    ['noCertImport', true],
  ];
}

/** Whether a mail program could use it: by Netscape's certificate type, or by a key usage that signs or enciphers data. */
function isForMail(certificateDer: Uint8Array): boolean {
  const { extensions } = decodeCertificate(certificateDer, { rules: 'ber' });
  const type = findExtension(extensions, extensionOids.netscapeCertType);
  if (type !== null && decodeNetscapeCertType(type.valueDer).has('smime')) return true;
  const usage = findExtension(extensions, extensionOids.keyUsage);
  if (usage === null) return false;
  const usages = decodeKeyUsage(usage.valueDer);
  return usages.has('digitalSignature') || usages.has('dataEncipherment');
}
