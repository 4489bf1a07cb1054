// /ca/ee/ca/getCAChain: the chain of the authority as a file, or for people (Dogtag's GetCAChain).
import { formatCertificate, formatFingerprints } from '#codecs/dogtag-pretty-print';
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { encodeBase64Lines } from '#codecs/dogtag-text';
import { type CertificateChainFormat, encodeCertificateChain } from '#codecs/pkcs';
import { decodeCertificate, formatName } from '#codecs/x509';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { importTypeOf } from '../import-certificate.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplatePage } from '../template-servlet.ts';

const fileType = 'application/octet-stream';

export async function getCaChain(call: ServletCall): Promise<GatewayResponse> {
  const op = findParameter(call.request, 'op');
  if (op === null) throw new ServletFault('You must select an option from the form.');
  if (op.startsWith('download')) return await download(call, op === 'downloadBIN');
  if (op.startsWith('display')) return await display(call, op === 'displayIND');
  throw new ServletFault(
    'The option(s) you selected is invalid. This could indicate a flaw in the form you are using.',
  );
}

async function download({ request, ra, settings }: ServletCall, isAttachment: boolean): Promise<GatewayResponse> {
  const { chainDer } = await ra.describeAuthority(null);
  const body = encodeCertificateChain(chainDer, { order: 'given', content: settings.release.chainContent });
  // File names of RFC 5280 section 4.2.2.1.
  const headers = isAttachment
    ? { 'Content-disposition': 'attachment; filename=ca.p7c', 'Content-Type': fileType }
    : { 'Content-Type': importTypeOf(findParameter(request, 'mimeType'), fileType) };
  return { status: 200, headers, body };
}

/** A page even when XML was asked for, as Dogtag does. */
async function display({ request, ra, settings }: ServletCall, isIndividual: boolean): Promise<GatewayResponse> {
  const { chainDer } = await ra.describeAuthority(null);
  const displayFormat = isIndividual ? 'individual' : (findParameter(request, 'displayFormat') ?? 'chain');
  const isChain = displayFormat === 'chain';
  const { zone, release } = settings;
  return answerTemplatePage('CA Certificate Chain', {
    header: [
      ['displayFormat', displayFormat],
      ...(isChain ? chainValues(chainDer, release.chainContent) : ([['length', chainDer.length]] as const)),
    ],
    fixed: [],
    records: isChain
      ? []
      : chainDer.map((der) => [
          ['fingerprints', formatFingerprints(der)],
          ['subjectdn', subjectOf(der)],
          ['base64', encodeBase64Lines(der)],
          ['certDetails', formatCertificate(der, zone, release.prettyPrint)],
        ]),
  });
}

function chainValues(chainDer: readonly Uint8Array[], content: CertificateChainFormat['content']): TemplateBlock {
  const [first] = chainDer;
  return [
    ['subjectdn', first === undefined ? '' : subjectOf(first)],
    ['chainBase64', encodeBase64Lines(encodeCertificateChain(chainDer, { order: 'sorted', content }))],
  ];
}

function subjectOf(certificateDer: Uint8Array): string {
  return formatName(decodeCertificate(certificateDer, { rules: 'ber' }).subjectDer);
}
