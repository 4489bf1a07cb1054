// Certificate and request identifiers as Dogtag's CertId and RequestId read and print them, and Java's Integer.

const identifierDigitsMax = 1024;

/**
 * `123`, `+5`, `-5`, `0x2af`, `0x2AF`, `0x-5`, with white space around. Null for anything else, `0X2AF` among it: Dogtag knows
 * only the small x. More digits than any real identifier has are null too.
 */
export function parseIdentifier(text: string): bigint | null {
  const trimmed = trimAsJava(text);
  if (trimmed.length > identifierDigitsMax) return null;
  const match = /^(0x)?([+-]?)([0-9a-fA-F]+)$/.exec(trimmed);
  const digits = match?.[3];
  if (digits === undefined) return null;
  const isHexadecimal = match?.[1] !== undefined;
  if (!isHexadecimal && !/^[0-9]+$/.test(digits)) return null;
  const magnitude = BigInt(isHexadecimal ? `0x${digits}` : digits);
  return match?.[2] === '-' ? -magnitude : magnitude;
}

/** `0x2af`; negative ones are `0x-5`. */
export function formatHexIdentifier(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** What Java's Integer.valueOf takes: optional sign, digits, 32 bits. Null for anything else. */
export function parseJavaInteger(text: string): number | null {
  if (!/^[+-]?[0-9]{1,20}$/.test(text)) return null;
  const value = Number(text);
  return value >= -0x80000000 && value <= 0x7fffffff ? value : null;
}

/**
 * What Java's exception says about a text that was to be an object identifier: its numbers are read in groups of nine digits, and the first
 * group that is wrong is named. Null when Java can read all of them.
 */
export function objectIdentifierFault(text: string): string | null {
  const fault = text.split('.').find((number) => !/^[+-]?\d+$/.test(number));
  if (fault === undefined) return null;
  if (fault === '') return 'Zero length BigInteger';
  return `For input string: "${fault.slice(0, fault.length % 9 || 9)}"`;
}

/** Without spaces and control characters at its ends, NUL among them. */
function trimAsJava(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(start, end);
}
