// The parameters of one default, constraint, input or output as configured, with the reading rules that all classes share.
import type { ProfileSection } from '#codecs/dogtag-profile';
import { objectIdentifierFault, parseJavaInteger } from '#codecs/dogtag-text';
import { CaError } from '../errors.ts';
import { type Pattern, parsePattern } from './pattern.ts';

export class ClassParameters {
  readonly #profileId: string;
  readonly #section: ProfileSection;
  readonly #params: ProfileSection;

  /** `section` is the plug-in's own, such as `policyset.set1.3.default`. */
  constructor(profileId: string, section: ProfileSection) {
    this.#profileId = profileId;
    this.#section = section;
    this.#params = section.section('params');
  }

  /** The name under which clients see this default or constraint; null when none is configured. */
  get displayName(): string | null {
    return this.#section.findText('name');
  }

  /** Value of a parameter; `fallback` only where it is absent (an empty value stays empty). */
  text(name: string, fallback = ''): string {
    return this.#params.findText(name) ?? fallback;
  }

  /** Value of a parameter, or null where it is absent. */
  find(name: string): string | null {
    return this.#params.findText(name);
  }

  /** The name of a parameter as it stands in the profile, such as `policyset.set1.3.default.params.range`. */
  fullKey(name: string): string {
    return this.#params.fullKey(name);
  }

  /** True only for `true` in any case: what is absent, empty or misspelt is false. */
  flag(name: string): boolean {
    return this.text(name).toLowerCase() === 'true';
  }

  pattern(name: string, fallback = ''): Pattern {
    return parsePattern(this.text(name, fallback));
  }

  /** A whole number as Java's Integer.parseInt takes it, or null. */
  wholeNumber(name: string): number | null {
    return parseJavaInteger(this.text(name));
  }

  /** Number of repeated parameter groups: `fallback` when the value is no number or is not below `limit`. */
  count(name: string, fallback: number, limit: number): number {
    const value = this.wholeNumber(name) ?? fallback;
    return value >= limit ? fallback : value;
  }

  /** Parameters below `name.`, keys relative to it. */
  section(name: string): ProfileSection {
    return this.#params.section(name);
  }

  /** Configured values of the named parameters, for clients: absent ones are empty. */
  list(names: readonly string[]): { readonly name: string; readonly value: string }[] {
    return names.map((name) => ({ name, value: this.text(name) }));
  }

  /** The error for a parameter that this class cannot work with; it names profile, line and key. */
  unsupported(name: string, problem: string): CaError {
    const entry = this.#params.find(name);
    const line = entry === null ? 'key not present' : `line ${entry.line}`;
    const key = this.#params.fullKey(name);
    return new CaError('unsupported-profile', `profile ${this.#profileId}, ${line}, ${key}: ${problem}`, {
      subject: this.#profileId,
    });
  }
}

/** What a client is told when a parameter or value is not the number that it should be: the text of Java's exception. */
export function notANumber(text: string): CaError {
  return new CaError('malformed-request', `For input string: "${text}"`);
}

/** The same for what is no object identifier. */
export function notAnObjectIdentifier(text: string): CaError {
  return new CaError('malformed-request', objectIdentifierFault(text) ?? `Invalid object identifier ${text}`);
}

/** Java's Boolean.valueOf: `true` in any case is true; everything else, null included, is false. */
export function parseJavaBoolean(text: string | null): boolean {
  return text !== null && text.toLowerCase() === 'true';
}
