// Which authority a submission asks for, by the UUID that names it.
import type { AuthorityDescription, AuthorityId, RaClient } from '../contract.ts';
import { isCaError } from './ca-error.ts';

/** As Java's UUID.fromString reads it: five groups of hexadecimal digits, which may be short. Null for anything else. */
export function parseAuthorityId(text: string): AuthorityId | null {
  const groups = /^([0-9a-f]{1,8})-([0-9a-f]{1,4})-([0-9a-f]{1,4})-([0-9a-f]{1,4})-([0-9a-f]{1,12})$/i.exec(text);
  if (groups === null) return null;
  const lengths = [8, 4, 4, 4, 12];
  const padded = lengths.map((length, index) => (groups[index + 1] ?? '').toLowerCase().padStart(length, '0'));
  return padded.join('-') as AuthorityId;
}

/** Null when there is no such authority. */
export async function findAuthority(id: AuthorityId, ra: RaClient): Promise<AuthorityDescription | null> {
  try {
    return await ra.describeAuthority(id);
  } catch (error) {
    if (isCaError(error) && error.code === 'unknown-authority') return null;
    throw error;
  }
}
