// Which certificates a filter means that a client has sent (Dogtag hands it to its directory as it is: ListCerts, DoRevoke). The conditions that Dogtag's own
// pages and clients write are understood; for any other the client is told so.
import { FilterSyntaxError, type LdapFilter, parseLdapFilter } from '#codecs/ldap-filter';
import type { CertificateRecord, RaClient, SerialNumber } from '../../contract.ts';
import { certificateStatusName } from '../certificate-status.ts';
import { ServletFault } from './servlet-fault.ts';

/** Each is looked up by itself. */
const namedMax = 2_000;

/** The words of Dogtag's LDAP library, which does not say what is wrong. */
const unreadableFilter = 'Invalid filter item =';

/** Throws ServletFault for a text that is no filter. */
export function readCertificateFilter(text: string): LdapFilter {
  try {
    return parseLdapFilter(text);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw new ServletFault(unreadableFilter);
    throw error;
  }
}

/** A number as certificates are named by in filters: decimal, or hexadecimal behind `0x`. Null for what is none. */
export function parseFilterNumber(text: string): SerialNumber | null {
  const trimmed = text.trim();
  if (/^0x[0-9a-f]{1,200}$/i.test(trimmed)) return BigInt(trimmed.toLowerCase()) as SerialNumber;
  return /^\d{1,240}$/.test(trimmed) ? (BigInt(trimmed) as SerialNumber) : null;
}

/** The certificates that a filter names by their numbers and that meet its other conditions, ascending, at most `limit`. Throws ServletFault. */
export async function findNamedCertificates(
  filter: LdapFilter,
  limit: number,
  { ra, now }: { readonly ra: RaClient; readonly now: Date },
): Promise<readonly CertificateRecord[]> {
  assertUnderstood(filter);
  const named = namedSerials(filter);
  if (named === null) throw new ServletFault('The filter must name certificates by certRecordId.');
  if (named.size > namedMax) throw new ServletFault('The filter names too many certificates.');
  const found: CertificateRecord[] = [];
  for (const serial of [...named].sort((one, other) => (one < other ? -1 : 1))) {
    if (found.length >= limit) break;
    const record = await ra.findCertificate(serial);
    if (record !== null && matches(filter, record, now)) found.push(record);
  }
  return found;
}

/** Before anything is looked up, so that it does not depend on what there is. Throws ServletFault. */
function assertUnderstood(filter: LdapFilter): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const part of filter.filters) assertUnderstood(part);
      return;
    case 'not':
      assertUnderstood(filter.filter);
      return;
    default:
      if (filter.kind === 'substrings' || !['certrecordid', 'certstatus'].includes(filter.attribute.toLowerCase()))
        throw new ServletFault(`A condition of the filter is not supported here: ${filter.attribute}`);
  }
}

/** Every certificate that can match is among them; null where they are not enumerated. */
function namedSerials(filter: LdapFilter): ReadonlySet<SerialNumber> | null {
  switch (filter.kind) {
    case 'compare': {
      if (!isAttribute(filter.attribute, 'certRecordId') || filter.operator !== '=') return null;
      const serial = parseFilterNumber(filter.value);
      return new Set(serial === null ? [] : [serial]);
    }
    case 'or': {
      const each = filter.filters.map(namedSerials);
      return each.every((serials) => serials !== null) ? new Set(each.flatMap((serials) => [...serials])) : null;
    }
    case 'and':
      return filter.filters.map(namedSerials).find((serials) => serials !== null) ?? null;
    default:
      return null;
  }
}

function matches(filter: LdapFilter, record: CertificateRecord, now: Date): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((part) => matches(part, record, now));
    case 'or':
      return filter.filters.some((part) => matches(part, record, now));
    case 'not':
      return !matches(filter.filter, record, now);
    case 'present':
    case 'substrings':
      return true;
    case 'compare': {
      if (isAttribute(filter.attribute, 'certStatus'))
        return filter.value.trim().toUpperCase() === certificateStatusName(record, now);
      const serial = parseFilterNumber(filter.value);
      if (serial === null) return false;
      if (filter.operator === '>=') return record.serialNumber >= serial;
      return filter.operator === '<=' ? record.serialNumber <= serial : record.serialNumber === serial;
    }
  }
}

const isAttribute = (written: string, name: string) => written.toLowerCase() === name.toLowerCase();
