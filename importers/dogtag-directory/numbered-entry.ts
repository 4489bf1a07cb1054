// The number by which an entry of a numbered container is found.
import { encodePrefixedNumber, parsePrefixedNumber } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';

/**
 * The number in the attribute, or null when there is none or its text is not the one that Dogtag writes: such an entry stands somewhere else in the
 * order of texts than in that of numbers, so stretches of numbers miss it or meet it by chance.
 */
export function findCanonicalNumber(entry: DirectoryEntry, attribute: string): bigint | null {
  const texts = entry.texts(attribute);
  const number = texts.length === 1 ? parsePrefixedNumber(texts[0] ?? '') : null;
  return number !== null && number >= 0n && encodePrefixedNumber(number) === texts[0] ? number : null;
}

/** Entries with a canonical number, ascending. */
export function sortByNumber(
  entries: readonly DirectoryEntry[],
  attribute: string,
): { readonly entry: DirectoryEntry; readonly number: bigint }[] {
  return entries
    .flatMap((entry) => {
      const number = findCanonicalNumber(entry, attribute);
      return number === null ? [] : [{ entry, number }];
    })
    .sort((a, b) => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0));
}
