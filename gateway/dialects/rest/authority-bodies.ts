// Authorities as clients of the REST interface see them, and as they name them.
import type { AuthorityData } from '#codecs/dogtag-rest';
import type { AuthorityDescription, AuthorityId, RaClient } from '../../contract.ts';
import { findAuthority, parseAuthorityId } from '../submitted-authority.ts';
import { badRequest, resourceNotFound } from './error-response.ts';

export const hostAlias = 'host-authority';

export function authorityDataOf(authority: AuthorityDescription): AuthorityData {
  const { isHostAuthority, id, parentId, issuer, serialNumber, subject, enabled, description, ready } = authority;
  return { isHostAuthority, id, parentId, issuer, serialNumber, subject, enabled, description, ready, link: null };
}

/** Throws RestRefusal for what is no id and for what is nobody's. */
export async function getNamedAuthority(text: string, ra: RaClient): Promise<AuthorityDescription> {
  const authority = await findAuthority(readAuthorityId(text), ra);
  if (authority === null) throw resourceNotFound(`CA "${text}" not found`);
  return authority;
}

/** Throws RestRefusal. */
export function readAuthorityId(text: string): AuthorityId {
  const id = parseAuthorityId(text);
  if (id === null) throw badRequest(`Bad AuthorityID: ${text}`);
  return id;
}

/** Dogtag keeps them by their UUIDs, which Java compares as two signed numbers. */
export function inOrderOfJava(authorities: readonly AuthorityDescription[]): readonly AuthorityDescription[] {
  return authorities.toSorted((one, other) => compare(halvesOf(one.id), halvesOf(other.id)));
}

function compare([high, low]: readonly [bigint, bigint], [otherHigh, otherLow]: readonly [bigint, bigint]): number {
  if (high !== otherHigh) return high < otherHigh ? -1 : 1;
  return low === otherLow ? 0 : low < otherLow ? -1 : 1;
}

function halvesOf(id: AuthorityId): readonly [bigint, bigint] {
  const digits = id.replaceAll('-', '');
  const half = (text: string) => BigInt.asIntN(64, BigInt(`0x${text}`));
  return [half(digits.slice(0, 16)), half(digits.slice(16))];
}
