// Reduces an HTTP answer to plain data, so that two of them can be compared member by member instead of byte by byte.
import { readXml, type XmlElement } from '#codecs/xml';
import type { Tree } from './compare-trees.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** Decoders of bodies that are neither JSON nor XML nor text, by media type. */
export type BodyDecoders = Readonly<Record<string, (body: Buffer) => Tree>>;

const xmlLimits = { depthMax: 64, nodesMax: 500_000 };
/** Headers that clients act on. Dates, lengths, connections and sessions are the affair of what stands around the handlers. */
const comparedHeaders = ['content-type', 'location', 'www-authenticate', 'content-disposition'];

/** `{status, headers, body}`; a body that can't be decoded as its content type says is compared as text, else as hexadecimal bytes. */
export function decodeAnswer(given: Answer, decoders: BodyDecoders): Tree {
  const answer = { ...given, headers: lowerCaseNames(given.headers) };
  const headers: Record<string, Tree> = {};
  for (const name of comparedHeaders) {
    const value = answer.headers[name];
    if (value !== undefined) headers[name] = typeof value === 'string' ? normalizeHeader(name, value) : [...value];
  }
  return { status: answer.status, headers, body: decodeBody(answer, decoders) };
}

/** Java begins a text of properties, as profiles are, with the moment at which it wrote them. */
const writtenAt = /^#\w{3} \w{3} \d\d \d\d:\d\d:\d\d \S+ \d{4}\n/;

function decodeBody({ headers, body }: Answer, decoders: BodyDecoders): Tree {
  if (body.length === 0) return '';
  const contentType = headers['content-type'];
  const mediaType =
    (typeof contentType === 'string' ? contentType : (contentType?.[0] ?? '')).split(';')[0]?.trim().toLowerCase() ??
    '';
  try {
    const decoder = decoders[mediaType];
    if (decoder !== undefined) return decoder(body);
    if (mediaType === 'application/json') return JSON.parse(body.toString('utf8')) as Tree;
    if (mediaType === 'application/xml' || mediaType === 'text/xml') {
      const root = readXml(body, xmlLimits);
      return { [root.name]: xmlTree(root) };
    }
    if (mediaType === 'text/html') return htmlTree(body.toString('utf8'));
  } catch {
    // What is not what it says it is can still be compared as it stands.
  }
  const text = body.toString('utf8').replace(writtenAt, '#\n');
  return text.includes('\ufffd') ? { hex: body.toString('hex') } : text;
}

/** Elements in order under their names; text is trimmed, because the argument-set dialect pads every text with line feeds. */
function xmlTree(element: XmlElement): Tree {
  const members: Record<string, Tree[]> = {};
  for (const child of element.children) {
    const list = members[child.name] ?? [];
    list.push(xmlTree(child));
    members[child.name] = list;
  }
  const attributes = [...element.attributes].map(([name, value]): [string, Tree] => [`@${name}`, value]);
  const text = element.text.trim();
  if (attributes.length === 0 && element.children.length === 0) return text;
  return { ...Object.fromEntries(attributes), ...members, ...(text === '' ? {} : { text }) };
}

/** Pages are for people: their title tells which page it is; the rest is Tomcat's or the theme's decoration. */
function htmlTree(html: string): Tree {
  const title = /<title>([^<]*)<\/title>/i.exec(html)?.[1]?.trim() ?? '';
  return { page: title };
}

/** RFC 9110 section 5.1: names of fields are the same in any case. */
function lowerCaseNames(headers: Answer['headers']): Answer['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Case and spaces of a media type's parameters mean nothing (RFC 9110 section 8.3.1). */
function normalizeHeader(name: string, value: string): string {
  return name === 'content-type' ? value.replace(/;\s*/g, ';').toLowerCase() : value;
}
