// Names and other text as they are stored and compared: folded by the program, so that every server compares them alike.
import { hash } from 'node:crypto';

/** What Dogtag's directory takes as equal is equal here: case does not count, nor how many spaces stand in a row. */
export function foldText(text: string): string {
  const folded = text.toLowerCase();
  return folded.includes('  ') ? folded.replaceAll(/ {2,}/g, ' ') : folded;
}

/** First 8 bytes of SHA-256 of folded text, as PostgreSQL's bigint. */
export function digestText(folded: string): bigint {
  return hash('sha256', folded, 'buffer').readBigInt64BE();
}

/**
 * Digests of the values in a folded subject, each once, for a look by exact value. Subjects are cut at every comma and a value is what stands behind the last
 * equals sign before it, so that what is asked for (`cn=a` with a comma behind it, wherever it begins) has none that the subject lacks.
 */
export function subjectValueDigests(folded: string): readonly bigint[] {
  const values = folded.split(',').map((part) => part.slice(part.lastIndexOf('=') + 1));
  return [...new Set(values.filter((value) => value !== ''))].map(digestValue);
}

/** Most values (an organization, a country) stand in nearly all subjects. */
const valueDigests = new Map<string, bigint>();
const valueDigestsMax = 1024;

function digestValue(value: string): bigint {
  const known = valueDigests.get(value);
  if (known !== undefined) return known;
  const digest = digestText(value);
  if (valueDigests.size >= valueDigestsMax) valueDigests.clear();
  valueDigests.set(value, digest);
  return digest;
}

/** PostgreSQL's text has no NUL; RFC 4514 writes it as `\00`. The certificate's own bytes stay as they are. */
export function storableText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\\00') : text;
}

export function storableTextOrNull(text: string | null): string | null {
  return text === null ? null : storableText(text);
}

/** A LIKE pattern for `literals` in this order with anything between; they are taken as they are. */
export function likePattern(literals: readonly string[]): string {
  return literals.map((literal) => storableText(literal).replaceAll(/[\\%_]/g, '\\$&')).join('%');
}
