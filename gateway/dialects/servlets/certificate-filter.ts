// Which certificates a filter means that a client has sent (Dogtag hands it to its directory as it is: ListCerts, DoRevoke). The conditions that Dogtag's own
// pages and clients write are understood; for any other the client is told so.
import { FilterSyntaxError, type LdapFilter, parseLdapFilter } from '#codecs/ldap-filter';
import type { CertificateQuery, CertificateRecord, CertificateStatus, RaClient, SerialNumber } from '../../contract.ts';
import { certificateStatusName } from '../certificate-status.ts';
import { ServletFault } from './servlet-fault.ts';

/** Dogtag's names of what a certificate is at a moment. */
const statuses: ReadonlyMap<string, CertificateStatus> = new Map<string, CertificateStatus>([
  ['VALID', 'valid'],
  ['INVALID', 'invalid'],
  ['EXPIRED', 'expired'],
  ['REVOKED', 'revoked'],
  ['REVOKED_EXPIRED', 'revoked-expired'],
]);

/** The words of Dogtag's LDAP library, which does not say what is wrong. */
export const unreadableFilter = 'Invalid filter item =';

export type FilterQuery = Omit<CertificateQuery, 'limit' | 'offset' | 'afterSerial'>;

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
  const named = namedSerials(filter);
  if (named === null) throw new ServletFault('The filter must name certificates by certRecordId.');
  const found: CertificateRecord[] = [];
  for (const serial of [...named].sort((one, other) => (one < other ? -1 : 1))) {
    if (found.length >= limit) break;
    const record = await ra.findCertificate(serial);
    if (record !== null && matches(filter, record, now)) found.push(record);
  }
  return found;
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
      return true;
    case 'compare': {
      if (isAttribute(filter.attribute, 'certStatus'))
        return filter.value.trim().toUpperCase() === certificateStatusName(record, now);
      if (!isAttribute(filter.attribute, 'certRecordId')) throw notUnderstood(filter.attribute);
      const serial = parseFilterNumber(filter.value);
      if (serial === null) return false;
      if (filter.operator === '>=') return record.serialNumber >= serial;
      return filter.operator === '<=' ? record.serialNumber <= serial : record.serialNumber === serial;
    }
    case 'substrings':
      throw notUnderstood(filter.attribute);
  }
}

/** The same filter as a search of the record; null when nothing can match. Throws ServletFault for conditions that it cannot say. */
export function queryOfFilter(filter: LdapFilter): FilterQuery | null {
  switch (filter.kind) {
    case 'present':
      return {};
    case 'compare':
      return queryOfComparison(filter);
    case 'or':
      return queryOfAlternatives(filter.filters);
    case 'and':
      return filter.filters.reduce<FilterQuery | null>((sum, part) => {
        const query = queryOfFilter(part);
        return sum === null || query === null ? null : bothQueries(sum, query);
      }, {});
    case 'not':
    case 'substrings':
      throw notUnderstood(filter.kind === 'not' ? '!' : filter.attribute);
  }
}

function queryOfComparison({
  attribute,
  operator,
  value,
}: Extract<LdapFilter, { readonly kind: 'compare' }>): FilterQuery | null {
  if (isAttribute(attribute, 'certStatus')) {
    const status = statusOf(value);
    return status === undefined ? null : { statuses: [status] };
  }
  if (!isAttribute(attribute, 'certRecordId')) throw notUnderstood(attribute);
  const serial = parseFilterNumber(value);
  if (serial === null) return null;
  return {
    ...(operator === '<=' ? {} : { serialFrom: serial }),
    ...(operator === '>=' ? {} : { serialTo: serial }),
  };
}

/** One of several states, which is all that Dogtag's pages say with an alternative. */
function queryOfAlternatives(filters: readonly LdapFilter[]): FilterQuery | null {
  const queries = filters.map(queryOfFilter).filter((query) => query !== null);
  if (queries.length === 0) return null;
  if (queries.length === 1) return queries[0] ?? null;
  const wanted = queries.flatMap(({ statuses: some, ...others }) => {
    if (some === undefined || Object.keys(others).length > 0) throw notUnderstood('|');
    return some;
  });
  return { statuses: [...new Set(wanted)] };
}

function bothQueries(one: FilterQuery, other: FilterQuery): FilterQuery {
  const largest = (a?: SerialNumber, b?: SerialNumber) => (a === undefined || (b !== undefined && b > a) ? b : a);
  const smallest = (a?: SerialNumber, b?: SerialNumber) => (a === undefined || (b !== undefined && b < a) ? b : a);
  const serialFrom = largest(one.serialFrom, other.serialFrom);
  const serialTo = smallest(one.serialTo, other.serialTo);
  const [some, others] = [one.statuses ?? other.statuses, other.statuses ?? one.statuses];
  return {
    ...(serialFrom === undefined ? {} : { serialFrom }),
    ...(serialTo === undefined ? {} : { serialTo }),
    ...(some === undefined ? {} : { statuses: some.filter((status) => others?.includes(status)) }),
  };
}

const isAttribute = (written: string, name: string) => written.toLowerCase() === name.toLowerCase();

const statusOf = (text: string) => statuses.get(text.trim().toUpperCase());

const notUnderstood = (condition: string) =>
  new ServletFault(`A condition of the filter is not supported here: ${condition}`);
