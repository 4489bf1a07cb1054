// Two conversations side by side: what a client could tell apart, once numbers, times and ports of each are the same words.
import type { OwnNumber, OwnNumbers, Transcript, Turn } from './ra-conversation.ts';

export interface ComparedTurn {
  readonly shows: string;
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
}

/** Of the connection, of httpd itself, or of a body's length where it holds numbers of its own. */
const ofTheServer = new Set(['date', 'server', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);

/** Every turn in words that another conversation about the same things would use too. */
export function comparable({ turns, ownNumbers, label }: Transcript): readonly ComparedTurn[] {
  return turns.map(({ shows, reply }) => ({
    shows,
    status: reply.status,
    headers: comparableHeaders(reply),
    body: isDer(reply) ? 'DER' : plain(withNumbersNamed(reply.text.replaceAll(label, 'LABEL'), ownNumbers)),
  }));
}

function comparableHeaders({ rawHeaders }: Turn['reply']): readonly string[] {
  const lines: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (!ofTheServer.has(name)) lines.push(`${name}: ${plain(rawHeaders[index + 1] ?? '')}`);
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
/**
 * Where a number is that of a request or of a certificate. A young Dogtag's numbers are small, so that the same digits stand in
 * dates, sizes and versions, and a request often has the number of a certificate.
 */
const numberPlaces: Readonly<Record<keyof OwnNumbers, RegExp>> = {
  requests: /(\/certrequests\/|<(?:Id|RequestId|requestId|reqId)>\s*|\b[Rr]equest (?:ID |id ))(0x[0-9a-f]+|\d+)\b/g,
  certificates:
    /(\/certs\/|"certId":"|"id":"|"serialNumber":"|<(?:serialno|serialNo|serialNumber)>\s*|\b[Cc]ertificate (?:ID |serial number ))((?:0x)?[0-9a-f]+)\b/g,
};

function plain(text: string): string {
  return ownValues.reduce((compared, [pattern, word]) => compared.replaceAll(pattern, word), text);
}

function withNumbersNamed(text: string, own: OwnNumbers): string {
  const isOwn = ({ decimal, hexadecimal }: OwnNumber, written: string) =>
    [decimal, hexadecimal, `0x${hexadecimal}`].includes(written);
  return (Object.keys(numberPlaces) as (keyof OwnNumbers)[]).reduce(
    (compared, kind) =>
      compared.replaceAll(numberPlaces[kind], (whole, place: string, written: string) => {
        const word = own[kind].find((number) => isOwn(number, written))?.word;
        // A revocation leaves requests behind that the conversation does not get to know.
        return word === undefined ? (kind === 'requests' ? `${place}OTHER` : whole) : `${place}${word}`;
      }),
    text,
  );
}
