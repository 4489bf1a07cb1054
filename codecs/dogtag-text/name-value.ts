// Values of distinguished names as Dogtag escapes what people type (LDAPUtil.escapeRDNValue), so that they cannot become parts of their own.

const specials: ReadonlySet<string> = new Set([',', '=', '+', '<', '>', '#', ';', '\r', '\n', '\\', '"']);

/** A backslash before a special character is not doubled, but that character is escaped all the same. Line ends become their two digits. */
export function escapeNameValue(value: string): string {
  let escaped = '';
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at);
    const isEscape = character === '\\' && specials.has(value.charAt(at + 1));
    if (specials.has(character) && !isEscape) escaped += '\\';
    escaped += character === '\r' ? '0D' : character === '\n' ? '0A' : character;
  }
  return escaped;
}
