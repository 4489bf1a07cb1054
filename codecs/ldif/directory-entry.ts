// One entry of a directory as it came: its name and the exact bytes of every value, whether from LDAP or from a file.
import { isUtf8 } from 'node:buffer';
import { rememberByDescription } from './attribute-descriptions.ts';

const foldDescription = rememberByDescription((description) => description.toLowerCase());

/** Attribute descriptions (RFC 4512 section 2.5) are compared without regard to case; options such as `;binary` are part of them. */
export class DirectoryEntry {
  /** Distinguished name as the directory spelled it. */
  readonly dn: string;
  readonly #attributes = new Map<string, { readonly description: string; readonly values: readonly Uint8Array[] }>();

  /** `attributes` may name one description several times; the values are joined in order. */
  constructor(dn: string, attributes: Iterable<readonly [description: string, values: readonly Uint8Array[]]>) {
    this.dn = dn;
    for (const [description, values] of attributes) {
      const key = foldDescription(description);
      const known = this.#attributes.get(key);
      this.#attributes.set(key, known === undefined ? { description, values } : joined(known, values));
    }
  }

  /** Every attribute in the order in which it came, spelled as it came. */
  attributes(): readonly (readonly [description: string, values: readonly Uint8Array[]])[] {
    return Array.from(this.#attributes.values(), ({ description, values }) => [description, values] as const);
  }

  /** Values of an attribute by its exact description; empty when there are none. */
  values(description: string): readonly Uint8Array[] {
    return this.#attributes.get(foldDescription(description))?.values ?? [];
  }

  /**
   * Values of an attribute with or without the transfer option `;binary`, which servers add and drop as they please
   * (Dogtag writes `userCertificate;binary` but `certificateRevocationList`).
   */
  binaryValues(description: string): readonly Uint8Array[] {
    const plain = this.values(description);
    return plain.length > 0 ? plain : this.values(`${description};binary`);
  }

  /** Values as text, where each is valid UTF-8; a value that is not is left out (see `malformedTexts`). */
  texts(description: string): readonly string[] {
    return this.values(description).flatMap((value) => {
      const text = decodeUtf8(value);
      return text === null ? [] : [text];
    });
  }

  /** The first value as text, or null when there is none or it is not valid UTF-8. */
  findText(description: string): string | null {
    const [first] = this.values(description);
    return first === undefined ? null : decodeUtf8(first);
  }

  /** How many values of an attribute are not valid UTF-8. */
  malformedTexts(description: string): number {
    return this.values(description).length - this.texts(description).length;
  }
}

function joined(
  { description, values }: { readonly description: string; readonly values: readonly Uint8Array[] },
  more: readonly Uint8Array[],
) {
  return { description, values: [...values, ...more] };
}

/** Text of valid UTF-8 with every character kept (a byte-order mark too), or null. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return null;
  const { buffer, byteOffset, byteLength } = bytes;
  return (Buffer.isBuffer(bytes) ? bytes : Buffer.from(buffer, byteOffset, byteLength)).toString('utf8');
}
