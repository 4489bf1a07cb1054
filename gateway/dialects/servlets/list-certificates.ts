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
  const sentinel = text === null ? 0n : parseListNumber(text);
  if (sentinel === null) throw new ServletFault(invalidNumber);
  return sentinel;
}

/** Null without one; what cannot be read bounds nothing. */
function readLast(request: GatewayRequest): bigint | null {
  const serial = parseListNumber((findParameter(request, 'serialTo') ?? '').trim());
  return serial === null || serial === -1n ? null : serial;
}

/** Unlike elsewhere, hexadecimal only behind a small x, and without white space where it is decimal. */
function parseListNumber(text: string): bigint | null {
  const isHexadecimal = text.trim().startsWith('0x');
  return isHexadecimal || /^[+-]?\d+$/.test(text) ? parseServletSerial(text) : null;
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
  if (direction === 'up') return await readBackwards(lister, count, sentinel, size, last);
  if (direction !== 'end') return await readForwards(lister, count, sentinel, size, last);
  const start = Math.max(0, size - count);
  const found = await lister.at(start, size - start);
  const { records, reached } = upwards(found, last);
  return {
    records,
    sentinelUp: reached ?? 0n,
    sentinelDown: found.at(-1)?.serialNumber ?? 0n,
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
async function readBackwards(
  lister: CertificateLister,
  count: number,
  sentinel: bigint,
  size: number,
  last: bigint | null,
): Promise<Page> {
  const place = Math.min(await lister.count(sentinel), Math.max(0, size - 1));
  const start = Math.max(0, place - count);
  const [found, [first]] = [await lister.at(start, place - start), await lister.at(place, 1)];
  const firstSerial = first?.serialNumber ?? 0n;
  const { records, reached, isCutOff } = upwards(found, last);
  return {
    records,
    sentinelUp: reached === null ? firstSerial : isCutOff ? nextUpwards(found, reached, last) : reached,
    sentinelDown: firstSerial,
    index: Math.max(0, place - count - 1),
    size,
  };
}

/** Dogtag reads such a page from its end, and goes no further where that lies beyond the last one wanted. */
function upwards(found: readonly CertificateRecord[], last: bigint | null) {
  const end = found.at(-1)?.serialNumber;
  if (last === null || end === undefined || end <= last)
    return { records: found, reached: found[0]?.serialNumber ?? null, isCutOff: false };
  return { records: [], reached: end, isCutOff: true };
}

/** The one in front of where it has stopped, unless that lies beyond, too. */
function nextUpwards(found: readonly CertificateRecord[], reached: bigint, last: bigint | null): bigint | null {
  const next = found.at(-2)?.serialNumber;
  if (next === undefined) return reached;
  return last === null || next <= last ? next : null;
}
