// Facts about one request by their names in the profile language (`req_subject_name.cn`, `profileRemoteAddr`), as `$request.name$` sees them.
import { encodeBase64Lines } from '#codecs/dogtag-text';
import { decodeBase64Text } from './base64-text.ts';

/**
 * Text by name, whatever the name's case: Dogtag keeps them so, and its directory gives them back in lower case. Binary facts (`req_key`,
 * `req_subject_name`, `req_extensions`) are base64 text in the profile language and in imported requests; here they may be set and read
 * as bytes, and become text only when somebody asks for the text.
 */
export class RequestAttributes {
  readonly #facts = new Map<string, { readonly name: string; readonly value: string | Uint8Array }>();

  static from(record: Readonly<Record<string, string>>): RequestAttributes {
    const attributes = new RequestAttributes();
    for (const [name, value] of Object.entries(record)) attributes.set(name, value);
    return attributes;
  }

  /** Text of a fact, or null. */
  find(name: string): string | null {
    const value = this.#facts.get(name.toLowerCase())?.value;
    if (value === undefined) return null;
    return typeof value === 'string' ? value : encodeBase64Lines(value);
  }

  /** Bytes of a fact, or null when it is absent or its text is no base64. */
  findBytes(name: string): Uint8Array | null {
    const value = this.#facts.get(name.toLowerCase())?.value;
    if (value === undefined) return null;
    return typeof value === 'string' ? decodeBase64Text(value) : value;
  }

  /** A name that is empty is ignored, as Dogtag does. A fact keeps the spelling under which it was set first. */
  set(name: string, value: string | Uint8Array): void {
    if (name === '') return;
    const key = name.toLowerCase();
    this.#facts.set(key, { name: this.#facts.get(key)?.name ?? name, value });
  }

  delete(name: string): void {
    this.#facts.delete(name.toLowerCase());
  }

  /** Everything as text, for the record. */
  toRecord(): Record<string, string> {
    const record: Record<string, string> = {};
    for (const { name } of this.#facts.values()) record[name] = this.find(name) ?? '';
    return record;
  }
}
