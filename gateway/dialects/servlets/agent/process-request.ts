// /ca/agent/ca/processReq: a request as agents' forms from the time before profiles show it (Dogtag's CertProcessReq).
import { decodeCertificateList, formatSignatureAlgorithm } from '#codecs/x509';
import type { RequestId } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { linksMarkup } from '../pages/form-markup.ts';
import { requestRow } from '../request-rows.ts';
import { findParameter, type ServletCall, wantsXml } from '../servlet-call.ts';
import { answerNothing, answerTemplatePage } from '../template-servlet.ts';

/** Two years, which is what certificates without a profile would be given. */
const defaultValiditySeconds = '63072000';

/**
 * Says nothing about what is no request, nothing in XML, and nothing to who would assign the request: `profileProcess` does that, and shows what
 * was done.
 */
export async function processRequest({ request, ra, caller }: ServletCall): Promise<GatewayResponse> {
  const text = findParameter(request, 'seqNum') ?? '';
  if (wantsXml(request) || findParameter(request, 'doAssign') !== null) return answerNothing();
  const id = /^\+?\d{1,60}$/.test(text) ? (BigInt(text.replace('+', '')) as RequestId) : null;
  const record = id === null ? null : await ra.findRequest(id);
  if (record === null) return answerNothing();
  const crl = await ra.findCrl('MasterCRL', 'full');
  // Another would not be signed with.
  const algorithm = crl && formatSignatureAlgorithm(decodeCertificateList(crl.crlDer).outerSignatureAlgorithmDer);
  const header = [
    ['caPathLen', -1] as const,
    ...(algorithm === null
      ? []
      : ([
          ['caSigningAlgorithm', algorithm],
          ['validAlgorithms', algorithm],
        ] as const)),
    ['localca', 'yes'] as const,
    ['defaultValidityLength', defaultValiditySeconds] as const,
    ...(await requestRow(record, caller, ra)),
  ];
  const review = [`/ca/agent/ca/profileReview?requestId=${record.id}`, 'Review this request'] as const;
  return answerTemplatePage('Certificate Request', { header, fixed: [], records: [] }, linksMarkup([review]));
}
