// Building blocks of the pretty print: indentation and octets in hexadecimal, sixteen to a line.

export const indent = (spaces: number): string => ' '.repeat(spaces);

/** Of every octet, with a colon after it. */
const octetTexts = Array.from({ length: 256 }, (_, octet) => `${octet.toString(16).toUpperCase().padStart(2, '0')}:`);

/** Octets as `D7:7D:3F:..`, sixteen to a line; every line but the last ends with a colon, all with a line feed. */
export function hexLines(bytes: Uint8Array, spaces: number): string {
  const margin = indent(spaces);
  if (bytes.length === 0) return margin;
  let text = '';
  for (let start = 0; start < bytes.length; start += 16) {
    const end = Math.min(start + 16, bytes.length);
    let line = margin;
    for (let index = start; index < end; index += 1) line += octetTexts[bytes[index] ?? 0];
    text += end < bytes.length ? `${line}\n` : `${line.slice(0, -1)}\n`;
  }
  return text;
}

/** `yes ` and `no ` have a blank at their end, as most of these words do. */
export const yesNo = (value: boolean): string => (value ? 'yes ' : 'no ');
