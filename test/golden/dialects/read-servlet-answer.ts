// Recorded answers of the servlets as values, whether they are XML or the script of a page.
import {
  type ArgsetSet,
  type ArgsetValue,
  decodeArgsetXml,
  decodeTemplateXml,
  decodeXmlResponse,
  type XmlResponseItem,
} from '#codecs/dogtag-servlets';
import type { RecordedExchange } from './recorded-exchanges.ts';

export interface TemplateTexts {
  readonly header: ReadonlyMap<string, string>;
  readonly fixed: ReadonlyMap<string, string>;
  readonly records: readonly ReadonlyMap<string, string>[];
}

const isPage = ({ response }: RecordedExchange) => response.body.subarray(0, 8).toString() === '<script>';
export const isXml = ({ response }: RecordedExchange) => response.body.subarray(0, 5).toString() === '<xml>';

export function readTemplate(exchange: RecordedExchange): TemplateTexts {
  if (!isPage(exchange)) return decodeTemplateXml(exchange.response.body);
  const blocks = {
    header: new Map<string, string>(),
    fixed: new Map<string, string>(),
    record: new Map<string, string>(),
  };
  for (const [, block, name, value] of exchange.response.body
    .toString('latin1')
    .matchAll(/^(header|fixed|record)\.(\w+) ?= ?(.*);$/gm)) {
    if (value === undefined || name === undefined || !/^["0-9tfn]/.test(value) || value.startsWith('new ')) continue;
    blocks[block as keyof typeof blocks].set(name, scriptText(value));
  }
  return { header: blocks.header, fixed: blocks.fixed, records: blocks.record.size === 0 ? [] : [blocks.record] };
}

/** A value of a script as text; its entities are those of names and texts without any. */
export function scriptText(value: string): string {
  return String(JSON.parse(value.replaceAll("\\'", "'").replaceAll('\\/', '/')) ?? '');
}

/** A value by its path of names; null when there is none. */
export function findInArgset(set: ArgsetSet, name: string): ArgsetValue {
  return set.set.find(([key]) => key === name)?.[1] ?? null;
}

export function textInArgset(set: ArgsetSet, name: string): string {
  const value = findInArgset(set, name);
  return typeof value === 'string' ? value : '';
}

export function listInArgset(set: ArgsetSet, name: string): readonly ArgsetSet[] {
  const value = findInArgset(set, name);
  return value !== null && typeof value === 'object' && 'list' in value ? value.list : [];
}

export function readArgset(exchange: RecordedExchange): ArgsetSet {
  if (!isPage(exchange)) return decodeArgsetXml(exchange.response.body);
  // Only plain values of a page are needed; its lists are told from the certificate in them.
  const lines = exchange.response.body.toString('latin1').matchAll(/^([a-zA-Z]+)=(".*");$/gm);
  return { set: [...lines].map(([, name = '', value = '']) => [name, scriptText(value)] as const) };
}

export interface SubmissionAnswer {
  readonly code: string;
  readonly error: string;
  readonly ids: readonly string[];
}

export function readSubmission(exchange: RecordedExchange): SubmissionAnswer {
  if (!isPage(exchange)) {
    const items = decodeXmlResponse(exchange.response.body);
    const text = (name: string) => textOf(items.find(([key]) => key === name));
    const ids = [...exchange.response.body.toString().matchAll(/<(?:Id|RequestId)> *([0-9]+)</g)];
    return { code: text('Status'), error: text('Error'), ids: ids.map(([, id = '']) => id) };
  }
  const page = exchange.response.body.toString('latin1');
  const set = readArgset(exchange);
  const ids = [...page.matchAll(/requestList\.requestId="([0-9]+)"/g)].map(([, id = '']) => id);
  return { code: textInArgset(set, 'errorCode'), error: textInArgset(set, 'errorReason'), ids };
}

function textOf(item: XmlResponseItem | undefined): string {
  return typeof item?.[1] === 'string' ? item[1] : '';
}

/** The certificate that a recorded answer holds, in whatever form; null when it holds none. */
export function findCertificateIn({ response }: RecordedExchange): Buffer | null {
  const text = response.body.toString('latin1');
  const block =
    /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(text)?.[1] ?? /<b64>([^<]+)<\/b64>/.exec(text)?.[1] ?? null;
  if (block === null) return null;
  return Buffer.from(block.replaceAll(/\\[rn]|&#13;|\s/g, '').replaceAll('\\/', '/'), 'base64');
}
