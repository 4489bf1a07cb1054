// PEM armour (RFC 7468) and base64 as loosely as Dogtag's clients may send it.

export interface PemBlock {
  /** What stands between `-----BEGIN ` and `-----`. */
  readonly label: string;
  readonly der: Buffer;
}

/** Thrown for text that is no PEM, or no base64. */
export class PemError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PemError';
  }
}

export interface PemFormat {
  /** Characters of base64 on a line. Default 64. */
  readonly lineLength?: number;
  /** Default `\n`. */
  readonly newline?: string;
}

/** PEM text with a line end at the end. */
export function encodePem(label: string, der: Uint8Array, format: PemFormat = {}): string {
  const newline = format.newline ?? '\n';
  const lines = encodeBase64Lines(der, format);
  return `-----BEGIN ${label}-----${newline}${lines}-----END ${label}-----${newline}`;
}

/** Base64 in lines, each with a line end; empty for no bytes. */
export function encodeBase64Lines(bytes: Uint8Array, format: PemFormat = {}): string {
  const { lineLength = 64, newline = '\n' } = format;
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let lines = '';
  for (let at = 0; at < base64.length; at += lineLength) lines += base64.slice(at, at + lineLength) + newline;
  return lines;
}

const beginLine = /-----BEGIN ([A-Za-z0-9][A-Za-z0-9 #._/-]{0,63})-----/g;

export interface ScannedPem {
  readonly blocks: readonly PemBlock[];
  /** One sentence for each block without end or with bad base64, in order. */
  readonly problems: readonly string[];
}

/** Every block that can be read, in order, and what is wrong with the others; text between them is ignored. */
export function scanPemBlocks(text: string): ScannedPem {
  const blocks: PemBlock[] = [];
  const problems: string[] = [];
  beginLine.lastIndex = 0;
  for (let match = beginLine.exec(text); match !== null; match = beginLine.exec(text)) {
    const label = match[1] ?? '';
    const endLine = `-----END ${label}-----`;
    const end = text.indexOf(endLine, beginLine.lastIndex);
    if (end < 0) {
      problems.push(`PEM block ${label} has no end`);
      continue;
    }
    const der = findBase64Bytes(text.slice(beginLine.lastIndex, end));
    if (der === null || der.length === 0) problems.push(`PEM block ${label} is not base64`);
    else blocks.push({ label, der });
    beginLine.lastIndex = end + endLine.length;
  }
  return { blocks, problems };
}

/** All blocks in the text, in order; text between them is ignored. Throws PemError for a block without end or with bad base64. */
export function decodePemBlocks(text: string): PemBlock[] {
  const { blocks, problems } = scanPemBlocks(text);
  const [problem] = problems;
  if (problem !== undefined) throw new PemError(problem);
  return [...blocks];
}

/** Bytes of the first block with this label. Throws PemError when there is none. */
export function decodePem(text: string, label: string): Buffer {
  const block = decodePemBlocks(text).find((candidate) => candidate.label === label);
  if (block === undefined) throw new PemError(`no PEM block ${label}`);
  return block.der;
}

/**
 * Bytes of base64 text the way JSS reads it (Utils.base64decode over Java's decoders): characters outside the alphabet are ignored,
 * padding may be missing; text with `-` or `_` must be base64url and nothing else. Null when it is not base64.
 */
export function findBase64Bytes(text: string): Buffer | null {
  const isUrlForm = /[-_]/.test(text);
  const paddingAt = text.indexOf('=');
  const before = paddingAt < 0 ? text : text.slice(0, paddingAt);
  const digits = isUrlForm ? before : before.replace(/[^A-Za-z0-9+/]/g, '');
  if (isUrlForm && !/^[A-Za-z0-9_-]*$/.test(digits)) return null;
  if (digits.length % 4 === 1) return null;
  if (paddingAt >= 0 && !isPaddingRight(digits.length % 4, text.slice(paddingAt), isUrlForm)) return null;
  return Buffer.from(digits, isUrlForm ? 'base64url' : 'base64');
}

// Node would stop silently at a wrong padding; Java wants two signs side by side after two digits, and no digits after them.
function isPaddingRight(remainder: number, padding: string, isUrlForm: boolean): boolean {
  const signs = remainder === 2 ? '==' : remainder === 3 ? '=' : null;
  if (signs === null || !padding.startsWith(signs)) return false;
  const rest = padding.slice(signs.length);
  return isUrlForm ? rest === '' : !/[A-Za-z0-9+/]/.test(rest);
}
