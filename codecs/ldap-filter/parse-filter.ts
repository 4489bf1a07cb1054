// Reads a filter's text. The LDAP clients among our packages have such a reader, but a protocol handler must not bring a client for directories along.

/** Attribute names are as they were written; they are compared without regard to case. Values are unescaped. */
export type LdapFilter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly LdapFilter[] }
  | { readonly kind: 'not'; readonly filter: LdapFilter }
  | { readonly kind: 'present'; readonly attribute: string }
  | {
      readonly kind: 'compare';
      readonly attribute: string;
      readonly operator: '=' | '>=' | '<=' | '~=';
      readonly value: string;
    }
  /** What the value holds between asterisks; an empty text at either end where it may begin or end with anything. */
  | { readonly kind: 'substrings'; readonly attribute: string; readonly parts: readonly string[] };

export class FilterSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FilterSyntaxError';
  }
}

const depthMax = 50;
const charactersMax = 100_000;

/** RFC 4515 section 3, with white space around parts, and without the extensible match. Throws FilterSyntaxError. */
export function parseLdapFilter(text: string): LdapFilter {
  if (text.length > charactersMax) throw new FilterSyntaxError('the filter is too long');
  const reader = new FilterReader(text);
  const filter = reader.readFilter(0);
  reader.assertEnd();
  return filter;
}

class FilterReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readFilter(depth: number): LdapFilter {
    if (depth > depthMax) throw new FilterSyntaxError(`filters are nested deeper than ${depthMax}`);
    this.#expect('(');
    const filter = this.#readContent(depth);
    this.#expect(')');
    return filter;
  }

  assertEnd(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#fault('something follows the filter');
  }

  #readContent(depth: number): LdapFilter {
    this.#skipSpace();
    switch (this.#text[this.#at]) {
      case '&':
        return { kind: 'and', filters: this.#readList(depth) };
      case '|':
        return { kind: 'or', filters: this.#readList(depth) };
      case '!':
        this.#at += 1;
        return { kind: 'not', filter: this.readFilter(depth + 1) };
      default:
        return this.#readItem();
    }
  }

  #readList(depth: number): LdapFilter[] {
    this.#at += 1;
    const filters: LdapFilter[] = [];
    for (this.#skipSpace(); this.#text[this.#at] === '('; this.#skipSpace()) filters.push(this.readFilter(depth + 1));
    return filters;
  }

  #readItem(): LdapFilter {
    const end = this.#text.indexOf(')', this.#at);
    const item = this.#text.slice(this.#at, end < 0 ? undefined : end);
    const [, attribute = '', operator = '', value = ''] = /^\s*([\w.;-]+)\s*(=|>=|<=|~=)(.*)$/s.exec(item) ?? [];
    if (attribute === '') throw this.#fault('a condition is expected');
    this.#at += item.length;
    if (operator !== '=' || !value.includes('*'))
      return { kind: 'compare', attribute, operator: operator as '=', value: this.#unescape(value) };
    if (value.trim() === '*') return { kind: 'present', attribute };
    return { kind: 'substrings', attribute, parts: value.split('*').map((part) => this.#unescape(part)) };
  }

  #unescape(text: string): string {
    const octets = Buffer.concat(
      text.split(/(\\.{0,2})/s).map((part, index) => {
        if (index % 2 === 0) return Buffer.from(part);
        if (!/^\\[0-9a-f]{2}$/i.test(part)) throw this.#fault('a malformed escape');
        return Buffer.from(part.slice(1), 'hex');
      }),
    );
    return octets.toString('utf8');
  }

  #expect(character: string): void {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) throw this.#fault(`"${character}" is expected`);
    this.#at += 1;
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #fault(expectation: string): FilterSyntaxError {
    return new FilterSyntaxError(`the filter cannot be read: ${expectation} at character ${this.#at + 1}`);
  }
}
