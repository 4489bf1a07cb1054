// /ca/ee/ca/getInfo and /ca/agent/ca/getInfo: which CRLs there are, for the forms that show and update them (Dogtag's GetInfo).
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { decodeCertificateList, formatSignatureAlgorithm } from '#codecs/x509';
import type { CrlRecord } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { descriptionOf } from '../crl-page.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplate } from '../template-servlet.ts';

const masterPoint = 'MasterCRL';
/** The forms that Dogtag has; it would also try whatever other file is named. */
const forms: ReadonlySet<string> = new Set(['/agent/ca/toDisplayCRL', '/agent/ca/toUpdateCRL', '/ee/ca/toDisplayCRL']);

export async function getInfo({ request, ra }: ServletCall): Promise<GatewayResponse> {
  const form = findParameter(request, 'template');
  if (form === null) throw new ServletFault('Error encountered while rendering a response.');
  if (!forms.has(form)) throw new ServletFault('Error encountered while loading output template.');
  const [full, delta] = [await ra.findCrl(masterPoint, 'full'), await ra.findCrl(masterPoint, 'delta')];
  return answerTemplate(request, 'Certificate Revocation Lists', {
    header: full === null ? [] : pointValues(full, delta),
    fixed: [],
    records: [],
  });
}

function pointValues(full: CrlRecord, delta: CrlRecord | null): TemplateBlock {
  const algorithm = formatSignatureAlgorithm(decodeCertificateList(full.crlDer).outerSignatureAlgorithmDer);
  return [
    ['crlIssuingPoints', full.issuingPoint],
    ['crlDescriptions', descriptionOf(full)[0]?.[1] ?? ''],
    ['crlNumbers', String(full.crlNumber)],
    ['deltaNumbers', String(delta?.crlNumber ?? 0)],
    ['crlSizes', String(full.entryCount)],
    ['deltaSizes', String(delta?.entryCount ?? -1)],
    // How long each step of the last CRL took, which nobody keeps.
    ['crlSplits', '0,0,0,0,0,0,0,0,0,0'],
    ['crlTesting', '0'],
    ['isDeltaCRLEnabled', delta !== null],
    ['master_host', ''],
    ['master_port', ''],
    ['masterCRLIssuingPoint', masterPoint],
    ['defaultAlgorithm', algorithm],
    ['recentChanges', '0, 0, 0'],
    // Another would be refused by updateCRL.
    ['validAlgorithms', algorithm],
  ];
}
