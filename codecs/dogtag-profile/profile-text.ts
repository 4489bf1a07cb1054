// The text of a Dogtag certificate profile (.cfg): `key=value` lines, read exactly as Dogtag reads them, with the line of each key.
// Ruled by SimpleProperties.load and PropConfigStore of Dogtag 10.10: no escapes, last key wins, values trimmed when asked for.

/** Text that is no profile text, or one beyond every reasonable size. `line` counts from 1. */
export class ProfileTextError extends Error {
  readonly line: number | null;
  constructor(message: string, line: number | null = null) {
    super(line === null ? message : `line ${line}: ${message}`);
    this.name = 'ProfileTextError';
    this.line = line;
  }
}

export interface ProfileEntry {
  readonly key: string;
  /** As written: leading white space removed, trailing kept. */
  readonly value: string;
  readonly line: number;
}

/** Dogtag itself has no limits; the largest shipped profile has 21 KiB, 250 lines and keys of 9 parts. */
const bytesMax = 1024 * 1024;
const entriesMax = 20_000;
const keyLengthMax = 512;
const keyPartsMax = 24;

const leadingWhiteSpace = /^[ \t\f]+/;

/**
 * Entries in order of first appearance; a key that is written again keeps its place and takes the later value and line.
 *
 * Dogtag reads the stored octets as ISO 8859-1 whatever they are, so each octet of a UTF-8 sequence becomes a character of its own. The
 * same happens here (`text` is what the octets mean in UTF-8), because certificates made from such values carry those very characters.
 * Throws ProfileTextError.
 */
export function parseProfileText(text: string): readonly ProfileEntry[] {
  const entries = new Map<string, ProfileEntry>();
  for (const entry of readEntries(text)) {
    entries.set(entry.key, entry);
    if (entries.size > entriesMax) throw new ProfileTextError(`more than ${entriesMax} keys`, entry.line);
  }
  return [...entries.values()];
}

/** Keys that are written again, with the line of the first. Throws ProfileTextError. */
export function findRepeatedKeys(
  text: string,
): readonly { readonly key: string; readonly line: number; readonly firstLine: number }[] {
  const firstLines = new Map<string, number>();
  return [...readEntries(text)].flatMap(({ key, line }) => {
    const firstLine = firstLines.get(key);
    if (firstLine === undefined) firstLines.set(key, line);
    return firstLine === undefined ? [] : [{ key, line, firstLine }];
  });
}

/** Every entry, one after another. */
function* readEntries(text: string): Generator<ProfileEntry> {
  const octets = Buffer.from(text, 'utf8');
  if (octets.length > bytesMax) throw new ProfileTextError(`profile longer than ${bytesMax} octets`);
  const lines = octets.toString('latin1').split(/\r\n|\n|\r/);
  for (let index = 0; index < lines.length; index++) {
    const number = index + 1;
    let line = lines[index] ?? '';
    // A comment sign counts in the first column only, and a comment is never continued.
    if (line === '' || line.startsWith('#') || line.startsWith('!')) continue;
    while (isContinued(line)) {
      index++;
      line = line.slice(0, -1) + (lines[index] ?? '').replace(leadingWhiteSpace, '');
    }
    const { key, value } = splitLine(line);
    checkKey(key, number);
    yield { key, value, line: number };
  }
}

/** The text as Dogtag stores and shows it: one `key=value` per line, ordered by key, each line ended by LF. */
export function printProfileText(entries: Iterable<{ readonly key: string; readonly value: string }>): string {
  const byKey = new Map<string, string>();
  for (const { key, value } of entries) byKey.set(key, value);
  const keys = [...byKey.keys()].sort(compareCodeUnits);
  return keys.map((key) => `${key}=${byKey.get(key) ?? ''}\n`).join('');
}

// Java's natural order of strings, not a locale's.
function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isContinued(line: string): boolean {
  let slashes = 0;
  for (let at = line.length - 1; at >= 0 && line[at] === '\\'; at--) slashes++;
  return slashes % 2 === 1;
}

/** The key ends at the first `=`, `:` or white space that no backslash precedes; one `=` or `:` with white space around it separates. */
function splitLine(line: string): { key: string; value: string } {
  const trimmed = line.replace(leadingWhiteSpace, '');
  let end = 0;
  for (; end < trimmed.length; end++) {
    const character = trimmed[end] ?? '';
    if (character === '\\') end++;
    else if ('=: \t\f'.includes(character)) break;
  }
  const key = trimmed.slice(0, end);
  const rest = trimmed.slice(end).replace(leadingWhiteSpace, '');
  const separated = rest.startsWith('=') || rest.startsWith(':') ? rest.slice(1) : rest;
  return { key, value: separated.replace(leadingWhiteSpace, '') };
}

function checkKey(key: string, line: number): void {
  if (key.length > keyLengthMax) throw new ProfileTextError(`key longer than ${keyLengthMax} characters`, line);
  if (key.split('.').length > keyPartsMax) throw new ProfileTextError(`key of more than ${keyPartsMax} parts`, line);
}
