// Arrays as PostgreSQL receives them in binary (array_recv in its arrayfuncs.c): nothing in them has to be quoted here and unquoted there, which for
// many long values costs more than all else that is done with them.

const textOid = 25;
const byteaOid = 17;
const headerBytes = 20;
const nullLength = -1;

/** A parameter of type `text[]`; the values hold no NUL, which PostgreSQL's text cannot. */
export function textArray(values: readonly (string | null)[]): Buffer {
  const lengths = values.map((value) => (value === null ? nullLength : Buffer.byteLength(value)));
  return encodeArray(textOid, lengths, (array, index, at) => array.write(values[index] ?? '', at, 'utf8'));
}

/** A parameter of type `bytea[]`. */
export function byteaArray(values: readonly (Uint8Array | null)[]): Buffer {
  const lengths = values.map((value) => (value === null ? nullLength : value.length));
  return encodeArray(byteaOid, lengths, (array, index, at) => array.set(values[index] ?? [], at));
}

/** `lengths` in octets, -1 for null; `write` puts one element where it belongs. */
function encodeArray(
  elementOid: number,
  lengths: readonly number[],
  write: (array: Buffer, index: number, at: number) => void,
): Buffer {
  const size = lengths.reduce((sum, length) => sum + 4 + Math.max(length, 0), headerBytes);
  const array = Buffer.allocUnsafe(size);
  array.writeInt32BE(1, 0);
  array.writeInt32BE(lengths.includes(nullLength) ? 1 : 0, 4);
  array.writeInt32BE(elementOid, 8);
  array.writeInt32BE(lengths.length, 12);
  // The first element is number one.
  array.writeInt32BE(1, 16);
  let at = headerBytes;
  for (const [index, length] of lengths.entries()) {
    array.writeInt32BE(length, at);
    at += 4;
    if (length <= 0) continue;
    write(array, index, at);
    at += length;
  }
  return array;
}
