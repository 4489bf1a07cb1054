// listCerts of 10.x: certificates by their numbers, a page forwards or backwards (Dogtag's ListCerts, on its directory's virtual lists).
import type { CertificateQuery, CertificateRecord, RaClient, SerialNumber } from '../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../routing/operation.ts';
import { certificateLine } from './certificate-line.ts';
import { givenParameter, invalidNumber, readCount, readListFilter } from './list-parameters.ts';
import { findParameter, type ServletCall } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';
import { parseServletSerial } from './servlet-number.ts';
import { answerTemplate } from './template-servlet.ts';

type Direction = 'begin' | 'down' | 'up' | 'end';

interface Page {
  readonly records: readonly CertificateRecord[];
  /** Where the page before and the page after begin; null where there is none. */
  readonly sentinelUp: SerialNumber | bigint | null;
  readonly sentinelDown: SerialNumber | bigint | null;
  /** Place of the page in the whole list, counted from 0. */
  readonly index: number;
  readonly size: number;
}

export async function listCertificates(call: ServletCall): Promise<GatewayResponse> {
  const { request, ra } = call;
  const direction = readDirection(request);
  const count = readCount(request);
  const sentinel = readSentinel(request, direction);
  const filter = readListFilter(request);
  const last = readLast(request);
  const query = filter.statuses === null ? {} : { statuses: filter.statuses };
  const page = await readPage(new CertificateLister(ra, query), direction, count, sentinel, last);
  const { subject, serialNumber } = await ra.describeAuthority(null);
  const whole = await countWhole(call, page, query, last);
  return answerTemplate(request, 'Certificates', {
    header: [
      ['caSerialNumber', serialNumber.toString(16)],
      ['op', findParameter(request, 'op') ?? ''],
      ...givenParameter(request, 'revokeAll'),
      ['issuerName', subject],
      ...(last === null ? [] : [['serialTo', String(last)] as const]),
      ['serviceURL', request.path],
      ['queryCertFilter', filter.text],
      ['skipRevoked', findParameter(request, 'skipRevoked') ?? ''],
      ['skipNonValid', findParameter(request, 'skipNonValid') ?? ''],
      ['templateName', 'queryCert'],
      ['queryFilter', filter.text],
      ['maxCount', count],
      ['totalRecordCount', whole],
      ['currentRecordCount', page.size - page.index],
      ['querySentinelDown', textOf(page.sentinelDown)],
      ['querySentinelUp', textOf(page.sentinelUp)],
    ],
    fixed: [['maxCount', count]],
    records: page.records.map(certificateLine),
  });
}

const textOf = (sentinel: bigint | null) => (sentinel === null ? '' : String(sentinel));

/** In Dogtag a request without one takes that of the request before it, whoever has made it. */
function readDirection(request: GatewayRequest): Direction {
  const text = findParameter(request, 'direction')?.trim();
  return text === 'down' || text === 'up' || text === 'end' ? text : 'begin';
}

/** Throws ServletFault. */
function readSentinel(request: GatewayRequest, direction: Direction): bigint {
  if (direction === 'begin' || direction === 'end') return 0n;
  const text = findParameter(request, direction === 'up' ? 'querySentinelUp' : 'querySentinelDown');
  const sentinel = text === null ? 0n : parseServletSerial(text);
  if (sentinel === null) throw new ServletFault(invalidNumber);
  return sentinel;
}

/** Null without one; what cannot be read bounds nothing. */
function readLast(request: GatewayRequest): bigint | null {
  const serial = parseServletSerial(findParameter(request, 'serialTo') ?? '');
  return serial === null || serial === -1n ? null : serial;
}

/** Counted again for each page, unless the client says what it was told. */
async function countWhole(
  { request, ra }: ServletCall,
  { index, size }: Page,
  query: ListQuery,
  last: bigint | null,
): Promise<number> {
  const text = findParameter(request, 'totalRecordCount') ?? '';
  const told = /^[+-]?\d{1,9}$/.test(text) ? Number(text) : -1;
  if (told !== -1) return told;
  return (last === null ? size : await new CertificateLister(ra, query).count(last + 1n)) - index;
}

type ListQuery = Pick<CertificateQuery, 'statuses'>;

/** The list of all matches by number. */
class CertificateLister {
  readonly #ra: RaClient;
  readonly #query: ListQuery;

  constructor(ra: RaClient, query: ListQuery) {
    this.#ra = ra;
    this.#query = query;
  }

  /** How many there are, or how many in front of a number. */
  async count(before?: bigint): Promise<number> {
    if (before !== undefined && before <= 0n) return 0;
    const bound = before === undefined ? {} : { serialTo: (before - 1n) as SerialNumber };
    return (await this.#ra.searchCertificates({ ...this.#query, ...bound, limit: 0 })).total;
  }

  async at(offset: number, limit: number): Promise<readonly CertificateRecord[]> {
    if (limit <= 0) return [];
    return (await this.#ra.searchCertificates({ ...this.#query, offset, limit })).certificates;
  }

  async from(serial: bigint, limit: number): Promise<readonly CertificateRecord[]> {
    const serialFrom = (serial < 0n ? 0n : serial) as SerialNumber;
    return (await this.#ra.searchCertificates({ ...this.#query, serialFrom, limit })).certificates;
  }
}

async function readPage(
  lister: CertificateLister,
  direction: Direction,
  count: number,
  sentinel: bigint,
  last: bigint | null,
): Promise<Page> {
  const size = await lister.count();
  if (direction === 'up') return await readBackwards(lister, count, sentinel, size);
  if (direction !== 'end') return await readForwards(lister, count, sentinel, size, last);
  const start = Math.max(0, size - count);
  const records = await lister.at(start, size - start);
  return {
    records,
    sentinelUp: records[0]?.serialNumber ?? 0n,
    sentinelDown: records.at(-1)?.serialNumber ?? 0n,
    index: Math.max(0, size - 1 - count),
    size,
  };
}

async function readForwards(
  lister: CertificateLister,
  count: number,
  sentinel: bigint,
  size: number,
  last: bigint | null,
): Promise<Page> {
  const ahead = await lister.from(sentinel, count + 1);
  // Beyond the end a virtual list shows its last entry.
  const found = ahead.length > 0 ? ahead : await lister.at(Math.max(0, size - 1), 1);
  const index = ahead.length > 0 ? await lister.count(sentinel) : Math.max(0, size - 1);
  const records = found.slice(0, count).filter(({ serialNumber }) => last === null || serialNumber <= last);
  const next = found[count]?.serialNumber ?? null;
  return {
    records,
    sentinelUp: count === 0 ? 0n : (found[0]?.serialNumber ?? 0n),
    sentinelDown: next !== null && (last === null || next <= last) ? next : null,
    index,
    size,
  };
}

/** The page in front of the one that begins with the sentinel. */
async function readBackwards(lister: CertificateLister, count: number, sentinel: bigint, size: number): Promise<Page> {
  const place = Math.min(await lister.count(sentinel), Math.max(0, size - 1));
  const start = Math.max(0, place - count);
  const [records, [first]] = [await lister.at(start, place - start), await lister.at(place, 1)];
  const firstSerial = first?.serialNumber ?? 0n;
  return {
    records,
    sentinelUp: records[0]?.serialNumber ?? firstSerial,
    sentinelDown: firstSerial,
    index: Math.max(0, place - count - 1),
    size,
  };
}
