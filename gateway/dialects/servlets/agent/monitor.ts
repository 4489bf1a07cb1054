// /ca/agent/ca/monitor: how many certificates and requests there were in each of some intervals (Dogtag's Monitor).
import type { TemplateBlock } from '#codecs/dogtag-servlets';
import { formatJavaDate, parseJavaInteger } from '#codecs/dogtag-text';
import type { RaClient } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { answerTemplate } from '../template-servlet.ts';

/** Each costs two searches. */
const intervalsMax = 1_000;
const title = 'Certificates and Requests by Time';

interface Asked {
  readonly startTime: string;
  readonly startMs: number;
  readonly intervalSeconds: number;
  readonly count: number;
}

export async function monitor(call: ServletCall): Promise<GatewayResponse> {
  const { request, ra } = call;
  const asked = readIntervals(call);
  if (typeof asked === 'string')
    return answerTemplate(request, title, { header: [['error', asked]], fixed: [], records: [] });
  const records: TemplateBlock[] = [];
  let certificates = 0;
  let requests = 0;
  for (let index = 0; index < asked.count; index++) {
    const fromMs = asked.startMs + index * asked.intervalSeconds * 1000;
    const toMs = fromMs + (asked.intervalSeconds - 1) * 1000;
    const within = await countWithin(ra, fromMs, toMs);
    certificates += within.certificates;
    requests += within.requests;
    records.push([
      ['startTime', compactTime(fromMs, call.settings)],
      ['endTime', compactTime(toMs, call.settings)],
      ['numberOfCertificates', within.certificates],
      ...(within.firstRequest === null ? [] : [['firstRequest', within.firstRequest] as const]),
      ['numberOfRequests', within.requests],
    ]);
  }
  const { subject } = await ra.describeAuthority(null);
  return answerTemplate(request, title, {
    header: [
      ['startDate', formatJavaDate(new Date(asked.startMs), call.settings.zone)],
      ['startTime', asked.startTime],
      ['interval', asked.intervalSeconds],
      ['numberOfIntervals', asked.count],
      ['totalNumberOfCertificates', certificates],
      ['totalNumberOfRequests', requests],
      ['issuerName', subject],
    ],
    fixed: [],
    records,
  });
}

/** What is wrong, in Dogtag's words, instead. */
function readIntervals({ request, settings }: ServletCall): Asked | string {
  const intervalText = findParameter(request, 'interval');
  const countText = findParameter(request, 'numberOfIntervals');
  const startTime = findParameter(request, 'startTime');
  if (intervalText === null || intervalText === '') return `Invalid interval: ${intervalText}`;
  if (countText === null || countText === '') return `Invalid number of intervals: ${countText}`;
  const startMs = startTime === null ? null : readStart(startTime, settings);
  if (startTime === null || startMs === null) return `Invalid start time: ${startTime}`;
  const intervalSeconds = parseJavaInteger(intervalText);
  if (intervalSeconds === null) return `Invalid interval: ${intervalText}`;
  const count = parseJavaInteger(countText);
  if (count === null || count > intervalsMax) return `Invalid number of intervals: ${countText}`;
  return { startTime, startMs, intervalSeconds, count };
}

/** `20260516132030`, on the clock of Dogtag's machine whether or not a `Z` follows; or `-600`, so many seconds ago. Null for anything else. */
function readStart(text: string, { clock, zone }: ServletCall['settings']): number | null {
  const nowMs = Math.floor(clock.now().getTime() / 1000) * 1000;
  if (/^-\d{1,10}$/.test(text)) {
    const seconds = parseJavaInteger(text);
    return seconds === null ? null : nowMs + seconds * 1000;
  }
  const [year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)z?$/i.exec(text)?.slice(1).map(Number) ?? [];
  if (year === undefined || month === undefined) return null;
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  return wallMs - zone.offsetMsAt(new Date(wallMs - zone.offsetMsAt(new Date(wallMs))));
}

/** Both ends belong to it; times count as whole seconds, as Dogtag's directory keeps them. */
async function countWithin(ra: Pick<RaClient, 'searchCertificates' | 'listRequests'>, fromMs: number, toMs: number) {
  if (toMs < fromMs) return { certificates: 0, requests: 0, firstRequest: null };
  const from = new Date(fromMs);
  const to = new Date(toMs + 999);
  const found = await ra.searchCertificates({ issuedFrom: from, issuedTo: to, limit: 1 });
  const { requests, total } = await ra.listRequests({ createdFrom: from, createdTo: to, limit: 1 });
  const [first] = requests;
  return { certificates: found.total, requests: total, firstRequest: first === undefined ? null : String(first.id) };
}

/** `20260516132030Z`, which is no time of UTC but of the zone. */
function compactTime(ms: number, { zone }: ServletCall['settings']): string {
  const wall = new Date(ms + zone.offsetMsAt(new Date(ms)));
  return `${wall.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
}
