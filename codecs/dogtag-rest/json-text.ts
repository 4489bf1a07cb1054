// JSON as Jackson reads and writes it: numbers keep their digits (serial numbers have more than a double holds), whatever follows the
// first value is ignored, and there is a limit to nesting.
import { BodyError } from './body-error.ts';

/** A number as it was written. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type JsonObject = ReadonlyMap<string, JsonValue>;
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

const depthMax = 100;
const numberAt = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const plainAt = /[\u0020\u0021\u0023-\u005b\u005d-\uffff]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The first value of the text; undefined when there is only white space. Throws BodyError. */
export function parseJson(text: string): JsonValue | undefined {
  return new JsonReader(text).read();
}

/** A string with its quotes, escaped as Jackson does it (capital hexadecimal digits). */
export function encodeJsonString(text: string): string {
  const encoded = JSON.stringify(text);
  if (!encoded.includes('\\u00')) return encoded;
  let escaped = '';
  for (const character of text) {
    const part = JSON.stringify(character).slice(1, -1);
    escaped += part.startsWith('\\u00') ? `\\u${part.slice(2).toUpperCase()}` : part;
  }
  return `"${escaped}"`;
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): JsonValue | undefined {
    this.#skipSpace();
    return this.#at === this.#text.length ? undefined : this.#readValue(0);
  }

  #readValue(depth: number): JsonValue {
    if (depth > depthMax) throw this.#fault(`values are nested deeper than ${depthMax}`);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#readObject(depth);
      case '[':
        return this.#readArray(depth);
      case '"':
        return this.#readString();
      case 't':
        return this.#readWord('true', true);
      case 'f':
        return this.#readWord('false', false);
      case 'n':
        return this.#readWord('null', null);
      default:
        return this.#readNumber();
    }
  }

  #readObject(depth: number): JsonObject {
    const members = new Map<string, JsonValue>();
    this.#at += 1;
    this.#skipSpace();
    if (this.#skip('}')) return members;
    for (;;) {
      if (this.#text[this.#at] !== '"') throw this.#fault('a member name in double quotes is expected');
      const name = this.#readString();
      this.#skipSpace();
      if (!this.#skip(':')) throw this.#fault('a colon is expected');
      this.#skipSpace();
      members.set(name, this.#readValue(depth + 1));
      this.#skipSpace();
      if (this.#skip('}')) return members;
      if (!this.#skip(',')) throw this.#fault('a comma or the end of the object is expected');
      this.#skipSpace();
    }
  }

  #readArray(depth: number): readonly JsonValue[] {
    const values: JsonValue[] = [];
    this.#at += 1;
    this.#skipSpace();
    if (this.#skip(']')) return values;
    for (;;) {
      values.push(this.#readValue(depth + 1));
      this.#skipSpace();
      if (this.#skip(']')) return values;
      if (!this.#skip(',')) throw this.#fault('a comma or the end of the array is expected');
      this.#skipSpace();
    }
  }

  #readString(): string {
    this.#at += 1;
    let value = '';
    for (;;) {
      plainAt.lastIndex = this.#at;
      value += plainAt.exec(this.#text)?.[0] ?? '';
      this.#at = plainAt.lastIndex;
      if (this.#skip('"')) return value;
      if (!this.#skip('\\')) throw this.#fault('a string without end, or with a bare control character');
      value += this.#readEscape();
    }
  }

  #readEscape(): string {
    const character = this.#text[this.#at] ?? '';
    if (character === 'u') {
      const digits = this.#text.slice(this.#at + 1, this.#at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#fault('a malformed escape');
      this.#at += 5;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const escaped = Object.hasOwn(escapes, character) ? escapes[character] : undefined;
    if (escaped === undefined) throw this.#fault('a malformed escape');
    this.#at += 1;
    return escaped;
  }

  #readWord<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#fault('a value is expected');
    this.#at += word.length;
    if (/[\p{L}\p{N}_$]/u.test(this.#text[this.#at] ?? '')) throw this.#fault('a value is expected');
    return value;
  }

  #readNumber(): JsonNumber {
    numberAt.lastIndex = this.#at;
    const text = numberAt.exec(this.#text)?.[0];
    if (text === undefined) throw this.#fault('a value is expected');
    this.#at = numberAt.lastIndex;
    return new JsonNumber(text);
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #fault(expectation: string): BodyError {
    const before = this.#text.slice(0, this.#at);
    const line = before.split('\n').length;
    const column = this.#at - before.lastIndexOf('\n');
    return new BodyError(`The request body is not valid JSON: ${expectation}, line ${line}, column ${column}`, {
      isSyntax: true,
    });
  }
}
