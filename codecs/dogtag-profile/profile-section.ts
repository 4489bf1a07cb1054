// A view on profile entries below a key, as Dogtag's configuration sub-stores are: typed reading with the line of each value.
import { type ProfileEntry, parseProfileText } from './profile-text.ts';

export class ProfileSection {
  /** Full key of this section; empty for the whole profile. */
  readonly name: string;
  readonly #entries: ReadonlyMap<string, ProfileEntry>;

  private constructor(name: string, entries: ReadonlyMap<string, ProfileEntry>) {
    this.name = name;
    this.#entries = entries;
  }

  /** The whole of a profile text. Throws ProfileTextError. */
  static parse(text: string): ProfileSection {
    return new ProfileSection('', new Map(parseProfileText(text).map((entry) => [entry.key, entry])));
  }

  /** Full key of `key` in this section, as it stands in the text. */
  fullKey(key: string): string {
    return this.name === '' ? key : `${this.name}.${key}`;
  }

  /** The entry as written, or null. */
  find(key: string): ProfileEntry | null {
    return this.#entries.get(this.fullKey(key)) ?? null;
  }

  /** Value without white space at its ends, or null when the key is absent. */
  findText(key: string): string | null {
    const entry = this.find(key);
    return entry === null ? null : trimJava(entry.value);
  }

  /** True and false in any case; null when absent, empty or anything else. White space at the end makes it anything else. */
  findFlag(key: string): boolean | null {
    const value = this.find(key)?.value.toLowerCase();
    if (value === 'true') return true;
    return value === 'false' ? false : null;
  }

  /** Parts of a comma-separated value; empty parts are dropped and parts are not trimmed. Empty when the key is absent. */
  list(key: string): readonly string[] {
    return (this.findText(key) ?? '').split(',').filter((part) => part !== '');
  }

  /**
   * The section below `key`. Where the key itself has a value, that value names the section instead: Dogtag's stores treat
   * `a.b=c` as a reference from `a.b` to `c`.
   */
  section(key: string): ProfileSection {
    const reference = this.find(key)?.value;
    return new ProfileSection(reference ?? this.fullKey(key), this.#entries);
  }

  /** All entries of this section, keys relative to it, ordered by key. */
  entries(): readonly ProfileEntry[] {
    const prefix = this.fullKey('');
    return [...this.#entries.values()]
      .filter((entry) => entry.key.startsWith(prefix))
      .map((entry) => ({ ...entry, key: entry.key.slice(prefix.length) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }
}

/** Java's String.trim: everything up to and including the space character goes, at both ends. */
export function trimJava(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}
