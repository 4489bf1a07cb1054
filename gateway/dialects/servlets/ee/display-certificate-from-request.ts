// /ca/ee/ca/displayCertFromRequest: the certificate of a request in every form (Dogtag's GetCertFromRequest, ImportCertsTemplateFiller).
import { escapeScriptText } from '#codecs/dogtag-servlets';
import type { CertificateRecord, RequestRecord } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { importFixed, importRecord } from '../import-page.ts';
import { findIssuedCertificate } from '../issued-certificate.ts';
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
  call: ServletCall,
  { record, certificate }: RequestWithCertificate,
): Promise<GatewayResponse> {
  const { request } = call;
  return answerTemplate(request, 'Issued Certificate', {
    header: [
      // As it was written; the number itself stands below.
      ['requestId', escapeScriptText(findParameter(request, 'requestId') ?? '')],
      ['noCertImport', true],
    ],
    fixed: importFixed(request, record.id, findParameter(request, 'certType')),
    records: [await importRecord(call, certificate)],
  });
}
