// Query strings and form bodies as Tomcat reads them: UTF-8, plus for space, undecodable parameters passed over (RESTEasy keeps them as sent).

export type FormFields = ReadonlyMap<string, readonly string[]>;

/** Tomcat reads no more parameters than this. */
const fieldsMax = 10_000;
export const noFields: FormFields = new Map();

/** Fields of an encoded text, added after those of `earlier` where a name comes in both. */
export function parseFormFields(
  encoded: string,
  earlier: FormFields = noFields,
  undecodable: 'passed-over' | 'kept' = 'passed-over',
): FormFields {
  if (encoded === '') return earlier;
  const fields = new Map<string, string[]>();
  for (const [name, values] of earlier) fields.set(name, [...values]);
  let count = 0;
  for (const pair of encoded.split('&')) {
    if (pair === '') continue;
    count += 1;
    if (count > fieldsMax) break;
    const equals = pair.indexOf('=');
    const read = (text: string) => decode(text) ?? (undecodable === 'kept' ? text : null);
    const name = read(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : read(pair.slice(equals + 1));
    if (name === null || name === '' || value === null) continue;
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return fields;
}

function decode(text: string): string | null {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return isPlain(spaced) ? spaced : utf8(spaced);
  if (/%(?![0-9a-f]{2})/i.test(spaced)) return null;
  try {
    return isPlain(spaced) ? decodeURIComponent(spaced) : decodeOctets(spaced);
  } catch {
    return decodeOctets(spaced);
  }
}

function isPlain(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what an octet string may hold as it is.
  return /^[\x00-\x7f]*$/.test(text);
}

/** Octets that are no UTF-8 become U+FFFD. */
function decodeOctets(text: string): string {
  return utf8(
    text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
  );
}

function utf8(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('utf8');
}
