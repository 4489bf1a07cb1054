// /ca/ee/ca/displayCertFromRequest: the certificate of a request in every form (Dogtag's GetCertFromRequest, ImportCertsTemplateFiller).
import { formatCertificate, formatFingerprints } from '#codecs/dogtag-pretty-print';
import { escapeScriptText } from '#codecs/dogtag-servlets';
import { encodeBase64Lines } from '#codecs/dogtag-text';
import type { CertificateRecord } from '../../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { encodeChainLines, encodeChainOf, findIssuedCertificate } from '../issued-certificate.ts';
import { readRequest } from '../read-request.ts';
import { findParameter, isChecked, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplate, answerWithoutForm } from '../template-servlet.ts';

/** The agents' own path finds the same and has no form to show it in. */
export async function agentCertificateFromRequest(call: ServletCall): Promise<GatewayResponse> {
  const { certificate } = await readIssued(call);
  return isImported(call.request) ? await fileOf(certificate, call) : await answerWithoutForm();
}

export async function displayCertificateFromRequest(call: ServletCall): Promise<GatewayResponse> {
  const { request, ra, settings } = call;
  const { record, certificate } = await readIssued(call);
  if (isImported(request)) return await fileOf(certificate, call);
  const { certificateDer, serialNumber } = certificate;
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

/** Throws ServletFault. */
async function readIssued(call: ServletCall) {
  const record = await readRequest(call, 'is-malformed');
  const certificate = await findIssuedCertificate(record, call.ra);
  if (certificate === null) throw new ServletFault(`Request ID ${record.id} was not completed.`);
  return { record, certificate };
}

/** Only getCertFromRequest gives it to a browser that would import it. */
const isImported = (request: GatewayRequest) =>
  request.path.endsWith('/getCertFromRequest') && isChecked(request, 'importCert');

async function fileOf(
  { certificateDer }: CertificateRecord,
  { request, ra, settings: { release } }: ServletCall,
): Promise<GatewayResponse> {
  const wanted = findParameter(request, 'importCertMimeType') ?? '';
  const kind = isChecked(request, 'emailCert') ? 'application/x-x509-email-cert' : 'application/x-x509-user-cert';
  // What a client names may stand in a header, and must be nothing that a browser runs.
  const type = /^application\/x-x509-[\w-]{1,40}$/.test(wanted) ? wanted : kind;
  const isAlone = /^(?:false|off)$/i.test(findParameter(request, 'importCAChain') ?? '');
  const body = isAlone
    ? Buffer.from(certificateDer)
    : await encodeChainOf(certificateDer, ra, release, release.shownChainOrder);
  return { status: 200, headers: { 'Content-Type': type }, body };
}
