// The request that a servlet is asked about, by its number in decimal.
import { escapeScriptText } from '#codecs/dogtag-servlets';
import type { RequestId, RequestRecord } from '../../contract.ts';
import { findParameter, type ServletCall } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';

/** As checkRequest and displayCertFromRequest do it; the latter tells a blank number from none. Throws ServletFault. */
export async function readRequest(
  { request, ra }: ServletCall,
  blank: 'is-missing' | 'is-malformed',
): Promise<RequestRecord> {
  const text = findParameter(request, 'requestId');
  if (text === null || (blank === 'is-missing' && text.trim() === ''))
    throw new ServletFault('A Request ID must be provided for this operation.');
  if (!/^[+-]?[0-9]{1,400}$/.test(text)) throw new ServletFault(`Invalid number format: ${escapeScriptText(text)}`);
  const record = await ra.findRequest(BigInt(text.replace('+', '')) as RequestId);
  if (record === null) throw new ServletFault(`Request ID ${text} was not found in the request queue.`);
  return record;
}
