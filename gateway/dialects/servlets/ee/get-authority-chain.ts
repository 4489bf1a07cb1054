// /ca/ee/ca/getCAChain: the host authority's path as a file or in a page (Dogtag's GetCAChain).
import { formatCertificate, formatFingerprints } from '#codecs/dogtag-pretty-print';
import { encodeBase64Lines } from '#codecs/dogtag-text';
import { encodeCertificateChain } from '#codecs/pkcs';
import { decodeCertificate, formatName } from '#codecs/x509';
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplatePage } from '../template-servlet.ts';

const octets = 'application/octet-stream';

export async function getAuthorityChain(call: ServletCall): Promise<GatewayResponse> {
  const { request, ra, settings } = call;
  const op = findParameter(request, 'op');
  if (op === null) throw new ServletFault('You must select an option from the form.');
  const { chainDer, subject } = await ra.describeAuthority(null);
  const body = encodeCertificateChain(chainDer, { order: 'sorted', content: settings.release.chainContent });
  const subjectValue = ['subjectdn', subject] as const;
  switch (op) {
    case 'download':
      return { status: 200, headers: { 'Content-Type': wantedType(request) }, body };
    case 'downloadBIN':
      return {
        status: 200,
        headers: { 'Content-disposition': 'attachment; filename=ca.p7c', 'Content-Type': octets },
        body,
      };
    case 'display':
      return answerTemplatePage('Certificate Chain', {
        header: [['displayFormat', 'chain'], subjectValue, ['chainBase64', encodeBase64Lines(body)]],
        fixed: [],
        records: [],
      });
    case 'displayIND':
      return displayEach(call, chainDer);
    default:
      throw new ServletFault(
        'The option(s) you selected is invalid. This could indicate a flaw in the form you are using.',
      );
  }
}

/** What the client says it is, as long as that can stand in a header and is nothing that a browser would run. */
function wantedType(request: GatewayRequest): string {
  const type = findParameter(request, 'mimeType') ?? '';
  return /^application\/(?!xhtml|xml|javascript|ecmascript)[\w.+-]{1,80}$/i.test(type) ? type : octets;
}

function displayEach({ settings }: ServletCall, chainDer: readonly Uint8Array[]): GatewayResponse {
  return answerTemplatePage('Certificates of the Chain', {
    header: [
      ['displayFormat', 'individual'],
      ['length', chainDer.length],
    ],
    fixed: [],
    records: chainDer.map((der) => [
      ['fingerprints', formatFingerprints(der)],
      ['subjectdn', formatName(decodeCertificate(der, { rules: 'ber' }).subjectDer)],
      ['base64', encodeBase64Lines(der)],
      ['certDetails', formatCertificate(der, settings.zone, settings.release.prettyPrint)],
    ]),
  });
}
