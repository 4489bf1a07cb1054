// Reads a SEQUENCE OF or SET OF to its end, and not without end.
import { DerError, type DerReader } from '#codecs/der';

/** No real message comes near; what has more is refused before anything is made of it. */
const itemsMax = 256;

/** Throws DerError. */
export function readItems<T>(reader: DerReader, readItem: (reader: DerReader) => T): T[] {
  const items: T[] = [];
  while (!reader.isAtEnd) {
    if (items.length >= itemsMax) throw new DerError(`more than ${itemsMax} items`, reader.offset);
    items.push(readItem(reader));
  }
  return items;
}
