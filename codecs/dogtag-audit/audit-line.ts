// One line of a signed audit log: who wrote it and when, the event, its attributes and its closing phrase (Dogtag's LogFile.logEvt2String and
// audit-events.properties).
import { isUtf8 } from 'node:buffer';

/** Every line of the log begins with these; an entry whose text holds line ends goes on in lines that don't. */
export interface AuditLine {
  /** `0` where Dogtag doesn't know its process. */
  readonly processId: string;
  readonly thread: string;
  /** As it stands there: `28/Nov/2026:02:38:36 UTC`. */
  readonly timeText: string;
  /** `14` is the signed audit log (LogSource). */
  readonly source: string;
  /** `6` is security. */
  readonly level: string;
  /** Null for an entry that is no event. */
  readonly event: string | null;
  /** In their order, the event's own among them; one may occur twice. */
  readonly attributes: readonly AuditAttribute[];
  /** What follows the attributes: `certificate request processed`. */
  readonly phrase: string;
}

export interface AuditAttribute {
  readonly name: string;
  readonly value: string;
}

/**
 * The text of a line. Dogtag writes in the charset of its Java machine and signs UTF-8: what is no UTF-8 can only be read as ISO 8859-1, and is signed
 * as the same text in UTF-8.
 */
export function auditLineText(line: Uint8Array): string {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

const head = /^(\d+)\.(.*?) - \[([^[\]]*)\] \[([^[\]]*)\] \[([^[\]]*)\] (.*)$/s;

/** Null for a line that does not begin as an entry does, such as the second line of one with line ends in it. */
export function parseAuditLine(text: string): AuditLine | null {
  const match = head.exec(text);
  if (match === null) return null;
  const [, processId = '', thread = '', timeText = '', source = '', level = '', message = ''] = match;
  const { attributes, phrase } = parseAttributes(message);
  const [first] = attributes;
  const event = first?.name === 'AuditEvent' ? first.value : null;
  return { processId, thread, timeText, source, level, event, attributes, phrase };
}

/** More than any event has; a line with still more is somebody's attack on its reader, and the rest of it is left in the phrase. */
const attributesMax = 200;
/** How far behind a possible end of a value is looked for a better one. */
const lookahead = 4_096;
const attributeStart = /\[([A-Za-z][A-Za-z0-9_.-]*)=/y;

/**
 * `[Name=value][Name=value] phrase`. Dogtag escapes nothing: a value may hold brackets, of which those that belong together are kept together. It ends at
 * a closing bracket behind which another attribute, the phrase or the end stands.
 */
function parseAttributes(message: string): { attributes: AuditAttribute[]; phrase: string } {
  const attributes: AuditAttribute[] = [];
  let at = 0;
  while (attributes.length < attributesMax) {
    attributeStart.lastIndex = at;
    const match = attributeStart.exec(message);
    if (match === null) break;
    const valueStart = attributeStart.lastIndex;
    const end = findValueEnd(message, valueStart);
    if (end === null) break;
    attributes.push({ name: match[1] ?? '', value: message.slice(valueStart, end) });
    at = end + 1;
  }
  return { attributes, phrase: message.slice(at).trim() };
}

/** The first end within which brackets are balanced, or where there is none, the first end at all; null for a value that is never closed. */
function findValueEnd(message: string, start: number): number | null {
  let depth = 0;
  let unbalanced: number | null = null;
  for (let at = start; at < Math.min(message.length, (unbalanced ?? message.length) + lookahead); at += 1) {
    const character = message[at];
    if (character === '[') depth += 1;
    if (character !== ']') continue;
    if (isEndAfter(message, at + 1)) {
      if (depth === 0) return at;
      unbalanced ??= at;
    }
    if (depth > 0) depth -= 1;
  }
  return unbalanced;
}

function isEndAfter(message: string, at: number): boolean {
  if (at === message.length || message[at] === ' ') return true;
  attributeStart.lastIndex = at;
  return attributeStart.test(message);
}

/** The first of that name, which Dogtag wrote before anything that a client may have put into a later value; null where there is none or it is `<null>`. */
export function findAttribute({ attributes }: Pick<AuditLine, 'attributes'>, name: string): string | null {
  const value = attributes.find((attribute) => attribute.name === name)?.value ?? null;
  return value === '<null>' || value === '' ? null : value;
}

/** `name;;value` joined by `+`, the form of `ParamNameValPairs`. A plus sign behind which no other pair begins belongs to the value. */
export function parseNameValuePairs(text: string): readonly AuditAttribute[] {
  const pairs: { name: string; value: string }[] = [];
  for (const piece of text.split('+')) {
    const at = piece.indexOf(';;');
    const last = pairs.at(-1);
    if (at >= 0) pairs.push({ name: piece.slice(0, at), value: piece.slice(at + 2) });
    else if (last !== undefined) last.value += `+${piece}`;
    else pairs.push({ name: piece, value: '' });
  }
  return pairs;
}

/** Numbers of certificates and requests that the attributes name. */
export interface AuditReferences {
  readonly certificates: readonly bigint[];
  /** Of the subsystem that wrote the log: a KRA counts its requests for itself. */
  readonly requests: readonly bigint[];
}

const certificateAttributes: ReadonlySet<string> = new Set(['CertSerialNum', 'Serial']);
const requestAttributes: ReadonlySet<string> = new Set([
  'ReqID',
  'RequestID',
  'RequestId',
  'ArchivalRequestID',
  'GenerationRequestID',
  'RecoveryID',
]);

/** Serial numbers are decimal, or hexadecimal behind `0x`; a TPS writes several, separated by commas. What is no number is left out. */
export function auditReferences({ attributes }: Pick<AuditLine, 'attributes'>): AuditReferences {
  const numbers = (names: ReadonlySet<string>) => [
    ...new Set(
      attributes
        .filter(({ name }) => names.has(name))
        .flatMap(({ value }) => value.split(',').map(parseNumber))
        .filter((number) => number !== null),
    ),
  ];
  return { certificates: numbers(certificateAttributes), requests: numbers(requestAttributes) };
}

/** No number of Dogtag's has more digits; a longer text is somebody's joke. */
const numberPattern = /^\s*(?:0x([0-9a-f]{1,64})|([0-9]{1,80}))\s*$/i;

function parseNumber(text: string): bigint | null {
  const match = numberPattern.exec(text);
  if (match === null) return null;
  return BigInt(match[1] === undefined ? (match[2] ?? '') : `0x${match[1]}`);
}
