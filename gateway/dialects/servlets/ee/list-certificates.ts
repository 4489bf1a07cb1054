// /ca/ee/ca/listCerts and /ca/agent/ca/listCerts: certificates by their numbers, page by page in both directions (Dogtag's ListCerts through 11.4).
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import type { CertificateQuery, CertificateRecord, RaClient, SerialNumber } from '../../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { mapInTurns } from '../../in-turns.ts';
import { certificateRow } from '../certificate-rows.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { malformedNumber } from '../servlet-number.ts';
import { answerTemplateList } from '../template-servlet.ts';
import {
  type Direction,
  findToldTotal,
  listHeader,
  readDirection,
  readMaxCount,
  readStatusFilter,
  type StatusFilter,
  statusFilterText,
} from './list-form.ts';

interface ListRequest {
  readonly direction: Exclude<Direction, 'begin'>;
  /** Where to go on from; it is the first of a page downwards, and comes after the last of one upwards. */
  readonly sentinel: bigint;
  readonly maxCount: number;
  readonly serialTo: bigint | null;
  readonly filter: StatusFilter;
}

interface ListPage {
  readonly shown: readonly CertificateRecord[];
  /** Place of the page among all matches, as Dogtag's directory counts it: upwards it has one more than is shown. */
  readonly index: number;
  readonly size: number;
  readonly sentinels: TemplateBlock;
}

export async function listCertificates({ request, ra }: ServletCall): Promise<GatewayResponse> {
  const wanted = readListRequest(request);
  const authority = await ra.describeAuthority(null);
  const page = await readPage(ra, wanted);
  const current = page.size - page.index;
  const total = wanted.serialTo === null ? current : (await countUpTo(ra, wanted, wanted.serialTo)) - page.index;
  const header = listHeader(request, authority, {
    filterText: statusFilterText(wanted.filter),
    maxCount: wanted.maxCount,
    range: wanted.serialTo === null ? [] : [['serialTo', String(wanted.serialTo)]],
    skipRevoked: findParameter(request, 'skipRevoked'),
    skipNonValid: findParameter(request, 'skipNonValid'),
  });
  return await answerTemplateList(request, 'Certificates', {
    header: [
      ...header,
      ['totalRecordCount', findToldTotal(request) ?? total],
      ['currentRecordCount', current],
      ...page.sentinels,
    ],
    fixed: [['maxCount', wanted.maxCount]],
    records: await mapInTurns(page.shown, certificateRow),
  });
}

/** Throws ServletFault. */
function readListRequest(request: GatewayRequest): ListRequest {
  const direction = readDirection(request);
  const sentinelName = { down: 'querySentinelDown', up: 'querySentinelUp', end: null, begin: null }[direction];
  return {
    direction: direction === 'begin' ? 'down' : direction,
    maxCount: readMaxCount(request),
    sentinel: sentinelName === null ? 0n : readSentinel(findParameter(request, sentinelName)),
    serialTo: readSerialTo(findParameter(request, 'serialTo')),
    filter: readStatusFilter(request),
  };
}

function readSentinel(text: string | null): bigint {
  if (text === null) return 0n;
  const serial = parseNumber(text.trim().startsWith('0x') ? text.trim() : text);
  if (serial === null) throw malformedNumber();
  return serial < 0n ? 0n : serial;
}

/** What is no number restricts nothing. */
function readSerialTo(text: string | null): bigint | null {
  const serial = parseNumber(text?.trim() ?? '');
  return serial === -1n ? null : serial;
}

function parseNumber(text: string): bigint | null {
  const [, sign, hexadecimal, decimal] = /^(?:0x([+-]?)([0-9a-f]{1,1000})|([+-]?[0-9]{1,1000}))$/i.exec(text) ?? [];
  if (decimal !== undefined) return BigInt(decimal.replace('+', ''));
  if (hexadecimal === undefined || text.startsWith('0X')) return null;
  return sign === '-' ? -BigInt(`0x${hexadecimal}`) : BigInt(`0x${hexadecimal}`);
}

async function count(ra: RaClient, query: Omit<CertificateQuery, 'limit'>): Promise<number> {
  return (await ra.searchCertificates({ ...query, limit: 0 })).total;
}

async function countUpTo(ra: RaClient, { filter }: ListRequest, serialTo: bigint): Promise<number> {
  return serialTo < 0n ? 0 : await count(ra, { ...filter, serialTo: serialTo as SerialNumber });
}

function readPage(ra: RaClient, wanted: ListRequest): Promise<ListPage> {
  return wanted.direction === 'down' ? readDown(ra, wanted) : readUp(ra, wanted);
}

/** From the sentinel on; from the last one where all come before it. */
async function readDown(ra: RaClient, { filter, sentinel, maxCount, serialTo }: ListRequest): Promise<ListPage> {
  const size = await count(ra, filter);
  const from = { ...filter, serialFrom: sentinel as SerialNumber, limit: maxCount + 1 };
  let { certificates, total } = await ra.searchCertificates(from);
  if (total === 0 && size > 0) {
    certificates = (await ra.searchCertificates({ ...filter, offset: size - 1, limit: 1 })).certificates;
    total = 1;
  }
  const isWithin = ({ serialNumber }: CertificateRecord) => serialTo === null || serialNumber <= serialTo;
  const next = certificates[maxCount];
  const first = maxCount === 0 ? undefined : certificates[0];
  return {
    shown: certificates.slice(0, maxCount).filter(isWithin),
    index: size - total,
    size,
    sentinels: [
      ['querySentinelDown', next === undefined || !isWithin(next) ? '' : String(next.serialNumber)],
      ['querySentinelUp', String(first?.serialNumber ?? 0)],
    ],
  };
}

/** The page before the sentinel; the last page of all at the end. */
async function readUp(ra: RaClient, wanted: ListRequest): Promise<ListPage> {
  const { filter, sentinel, maxCount, serialTo, direction } = wanted;
  const size = await count(ra, filter);
  const isEnd = direction === 'end';
  const place = isEnd ? size : Math.min(await countUpTo(ra, wanted, sentinel - 1n), Math.max(size - 1, 0));
  const start = Math.max(place - maxCount, 0);
  const limit = place - start + (isEnd ? 0 : 1);
  const { certificates } = await ra.searchCertificates({ ...filter, offset: start, limit });
  const before = certificates.slice(0, place - start);
  const highest = before.at(-1);
  const isBeyond = serialTo !== null && highest !== undefined && highest.serialNumber > serialTo;
  return {
    shown: isBeyond ? [] : before,
    index: Math.max(place - maxCount - 1, 0),
    size,
    sentinels: [
      [
        'querySentinelUp',
        isBeyond ? sentinelBeyond(isEnd ? [highest] : before, serialTo) : String(certificates[0]?.serialNumber ?? 0),
      ],
      ['querySentinelDown', String(certificates.at(-1)?.serialNumber ?? 0)],
    ],
  };
}

/** Dogtag goes on with the one before the highest, whether it is beyond the end, too, or not. */
function sentinelBeyond(before: readonly CertificateRecord[], serialTo: bigint): string {
  const [following, highest] = before.slice(-2);
  if (highest === undefined) return String(following?.serialNumber ?? 0);
  return following !== undefined && following.serialNumber <= serialTo ? String(following.serialNumber) : '';
}
