// /ca/agent/ca/searchReqs: requests by the conditions of the agents' form (Dogtag's SearchReqs).
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import type { RaClient, RequestId, RequestRecord } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { requestRow } from '../request-rows.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { readIntegerOr } from '../servlet-number.ts';
import { answerTemplateList } from '../template-servlet.ts';
import { isWithin, parseRequestFilter, type RequestFilter, withOwner } from './request-filter.ts';

const rowsMax = 1000;
/** Most requests that are looked at, for conditions that the record is not searched by. */
const lookedAtMax = 20_000;
const pieceMax = 500;

export async function searchRequests(call: ServletCall): Promise<GatewayResponse> {
  const { request, ra, caller, settings } = call;
  const startedMs = settings.clock.now().getTime();
  const asked = readIntegerOr(request, 'maxResults', -1);
  readIntegerOr(request, 'timeLimit', -1);
  const filter = ofOwner(parseRequestFilter(findParameter(request, 'queryRequestFilter') ?? ''), call);
  const found = await search(ra, filter, asked > 0 ? Math.min(asked, rowsMax) : rowsMax);
  const records: TemplateBlock[] = [];
  for (const record of found) records.push(await requestRow(record, caller, ra));
  const durationMs = Math.max(settings.clock.now().getTime() - startedMs, 0);
  return await answerTemplateList(request, 'Requests', {
    header: [
      ...(found.length === 0
        ? []
        : ([
            ['currentRecordCount', found.length],
            ['time', String(durationMs)],
          ] as const)),
      ['totalRecordCount', found.length],
    ],
    fixed: [],
    records,
  });
}

/** `self` is who asks; otherwise, unless it is empty, the user that `uid` names. */
function ofOwner(filter: RequestFilter, { request, caller }: ServletCall): RequestFilter {
  const owner = findParameter(request, 'owner') ?? '';
  if (owner === '') return filter;
  return withOwner(filter, (owner === 'self' ? caller.userId : findParameter(request, 'uid')) ?? '');
}

async function search(ra: RaClient, filter: RequestFilter, rows: number): Promise<RequestRecord[]> {
  const { state, kind, toId, isEmpty } = filter;
  const indexed = { ...(state === undefined ? {} : { state }), ...(kind === undefined ? {} : { kind }) };
  const found: RequestRecord[] = [];
  let fromId = filter.fromId;
  let lookedAt = 0;
  while (!isEmpty && found.length < rows && lookedAt < lookedAtMax && (toId === null || fromId <= toId)) {
    const { requests } = await ra.listRequests({
      ...indexed,
      fromId: fromId as RequestId,
      limit: pieceMax,
      countTotal: false,
    });
    found.push(...requests.filter((record) => isWithin(record, filter)));
    lookedAt += requests.length;
    fromId = (requests.at(-1)?.id ?? fromId) + 1n;
    if (requests.length < pieceMax) break;
  }
  return found.slice(0, rows);
}
