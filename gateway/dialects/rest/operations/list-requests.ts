// GET /ca/rest/agent/certrequests: requests by state and type (Dogtag's CertRequestService.listRequests and CMSRequestDAO).
import { type Link, requestInformation } from '#codecs/dogtag-rest';
import type { RequestId, RequestKind, RequestRecord, RequestState } from '../../../contract.ts';
import { findRequestKind } from '../../request-types.ts';
import { requestInformationOf } from '../request-information.ts';
import {
  answerWithCollection,
  findQueryIdentifier,
  findQueryText,
  type RestCall,
  type RestOperation,
  readQueryInteger,
} from '../rest-operation.ts';

const defaultPageSize = 20;
const defaultResultsMax = 100;
/** Most of one answer, whatever the client asks for. */
const entriesMax = 10_000;

const states: ReadonlyMap<string, RequestState> = new Map(
  (['begin', 'pending', 'approved', 'svc_pending', 'canceled', 'rejected', 'complete'] as const).map((state) => [
    state,
    state,
  ]),
);

/** What Dogtag's directory has prepared lists for; they are shown in pages, and everything else whole. */
const pagedStates: ReadonlySet<string> = new Set(['canceled', 'rejected', 'complete']);

interface Found {
  readonly records: readonly RequestRecord[];
  readonly total: number;
  readonly links: readonly Link[];
}

type Filter = { readonly state?: RequestState; readonly kind?: RequestKind };

export const listRequests: RestOperation = async (call) => {
  const { request } = call;
  const stateName = findQueryText(request, 'requestState')?.toLowerCase() ?? null;
  const typeName = findQueryText(request, 'requestType')?.toLowerCase() ?? null;
  const start = findQueryIdentifier(request, 'start') ?? 0n;
  const pageSize = readQueryInteger(request, 'pageSize', defaultPageSize);
  const resultsMax = readQueryInteger(request, 'maxResults', defaultResultsMax);
  readQueryInteger(request, 'maxTime', 0);
  const filter = readFilter(stateName, typeName);
  const { records, total, links } =
    filter === null
      ? { records: [], total: 0, links: linksOfWhole(request, pageSize) }
      : isPaged(stateName, typeName)
        ? await readPage(call, filter, start, pageSize)
        : await readAll(call, filter, resultsMax, pageSize);
  return answerWithCollection(requestInformation, {
    total,
    entries: records.map((record) => requestInformationOf(record, request)),
    links,
  });
};

/** Null when a name is given that no request has. */
function readFilter(stateName: string | null, typeName: string | null): Filter | null {
  const state = stateName === null ? undefined : states.get(stateName);
  const kind = typeName === null ? undefined : findRequestKind(typeName);
  if ((stateName !== null && state === undefined) || (typeName !== null && kind === undefined)) return null;
  return { ...(state === undefined ? {} : { state }), ...(kind === undefined ? {} : { kind }) };
}

function isPaged(stateName: string | null, typeName: string | null): boolean {
  return (stateName === null || pagedStates.has(stateName)) && (typeName === null || typeName === 'enrollment');
}

async function readAll(
  { request, ra }: RestCall,
  filter: Filter,
  resultsMax: number,
  pageSize: number,
): Promise<Found> {
  const limit = resultsMax > 0 ? Math.min(resultsMax, entriesMax) : entriesMax;
  const { requests } = await ra.listRequests({ ...filter, limit, countTotal: false });
  return { records: requests, total: requests.length, links: linksOfWhole(request, pageSize) };
}

/** Dogtag reckons with a list of length 0 there, so that a size below zero leads on to a page that does not exist. */
function linksOfWhole(request: RestCall['request'], pageSize: number): readonly Link[] {
  if (pageSize >= 0) return [];
  return [{ rel: 'next', href: linkTo(request, pageSize)(pageSize + 1), type: 'application/xml' }];
}

/** From the first request at or after `start` on; from the last one where there is none. */
async function readPage({ request, ra }: RestCall, filter: Filter, start: bigint, pageSize: number): Promise<Found> {
  const size = Math.min(pageSize, entriesMax);
  const fromId = (start < 0n ? placeOfNegative(start) : start) as RequestId;
  const page = await ra.listRequests({ ...filter, fromId, limit: Math.max(size, 0) });
  const { total } = page;
  const isBeyond = total > 0 && page.precedingCount >= total;
  const index = isBeyond ? total - 1 : page.precedingCount;
  const records =
    isBeyond && size > 0
      ? (await ra.listRequests({ ...filter, newestFirst: true, limit: 1, countTotal: false })).requests
      : page.requests;
  const href = linkTo(request, size);
  const links: Link[] = [];
  if (total > index + size) links.push({ rel: 'next', href: href(index + size + 1), type: 'application/xml' });
  if (index > 0) links.push({ rel: 'previous', href: href(index - size), type: 'application/xml' });
  return { records, total, links };
}

/** The directory sorts ids by the number of their characters first, a sign being one of them, and puts it before the digits. */
function placeOfNegative(start: bigint): bigint {
  return 10n ** BigInt(String(start).length - 1);
}

/** Dogtag's links count positions where its parameter counts ids; clients get what they always got. */
function linkTo({ baseUrl, path, query }: RestCall['request'], pageSize: number): (start: number) => string {
  const kept = ['requestState', 'requestType', 'realm'].flatMap((name) => {
    const value = query.get(name)?.[0];
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  return (start) => `${baseUrl}${path}?${[...kept, `start=${start}`, `pageSize=${pageSize}`].join('&')}`;
}
