// /ca/ee/ca/checkRequest: what became of a request, and its certificate for importing (Dogtag's CheckRequest).
import { escapeScriptText, type TemplateBlock } from '#codecs/dogtag-servlets';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { findRequestFact } from '../../request-facts.ts';
import { epochSeconds } from '../epoch-seconds.ts';
import { encodeChainLines, findIssuedCertificate } from '../issued-certificate.ts';
import { readRequest } from '../read-request.ts';
import { isChecked, type ServletCall } from '../servlet-call.ts';
import { answerTemplate } from '../template-servlet.ts';

export async function checkRequest(call: ServletCall): Promise<GatewayResponse> {
  const { request, ra, settings } = call;
  const record = await readRequest(call, 'is-missing');
  const notes = findRequestFact(record, 'requestNotes') ?? '';
  const certificate = await findIssuedCertificate(record, ra);
  const header: TemplateBlock[number][] = [
    ['authority', 'ca'],
    ['requestId', String(record.id)],
    ['status', record.state],
    ['createdOn', epochSeconds(record.createdAt)],
    ['updatedOn', epochSeconds(record.modifiedAt)],
  ];
  if (notes !== '') header.push(['requestNotes', escapeScriptText(notes)]);
  // Dogtag takes the line feeds out and leaves the carriage returns.
  if (certificate !== null && isChecked(request, 'importCert')) {
    const lines = await encodeChainLines(certificate.certificateDer, ra, settings.release);
    header.push(['pkcs7ChainBase64', lines.replaceAll('\n', '')]);
  }
  return answerTemplate(request, 'Request Status', {
    header,
    fixed: [],
    records: certificate === null ? [] : [[['serialNumber', certificate.serialNumber.toString(16)]]],
  });
}
