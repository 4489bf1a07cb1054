// Distinguished names of entries as text (RFC 4514), as far as finding an entry's own name and its place needs it.

export interface EntryNamePart {
  /** Lower case. */
  readonly attribute: string;
  /** Without escapes, spelled as it came. */
  readonly value: string;
}

/** Parts of a name, the entry's own first; null when the text is no name. A part of several attributes counts by its first. */
export function parseEntryName(dn: string): readonly EntryNamePart[] | null {
  const parts: EntryNamePart[] = [];
  for (const part of splitUnescaped(dn)) {
    const equals = part.indexOf('=');
    const attribute = part.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    if (!/^[a-z0-9.][a-z0-9.-]*$/.test(attribute)) return null;
    const value = unescapeValue(part.slice(equals + 1).trim());
    if (value === null) return null;
    parts.push({ attribute, value });
  }
  return parts;
}

/** Text that is equal for names that a directory takes for the same: case and spaces around separators do not matter. */
export function normalizeEntryName(dn: string): string {
  const parts = parseEntryName(dn);
  if (parts === null) return dn.toLowerCase();
  return parts.map(({ attribute, value }) => JSON.stringify([attribute, foldCase(value)])).join();
}

/** Value of the entry's own naming attribute, such as the `1` of `cn=1,ou=x`, when it is `attribute` and stands directly under `container`. */
export function findOwnName(dn: string, attribute: string, container: string): string | null {
  const [own, ...place] = parseEntryName(dn) ?? [];
  if (own === undefined || own.attribute !== attribute.toLowerCase()) return null;
  const expected = parseEntryName(container);
  if (expected === null || expected.length !== place.length) return null;
  const isThere = place.every(
    (part, i) =>
      part.attribute === expected[i]?.attribute && foldCase(part.value) === foldCase(expected[i]?.value ?? ''),
  );
  return isThere ? own.value : null;
}

/** A value as it may stand in a name (RFC 4514 section 2.4). */
export function escapeNameValue(value: string): string {
  const escaped = value.replace(/["+,;<>\\=#]/g, '\\$&').replace(/\0/g, '\\00');
  return escaped.replace(/^ | $/g, '\\ ');
}

function foldCase(value: string): string {
  return value.trim().replace(/ +/g, ' ').toLowerCase();
}

function splitUnescaped(dn: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < dn.length; i++) {
    const character = dn[i];
    if (character === '\\') i++;
    else if (character === '"') isQuoted = !isQuoted;
    else if ((character === ',' || character === ';') && !isQuoted) {
      parts.push(dn.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(dn.slice(start));
  return parts;
}

function unescapeValue(text: string): string | null {
  const bare = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  if (!bare.includes('\\')) return bare;
  const octets: number[] = [];
  const source = Buffer.from(bare, 'utf8');
  for (let i = 0; i < source.length; i++) {
    const octet = source[i] ?? 0;
    if (octet !== 0x5c) {
      octets.push(octet);
      continue;
    }
    const pair = source.subarray(i + 1, i + 3).toString('latin1');
    if (/^[0-9a-fA-F]{2}$/.test(pair)) {
      octets.push(Number.parseInt(pair, 16));
      i += 2;
    } else {
      const next = source[++i];
      if (next === undefined) return null;
      octets.push(next);
    }
  }
  return Buffer.from(octets).toString('utf8');
}
