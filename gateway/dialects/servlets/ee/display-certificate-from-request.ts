// /ca/ee/ca/displayCertFromRequest: the certificate of a request in every form (Dogtag's GetCertFromRequest, ImportCertsTemplateFiller).
import { formatCertificate, formatFingerprints } from '#codecs/dogtag-pretty-print';
import { escapeScriptText } from '#codecs/dogtag-servlets';
import { encodeBase64Lines } from '#codecs/dogtag-text';
import type { CertificateRecord, RequestRecord } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { encodeChainLines, findIssuedCertificate } from '../issued-certificate.ts';
import { readRequest } from '../read-request.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplate } from '../template-servlet.ts';

export interface RequestWithCertificate {
  readonly record: RequestRecord;
  readonly certificate: CertificateRecord;
}

/** Throws ServletFault. */
export async function readRequestWithCertificate(call: ServletCall): Promise<RequestWithCertificate> {
  const record = await readRequest(call, 'is-malformed');
  if (record.kind !== 'enrollment' && record.kind !== 'renewal')
    throw new ServletFault(`Request ID ${record.id} is not a certificate enrollment request.`);
  const certificate = await findIssuedCertificate(record, call.ra);
  if (certificate === null) throw new ServletFault(`Request ID ${record.id} was not completed.`);
  return { record, certificate };
}

export async function displayCertificateFromRequest(call: ServletCall): Promise<GatewayResponse> {
  return showCertificateOfRequest(call, await readRequestWithCertificate(call));
}

export async function showCertificateOfRequest(
  { request, ra, settings }: ServletCall,
  { record, certificate: { certificateDer, serialNumber } }: RequestWithCertificate,
): Promise<GatewayResponse> {
  const { protocol, hostname, port } = new URL(request.baseUrl);
  const portNumber = port === '' ? (request.isSecure ? 443 : 80) : Number(port);
  const isPrintWanted = findParameter(request, 'certPrettyPrint') !== 'false';
  return answerTemplate(request, 'Issued Certificate', {
    header: [
      // As it was written; the number itself stands below.
      ['requestId', escapeScriptText(findParameter(request, 'requestId') ?? '')],
      ['noCertImport', true],
    ],
    fixed: [
      ['agentHost', hostname],
      ['agentPort', String(portNumber)],
      ['host', hostname],
      ['port', portNumber],
      ['scheme', protocol.slice(0, -1)],
      ['requestId', String(record.id)],
      ['authorityName', 'Certificate Manager'],
    ],
    records: [
      [
        ['serialNo', serialNumber.toString(16)],
        ['base64Cert', `-----BEGIN CERTIFICATE-----\n${encodeBase64Lines(certificateDer)}-----END CERTIFICATE-----`],
        [
          'certPrettyPrint',
          isPrintWanted ? formatCertificate(certificateDer, settings.zone, settings.release.prettyPrint) : '',
        ],
        ['pkcs7ChainBase64', await encodeChainLines(certificateDer, ra, settings.release)],
        ['certFingerprint', formatFingerprints(certificateDer)],
      ],
    ],
  });
}
