// Requests as no client of good will sends them: drawn by a seed from ordinary ones, with one to three things wrong.
import { createHash } from 'node:crypto';

/** A request as it goes over the wire: header lines in their order, everything as Latin-1 octets. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly identity: 'none' | 'agent';
}

export interface MutatedRequest extends WireRequest {
  /** What was done to it. */
  readonly mutations: readonly string[];
}

/** Numbers from 0 up to `below`, always the same ones for the same seed. */
export class Draw {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  number(below: number): number {
    this.#count += 1;
    const digest = createHash('sha256').update(`${this.#seed} ${this.#count}`).digest();
    return digest.readUIntBE(0, 6) % below;
  }

  of<T>(choices: readonly T[]): T {
    const chosen = choices[this.number(choices.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }
}

type Mutation = (request: WireRequest, draw: Draw) => WireRequest;

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'get', 'PROPFIND', 'FOO'];
const numbers = [
  '0',
  '1',
  '5',
  '-1',
  '0x5',
  '0X5',
  '0x0005',
  '005',
  '5 ',
  '5.0',
  '5e0',
  '٥',
  '5;a=b',
  '%35',
  '999999999',
];
const oddNumbers = [
  '',
  '+5',
  '0x',
  '0xg',
  'ff',
  '1'.repeat(40),
  `0x${'f'.repeat(64)}`,
  '1'.repeat(4000),
  '%00',
  '5%00',
  'null',
  '%e4',
];
const oddTexts = [
  '%20',
  "'",
  '"',
  '%3Cscript%3E',
  '*',
  '(',
  ')',
  '%5C',
  '%2A%29%28uid=*',
  'ä',
  '%C3%A4',
  '%ff',
  '%zz',
  '%',
  'a'.repeat(300),
];
const pathTails = [
  '/',
  '//',
  '/.',
  '/..',
  ';x',
  ';jsessionid=1',
  '%2f',
  '%2e%2e',
  '.json',
  '/x',
  '?',
  '??',
  '#x',
  '%',
  '%0a',
];
const accepts = [
  'application/json',
  'application/xml',
  'text/html',
  '*/*',
  '',
  'application/json;q=0',
  'a',
  'text/plain',
  'application/*;q=0.2',
];
const contentTypes = [
  'application/json',
  'application/xml',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/json; charset=utf-16',
  'application/octet-stream',
  'x',
  '',
];
const furtherHeaders = [
  'Accept-Language: de',
  'Accept-Encoding: gzip',
  'If-Modified-Since: Thu, 26 Nov 2026 10:00:00 GMT',
  'If-None-Match: *',
  'Range: bytes=0-3',
  'X-HTTP-Method-Override: DELETE',
  'Cookie: JSESSIONID=0123456789ABCDEF0123456789ABCDEF',
  'Cookie: JSESSIONID=x; a',
  'Authorization: Basic',
  'Authorization: Basic !!!!',
  'Authorization: Basic Y2FhZG1pbjp4',
  'Authorization: Bearer x',
  'X-Forwarded-For: 1.2.3.4',
  'X-SSL-Client-Cert: x',
  'SSL_CLIENT_CERT: x',
  'Origin: https://elsewhere.example.test',
  'Referer: https://elsewhere.example.test/',
  `X-Long: ${'a'.repeat(4000)}`,
  'Upgrade-Insecure-Requests: 1',
];

/** `a=b` pairs of a query, changed in one place. */
const changeQuery: Mutation = (request, draw) => {
  const [path = '', query = ''] = splitOnce(request.target, '?');
  const pairs = query.split('&').filter((pair) => pair !== '');
  const at = draw.number(Math.max(pairs.length, 1));
  const pair = pairs[at] ?? 'a=b';
  const [name = ''] = splitOnce(pair, '=');
  const changed = draw.of([
    [],
    [pair, pair],
    [name],
    [`${name}=`],
    [`${name}=${draw.of(numbers)}`],
    [`${name}=${draw.of(oddNumbers)}`],
    [`${name}=${draw.of(oddTexts)}`],
    [`${name.toUpperCase()}=5`],
    [`=${name}`],
    [pair, 'xml=true'],
    [pair, 'size=3'],
    [pair, 'start=-1'],
  ]);
  pairs.splice(at, 1, ...changed);
  return { ...request, target: pairs.length === 0 ? path : `${path}?${pairs.join('&').replaceAll(' ', '%20')}` };
};

const changeSegment: Mutation = (request, draw) => {
  const [path = '', query] = splitOnce(request.target, '?');
  const segments = path.split('/');
  // The web application itself stays: what is beside it is another program's.
  const at = 2 + draw.number(Math.max(segments.length - 2, 1));
  const segment = segments[at] ?? '';
  const lower = segment.toLowerCase();
  segments[at] = draw
    .of([
      draw.of(numbers),
      draw.of(oddNumbers),
      draw.of(oddTexts),
      lower,
      segment.toUpperCase(),
      `${segment}${draw.of(pathTails)}`,
      `${segment}/${segment}`,
      `%${(segment.charCodeAt(0) || 0x61).toString(16)}${segment.slice(1)}`,
      segment.slice(1),
    ])
    .replaceAll(' ', '%20');
  return { ...request, target: joinTarget(segments.join('/'), query) };
};

const appendToPath: Mutation = (request, draw) => {
  const [path = '', query] = splitOnce(request.target, '?');
  return { ...request, target: joinTarget(`${path}${draw.of(pathTails)}`, query) };
};

const setHeader =
  (name: string, values: readonly string[]): Mutation =>
  (request, draw) => ({
    ...request,
    headers: [
      ...request.headers.filter((line) => !line.toLowerCase().startsWith(`${name.toLowerCase()}:`)),
      `${name}: ${draw.of(values)}`,
    ],
  });

const changeBody: Mutation = (request, draw) => {
  const { body } = request;
  const at = draw.number(Math.max(body.length, 1));
  return {
    ...request,
    body: draw.of([
      '',
      body.slice(0, at),
      `${body}x`,
      `${body}${body}`,
      `${body.slice(0, at)}\u0000${body.slice(at)}`,
      `${body.slice(0, at)}${draw.of(['{', '}', '"', '<', '&', '\\', 'ä', ','])}${body.slice(at + 1)}`,
      `\u00ef\u00bb\u00bf${body}`,
      body.replace(/"[^"]*"/, 'null'),
      body.replace(/:("[^"]*"|\w+)/, ':[]'),
      body.replace(/:("[^"]*"|\w+)/, ':{}'),
      body.replace(/:("[^"]*"|\w+)/, ':1e400'),
      'null',
      '[]',
      '{}',
      '"x"',
      '{"a":1}',
      '<a/>',
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
      `${'['.repeat(500)}`,
      'a=b&c',
    ]),
  };
};

const mutations: readonly (readonly [name: string, weight: number, mutation: Mutation])[] = [
  ['method', 2, (request, draw) => ({ ...request, method: draw.of(methods) })],
  ['query', 4, changeQuery],
  ['segment', 5, changeSegment],
  ['path', 2, appendToPath],
  ['accept', 2, setHeader('Accept', accepts)],
  ['content type', 2, setHeader('Content-Type', contentTypes)],
  ['header', 2, (request, draw) => ({ ...request, headers: [...request.headers, draw.of(furtherHeaders)] })],
  ['body', 4, changeBody],
  [
    'identity',
    1,
    (request) => ({ ...request, identity: request.identity === 'none' ? ('agent' as const) : ('none' as const) }),
  ],
];
const weighted = mutations.flatMap((entry) => Array<typeof entry>(entry[1]).fill(entry));

/** One of `originals` with one to three things wrong; the same for the same seed and number. */
export function mutateRequest(originals: readonly WireRequest[], seed: number, number: number): MutatedRequest {
  const draw = new Draw(`${seed} ${number}`);
  let request = draw.of(originals);
  const done: string[] = [];
  for (let count = 1 + draw.number(3); count > 0; count -= 1) {
    const [name, , mutation] = draw.of(weighted);
    request = mutation(request, draw);
    done.push(name);
  }
  return { ...request, mutations: done };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function joinTarget(path: string, query: string | undefined): string {
  return query === undefined ? path : `${path}?${query}`;
}
