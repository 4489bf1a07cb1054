// In which encoding JSON was sent, told by its first octets as RFC 4627 section 3 and Jackson (ByteSourceJsonBootstrapper) tell it.
import { BodyError } from './body-error.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

const marks: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
];

/** The text without its byte order mark. Throws BodyError when the octets are not of that encoding. */
export function decodeJsonText(bytes: Uint8Array): string {
  const [encoding, markLength] = detect(bytes);
  const content = bytes.subarray(markLength);
  try {
    if (encoding === 'utf-32le' || encoding === 'utf-32be') return decodeUtf32(content, encoding === 'utf-32le');
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new BodyError(`The request body is not valid JSON: it is not ${encoding.toUpperCase()}`, { isSyntax: true });
  }
}

function detect(bytes: Uint8Array): readonly [Encoding, markLength: number] {
  for (const [encoding, mark] of marks)
    if (mark.every((octet, index) => bytes[index] === octet)) return [encoding, mark.length];
  const [first, second, third, fourth] = bytes;
  // The first character of a document is one of ASCII, so that its other octets are zero.
  if (bytes.length >= 4) {
    if (first === 0 && second === 0 && third === 0) return ['utf-32be', 0];
    if (second === 0 && third === 0 && fourth === 0) return ['utf-32le', 0];
  }
  if (bytes.length >= 2) {
    if (first === 0) return ['utf-16be', 0];
    if (second === 0) return ['utf-16le', 0];
  }
  return ['utf-8', 0];
}

/** Throws RangeError for what is no code point or no whole one. */
function decodeUtf32(bytes: Uint8Array, isLittleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let offset = 0; offset < bytes.length; offset += 4)
    text += String.fromCodePoint(view.getUint32(offset, isLittleEndian));
  return text;
}
