// The page from which browsers took a certificate in, in every form (Dogtag's ImportCertsTemplateFiller).
import { formatCertificate, formatFingerprints } from '#codecs/dogtag-pretty-print';
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { encodeBase64Lines } from '#codecs/dogtag-text';
import type { CertificateRecord, RequestId } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { encodeChainLines } from './issued-certificate.ts';
import { findParameter, type ServletCall } from './servlet-call.ts';

export function importFixed(
  request: GatewayRequest,
  requestId: RequestId | null,
  certificateType: string | null,
): TemplateBlock {
  const { protocol, hostname, port } = new URL(request.baseUrl);
  const portNumber = port === '' ? (request.isSecure ? 443 : 80) : Number(port);
  return [
    ['agentHost', hostname],
    ['agentPort', String(portNumber)],
    ['host', hostname],
    ['port', portNumber],
    ['scheme', protocol.slice(0, -1)],
    ...(requestId === null ? [] : [['requestId', String(requestId)] as const]),
    ...(certificateType === null ? [] : [['certType', certificateType] as const]),
    ['authorityName', 'Certificate Manager'],
  ];
}

export async function importRecord(
  { request, ra, settings }: ServletCall,
  { certificateDer, serialNumber }: CertificateRecord,
): Promise<TemplateBlock> {
  const isPrintWanted = findParameter(request, 'certPrettyPrint') !== 'false';
  return [
    ['serialNo', serialNumber.toString(16)],
    ['base64Cert', `-----BEGIN CERTIFICATE-----\n${encodeBase64Lines(certificateDer)}-----END CERTIFICATE-----`],
    [
      'certPrettyPrint',
      isPrintWanted ? formatCertificate(certificateDer, settings.zone, settings.release.prettyPrint) : '',
    ],
    ['pkcs7ChainBase64', await encodeChainLines(certificateDer, ra, settings.release)],
    ['certFingerprint', formatFingerprints(certificateDer)],
  ];
}
