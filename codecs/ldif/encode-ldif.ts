// Writes entries as LDIF content records (RFC 2849), the same entry always as the same octets.
import type { DirectoryEntry } from './directory-entry.ts';

const lineLength = 76;

/** First line of a file of content records. */
export const ldifVersionLine = 'version: 1\n';

/**
 * One record with the empty line before it, so that records can be written one after another behind `ldifVersionLine`. Attributes come in the order
 * of their lower-case description, `objectclass` first; values in octet order, since a directory promises no order of either (RFC 4511 section 4.1.7).
 */
export function encodeLdifEntry(entry: DirectoryEntry): string {
  const attributes = [...entry.attributes()]
    .map(([description, values]) => ({ key: description.toLowerCase(), description, values }))
    .sort((a, b) => compareDescriptions(a.key, b.key));
  const lines = [encodeLine('dn', Buffer.from(entry.dn, 'utf8'))];
  for (const { description, values } of attributes)
    for (const value of [...values].sort(Buffer.compare)) lines.push(encodeLine(description, value));
  return `\n${lines.join('')}`;
}

function compareDescriptions(a: string, b: string): number {
  if (a === b) return 0;
  if (a === 'objectclass') return -1;
  if (b === 'objectclass') return 1;
  return a < b ? -1 : 1;
}

function encodeLine(description: string, value: Uint8Array): string {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const line = isSafe(bytes)
    ? `${description}: ${bytes.toString('latin1')}`
    : `${description}:: ${bytes.toString('base64')}`;
  return fold(line);
}

/** SAFE-STRING of RFC 2849, and no trailing space either, which editors and mail programs drop. */
function isSafe(bytes: Buffer): boolean {
  const first = bytes[0];
  if (first === undefined) return true;
  if (first === 0x20 || first === 0x3a || first === 0x3c || bytes.at(-1) === 0x20) return false;
  return bytes.every((octet) => octet >= 0x20 && octet < 0x7f);
}

function fold(line: string): string {
  if (line.length <= lineLength) return `${line}\n`;
  const pieces = [line.slice(0, lineLength)];
  for (let at = lineLength; at < line.length; at += lineLength - 1)
    pieces.push(` ${line.slice(at, at + lineLength - 1)}`);
  return `${pieces.join('\n')}\n`;
}
