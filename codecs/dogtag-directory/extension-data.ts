// `extdata-...` attributes: the name-value pairs of a request. Ruled by ExtAttrDynMapper.java and ExtDataHashtable.java (keys without regard to case).
import { type DirectoryEntry, decodeUtf8, rememberByDescription } from '#codecs/ldif';
import { type EntryFindings, quoteValue } from './entry-finding.ts';

const attributePrefix = 'extdata-';

/** Pairs by lower-case key; a nested pair stands under `key;subkey`. */
export type ExtensionData = ReadonlyMap<string, string>;

/** `req--005fx509info` is `req_x509info`: two hyphens and four hexadecimal digits stand for one UTF-16 unit. */
export function decodeExtensionDataKey(encoded: string): string {
  return encoded.replace(/--([0-9a-fA-F]{4})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/**
 * Every pair of a request's entry. What Dogtag itself could not read (several values or options) is noted and its first value taken. `lost` is given
 * the descriptions of attributes of which any value is in no pair.
 */
export function readExtensionData(
  entry: DirectoryEntry,
  findings: EntryFindings,
  lost: Set<string> = new Set(),
): ExtensionData {
  const pairs = new Map<string, string>();
  for (const [description, values] of entry.attributes()) {
    if (!isPair(description)) continue;
    const key = pairNameOf(description);
    const [value] = values;
    if (value === undefined) continue;
    if (values.length > 1 || pairs.has(key)) lost.add(description);
    if (values.length > 1 || hasSeveralSubkeys(description))
      findings.accept(
        'ambiguous-request-value',
        `${quoteValue(key)} has ${values.length} values; the first one counts`,
      );
    const text = decodeUtf8(value);
    if (text === null) {
      findings.accept('text-not-utf-8', `the value of ${quoteValue(key)} is left out`);
      lost.add(description);
    } else if (!pairs.has(key)) pairs.set(key, text);
  }
  return pairs;
}

/** Name of the pair that an `extdata-` attribute holds, in lower case; of a nested one `name;key`. */
export const pairNameOf = rememberByDescription((description) => {
  const parts = description.slice(attributePrefix.length).split(';');
  return parts.map((part) => decodeExtensionDataKey(part).toLowerCase()).join(';');
});

export const isPair = rememberByDescription(
  (description) => description.slice(0, attributePrefix.length).toLowerCase() === attributePrefix,
);

const hasSeveralSubkeys = rememberByDescription((description) => description.split(';').length > 2);

/** Values of an array that Dogtag keeps as a map from `0`, `1`, ... (or as one plain value), in order. */
export function listOf(data: ExtensionData, key: string): readonly string[] {
  const plain = data.get(key);
  if (plain !== undefined) return [plain];
  const items: { readonly index: number; readonly value: string }[] = [];
  for (const [name, value] of data) {
    if (!name.startsWith(`${key};`)) continue;
    const index = name.slice(key.length + 1);
    if (/^[0-9]{1,6}$/.test(index)) items.push({ index: Number(index), value });
  }
  return items.sort((a, b) => a.index - b.index).map(({ value }) => value);
}

/** Octets of a base64 value, in one line or many, or null when it is none. */
export function decodeBase64Value(text: string): Buffer | null {
  const compact = text.replace(/\s+/g, '');
  if (compact.length % 4 !== 0) return null;
  const padding = compact.endsWith('==') ? 2 : compact.endsWith('=') ? 1 : 0;
  const octets = Buffer.from(compact, 'base64');
  // Node.js skips what is no base64, so that it shows in the length alone.
  return octets.length === (compact.length / 4) * 3 - padding ? octets : null;
}
