// OBJECT IDENTIFIER content octets <-> dotted text (X.690 section 8.19), with bounded caches because the same few recur in every certificate.
import { DerError } from './der-error.ts';

// Callers may feed identifiers from hostile input; a full cache simply stops learning.
const cacheEntriesMax = 4096;
const contentBytesMax = 256;
const textLengthMax = 1024;

const contentByText = new Map<string, Buffer>();
const textByContent = new Map<string, string>();

const dottedForm = /^(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))+$/;

/** True for dotted text that names an object identifier: first arc 0 to 2, second arc below 40 unless the first is 2. */
export function isObjectIdentifier(text: string): boolean {
  if (text.length > textLengthMax || !dottedForm.test(text)) return false;
  const [first, second] = text.split('.', 2).map(BigInt);
  if (first === undefined || second === undefined || first > 2n) return false;
  return first === 2n || second < 40n;
}

/** Content octets (without tag and length) of `oid`. The returned buffer is shared: never write to it. Throws DerError for text that is no OID. */
export function encodeObjectIdentifierContent(oid: string): Buffer {
  const known = contentByText.get(oid);
  if (known !== undefined) return known;
  if (!isObjectIdentifier(oid)) throw new DerError(`not an object identifier: ${JSON.stringify(oid.slice(0, 80))}`);
  const arcs = oid.split('.').map(BigInt);
  const [first = 0n, second = 0n, ...rest] = arcs;
  const octets: number[] = [];
  for (const arc of [first * 40n + second, ...rest]) appendArc(octets, arc);
  if (octets.length > contentBytesMax) throw new DerError(`object identifier longer than ${contentBytesMax} octets`);
  const content = Buffer.from(octets);
  if (contentByText.size < cacheEntriesMax) contentByText.set(oid, content);
  return content;
}

/** Dotted text of the content octets of an OBJECT IDENTIFIER. Throws DerError for an empty, unfinished or padded encoding. */
export function decodeObjectIdentifierContent(content: Buffer, offset: number | null = null): string {
  if (content.length === 0) throw new DerError('empty OBJECT IDENTIFIER', offset);
  if (content.length > contentBytesMax) {
    throw new DerError(`OBJECT IDENTIFIER longer than ${contentBytesMax} octets`, offset);
  }
  const key = content.toString('latin1');
  const known = textByContent.get(key);
  if (known !== undefined) return known;
  const arcs: bigint[] = [];
  let arc = 0n;
  let atStart = true;
  for (const octet of content) {
    if (atStart && octet === 0x80) throw new DerError('OBJECT IDENTIFIER with a padded arc', offset);
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    atStart = (octet & 0x80) === 0;
    if (atStart) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  if (!atStart) throw new DerError('OBJECT IDENTIFIER ends within an arc', offset);
  const joined = arcs[0] ?? 0n;
  const first = joined < 40n ? 0n : joined < 80n ? 1n : 2n;
  const text = [first, joined - first * 40n, ...arcs.slice(1)].join('.');
  if (textByContent.size < cacheEntriesMax) textByContent.set(key, text);
  return text;
}

function appendArc(octets: number[], arc: bigint): void {
  const groups: number[] = [Number(arc & 0x7fn)];
  for (let left = arc >> 7n; left > 0n; left >>= 7n) groups.push(Number(left & 0x7fn) | 0x80);
  octets.push(...groups.reverse());
}
