// Two conversations side by side: what a client could tell apart, once numbers, times and ports of each are the same words.
import type { Transcript, Turn } from './ra-conversation.ts';

export interface ComparedTurn {
  readonly shows: string;
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
}

/** Of the connection, of httpd itself, or of a body's length where it holds numbers of its own. */
const ofTheServer = new Set(['date', 'server', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);

/** Every turn in words that another conversation about the same things would use too. */
export function comparable({ turns, ownWords }: Transcript): readonly ComparedTurn[] {
  return turns.map(({ shows, reply }) => ({
    shows,
    status: reply.status,
    headers: comparableHeaders(reply),
    body: isDer(reply) ? 'DER' : plain(reply.text, ownWords),
  }));
}

function comparableHeaders({ rawHeaders }: Turn['reply']): readonly string[] {
  const lines: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (!ofTheServer.has(name)) lines.push(`${name}: ${plain(rawHeaders[index + 1] ?? '', new Map())}`);
  }
  return lines.sort();
}

function isDer({ body }: Turn['reply']): boolean {
  return body[0] === 0x30 && body[1] !== undefined && body[1] >= 0x80;
}

const ownValues: readonly (readonly [RegExp, string])[] = [
  [/JSESSIONID=[0-9A-F]{32}/g, 'JSESSIONID=ID'],
  [/(pki\.example\.test):\d+/g, '$1:PORT'],
  [/"PrettyPrint":"(?:[^"\\]|\\.)*"/g, '"PrettyPrint":"TEXT"'],
  [/<certPrettyPrint>[^<]*</g, '<certPrettyPrint>TEXT<'],
  [/<certFingerprint>[^<]*</g, '<certFingerprint>TEXT<'],
  [/\b1[789]\d{8}(?:\d{3})?\b/g, 'TIME'],
  [/(?:[A-Za-z0-9+/]{40,}(?:\\r|\\n|&#13;|\s)*)+[A-Za-z0-9+/]*=*/g, 'BASE64'],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d{2} [\d:]{8} [A-Z]+ \d{4}\b/g, 'DATE'],
];
/** Of requests that a revocation leaves behind it. */
const otherRequest = /\/certrequests\/\d+(?!\d)/g;

function plain(text: string, ownWords: ReadonlyMap<string, string>): string {
  let compared = text;
  // Longer ones first, since a short number may be part of a long one.
  for (const [own, word] of [...ownWords].sort(([one], [other]) => other.length - one.length))
    compared = /^[0-9a-f]+$/.test(own)
      ? compared.replaceAll(new RegExp(`(?<![0-9a-z.])(?:0x)?${own}(?![0-9a-z])`, 'gi'), word)
      : compared.replaceAll(own, word);
  compared = compared.replaceAll(otherRequest, '/certrequests/OTHER');
  for (const [pattern, word] of ownValues) compared = compared.replaceAll(pattern, word);
  return compared;
}
