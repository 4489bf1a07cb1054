// /ca/agent/ca/queryReq: requests by state and type, page by page in both directions (Dogtag's QueryReq). A page even when XML was asked for.
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { parseIdentifier, parseJavaInteger } from '#codecs/dogtag-text';
import type { RaClient, RequestId, RequestQuery, RequestRecord, RequestState } from '../../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../../routing/operation.ts';
import { findRequestKind } from '../../request-types.ts';
import { requestRow } from '../request-rows.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { answerTemplateListPage } from '../template-servlet.ts';

const rowsMax = 1000;
const usualRows = 10;

/** Dogtag's words for states; others mean all. */
const states: ReadonlyMap<string, RequestState> = new Map<string, RequestState>([
  ['showWaiting', 'pending'],
  ['showPending', 'pending'],
  ['showInService', 'svc_pending'],
  ['showCancelled', 'canceled'],
  ['showRejected', 'rejected'],
  ['showCompleted', 'complete'],
]);
/** Types that Dogtag knows, and of which there are no requests here. */
const absentTypes: ReadonlySet<string> = new Set([
  'archival',
  'recovery',
  'getCAChain',
  'getRevocationInfo',
  'getCRL',
  'getCertificates',
  'netkeyKeygen',
  'netkeyKeyRecovery',
]);

type Filter = Pick<RequestQuery, 'state' | 'kind'>;

interface Page {
  readonly requests: readonly RequestRecord[];
  readonly total: number;
}

export async function queryRequests(call: ServletCall): Promise<GatewayResponse> {
  const { request, ra, caller, settings } = call;
  const startedMs = settings.clock.now().getTime();
  const asked = parseJavaInteger(findParameter(request, 'maxCount') ?? '') ?? usualRows;
  const maxCount = Math.min(asked, rowsMax);
  const filter = readFilter(request);
  const { requests, total } =
    filter === null ? { requests: [], total: 0 } : await readPage(request, ra, filter, Math.max(maxCount, 1));
  const records: TemplateBlock[] = [];
  for (const record of requests) records.push(await requestRow(record, caller, ra));
  const durationMs = Math.max(settings.clock.now().getTime() - startedMs, 0);
  return await answerTemplateListPage('Requests', {
    header: [
      ['authorityid', 'ca'],
      ['requestingUser', 'admin'],
      ['totalRecordCount', total],
      ['currentRecordCount', requests.length],
      ...edgesOf(requests, durationMs),
    ],
    fixed: [
      ['reqType', findParameter(request, 'reqType') ?? ''],
      ['reqState', findParameter(request, 'reqState') ?? ''],
      ['maxCount', maxCount],
    ],
    records,
  });
}

/** Null when no request can match. */
function readFilter(request: GatewayRequest): Filter | null {
  const [type, stateName] = [findParameter(request, 'reqType'), findParameter(request, 'reqState')];
  if (type === null || stateName === null) return {};
  if (absentTypes.has(type)) return null;
  const [state, kind] = [states.get(stateName), findRequestKind(type)];
  return { ...(state === undefined ? {} : { state }), ...(kind === undefined ? {} : { kind }) };
}

function edgesOf(requests: readonly RequestRecord[], durationMs: number): TemplateBlock {
  const [first, last] = [requests[0], requests.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    ['time', String(durationMs)],
    ['firstEntryOnPage', String(first.id)],
    ['lastEntryOnPage', String(last.id)],
  ];
}

function readPage(request: GatewayRequest, ra: RaClient, filter: Filter, count: number): Promise<Page> {
  const [top, bottom] = [readMarker(request, 'firstEntryOnPage'), readMarker(request, 'lastEntryOnPage')];
  switch (findParameter(request, 'direction')?.trim() ?? 'begin') {
    case 'begin':
      return readForward(ra, filter, 0n, count);
    case 'first':
      return readForward(ra, filter, bottom, count);
    case 'next':
      return readForward(ra, filter, bottom + 1n, count);
    case 'previous':
      return readBackward(ra, filter, top as RequestId, count);
    default:
      return readLast(ra, filter, count);
  }
}

/** What is no number is 0; the directory counts no ids below zero. */
function readMarker(request: GatewayRequest, name: string): bigint {
  const id = parseIdentifier(findParameter(request, name) ?? '') ?? 0n;
  return id < 0n ? 0n : id;
}

/** From the marker on; the last one where all come before it. */
async function readForward(ra: RaClient, filter: Filter, marker: bigint, count: number): Promise<Page> {
  const page = await ra.listRequests({ ...filter, fromId: marker as RequestId, limit: count });
  if (page.requests.length > 0 || page.total === 0)
    return { requests: page.requests, total: page.total - page.precedingCount };
  const { requests } = await ra.listRequests({ ...filter, newestFirst: true, limit: 1, countTotal: false });
  return { requests, total: 1 };
}

/** The page before the marker. Where no request has that id, the one that stands in its place is shown, too. */
async function readBackward(ra: RaClient, filter: Filter, marker: RequestId, count: number): Promise<Page> {
  const from = await ra.listRequests({ ...filter, fromId: marker, limit: 1 });
  const place = Math.min(from.precedingCount, Math.max(from.total - 1, 0));
  const limit = from.requests.length === 0 ? count + 1 : count;
  const { requests } = await ra.listRequests({
    ...filter,
    newestFirst: true,
    beforeId: marker,
    limit,
    countTotal: false,
  });
  const before = requests.toReversed();
  const isMarkerShown = from.requests[0]?.id !== marker || before.length === 0;
  return {
    requests: isMarkerShown ? [...before, ...from.requests] : before,
    total: from.total - Math.max(place - count - 1, 0),
  };
}

/** Dogtag counts no further then. */
async function readLast(ra: RaClient, filter: Filter, count: number): Promise<Page> {
  const { requests, total } = await ra.listRequests({ ...filter, newestFirst: true, limit: count });
  return { requests: requests.toReversed(), total: total === 0 ? 0 : count };
}
