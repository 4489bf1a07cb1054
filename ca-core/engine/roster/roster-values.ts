// What a directory takes as a name or value (RFC 4517), so that users and groups made here can go back into one.
import { CaError } from '../errors.ts';

const nameLengthMax = 256;

/**
 * A name that is somebody's, and that no reader can take for a distinguished name. Throws CaError `malformed-name`.
 */
export function assertDirectoryName(name: string): void {
  if (name.trim() !== '' && name.length <= nameLengthMax && name.isWellFormed() && !/[\0=]/.test(name)) return;
  throw new CaError('malformed-name', 'This cannot be the name of a user or group');
}

/** Directory String: not empty. Throws CaError `malformed-roster-value`, as all below. */
export function assertText(text: string): void {
  if (text === '' || !isStorable(text)) throw malformedValue();
}

/** IA5 String; empty means none. */
export function assertEmail(text: string): void {
  if (!isStorable(text) || !/^\p{ASCII}*$/u.test(text)) throw malformedValue();
}

/** Telephone Number: a Printable String; empty means none. */
export function assertPhone(text: string): void {
  if (!/^[A-Za-z0-9'()+,\-./:? =]*$/.test(text)) throw malformedValue();
}

/** What PostgreSQL and UTF-8 can hold. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function malformedValue(): CaError {
  return new CaError('malformed-roster-value', 'A value is not of the form that it must have');
}
