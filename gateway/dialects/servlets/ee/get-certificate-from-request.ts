// /ca/ee/ca/getCertFromRequest and its likes: the certificate of a request to import, or shown (Dogtag's GetCertFromRequest).
import type { GatewayResponse } from '../../../routing/operation.ts';
import { answerForImport, wantsImport } from '../import-certificate.ts';
import type { ServletCall } from '../servlet-call.ts';
import { readRequestWithCertificate, showCertificateOfRequest } from './display-certificate-from-request.ts';

export async function getCertificateFromRequest(call: ServletCall): Promise<GatewayResponse> {
  const found = await readRequestWithCertificate(call);
  return wantsImport(call.request)
    ? await answerForImport(call, found.certificate.certificateDer)
    : await showCertificateOfRequest(call, found);
}
