// What is kept of a recorded answer: nothing of Dogtag's own pages, and nothing of its insides.
import type { RecordedResponse } from '#codecs/exchange';

/** Of pages made from Dogtag's templates only the script with the values is kept, of exception reports everything but the stack. */
export function withoutInsides(response: RecordedResponse): RecordedResponse {
  const text = response.body.toString('latin1');
  const trace = text.indexOf('<p><b>Exception</b></p>');
  if (trace >= 0)
    return { ...response, body: response.body.subarray(0, Buffer.byteLength(text.slice(0, trace), 'latin1')) };
  if (!/<script/i.test(text)) return response;
  const scripts = [...text.matchAll(/<script[^>]*>\s*\n([\s\S]*?)<\/script>/gi)].map(([, script = '']) => script);
  const values =
    scripts.find((script) => /^(?:header|record|request|result|errorCode|[a-zA-Z]+ ?=)/m.test(script)) ?? '';
  return { ...response, body: Buffer.from(`<script>\n${values}</script>\n`, 'latin1') };
}
