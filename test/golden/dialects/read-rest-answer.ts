// Recorded answers of the REST interface as values, whichever form they have.
import {
  type BodyOf,
  type BodySchema,
  decodeJsonBody,
  decodeXmlBody,
  exception,
  jacksonJson,
  jaxbJson,
} from '#codecs/dogtag-rest';
import { findHeader, type RecordedExchange } from './recorded-exchanges.ts';

export function readEntity<S extends BodySchema>(exchange: RecordedExchange, schema: S): BodyOf<S> {
  return decodeEntity(exchange.response.body, exchange, schema);
}

export function readEntries<S extends BodySchema>(
  exchange: RecordedExchange,
  schema: S,
): { readonly total: number; readonly entries: readonly BodyOf<S>[]; readonly text: string } {
  const text = exchange.response.body.toString();
  if (isJson(exchange.response.headers)) {
    const { total = 0, entries } = JSON.parse(text) as { total?: number; entries: readonly unknown[] };
    const decoded = entries.map((entry) => decodeEntity(Buffer.from(JSON.stringify(entry)), exchange, schema));
    return { total, entries: decoded, text };
  }
  const elements = text.match(new RegExp(`<${schema.root}[ >].*?</${schema.root}>`, 'gs')) ?? [];
  return {
    total: Number(/<total>([0-9]+)<\/total>/.exec(text)?.[1] ?? 0),
    entries: elements.map((element) => decodeEntity(Buffer.from(element), exchange, schema)),
    text,
  };
}

/** Message of a recorded exception; empty for an answer that is none. */
export function readMessage(exchange: RecordedExchange): string {
  const { response } = exchange;
  if (response.status < 400 || response.body.length === 0) return '';
  const type = findHeader(response.headers, 'content-type') ?? '';
  if (!/^application\/(?:json|xml)/.test(type)) return '';
  return decodeEntity(response.body, exchange, exception).message ?? '';
}

function isJson(headers: RecordedExchange['response']['headers']): boolean {
  return (findHeader(headers, 'content-type') ?? '').startsWith('application/json');
}

function decodeEntity<S extends BodySchema>(
  body: Buffer,
  { release, response }: RecordedExchange,
  schema: S,
): BodyOf<S> {
  const style = release === '10.10.2' ? jaxbJson : jacksonJson;
  const decoded = isJson(response.headers) ? decodeJsonBody(schema, body, style) : decodeXmlBody(schema, body);
  if (decoded === null) throw new Error('the recorded answer is null');
  return decoded;
}
