// Numbers as Dogtag keeps them in the directory: two digits that tell the length, then the number, so that text order is number order.
// Ruled by BigIntegerMapper.java and DBSUtil.java (`011` is 1, `03255` is 255, `02-1` is -1).

/** The text of a number; its order as text is its order as a number for 0 to 10^99 - 1. */
export function encodePrefixedNumber(value: bigint): string {
  const digits = value.toString();
  return `${digits.length < 10 ? '0' : ''}${digits.length}${digits}`;
}

/** The number, or null when the text is none. Like Dogtag it skips the first two characters whatever they are. */
export function parsePrefixedNumber(text: string): bigint | null {
  return parseDecimal(text.slice(2));
}

/** A plain decimal number with an optional sign, or null. At most 100 digits: no serial number of 20 octets has more than 49. */
export function parseDecimal(text: string): bigint | null {
  return /^-?[0-9]{1,100}$/.test(text) ? BigInt(text) : null;
}

/** The largest number that keeps the order. */
export const prefixedNumberMax = 10n ** 99n - 1n;
