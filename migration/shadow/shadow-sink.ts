// Takes mirrored exchanges from the gateway, applies accepted writes as facts, and judges both sides' answers in batches.
import type { Clock, Log } from '#platform';
import { compareTrees, type Difference } from './compare-trees.ts';
import type { Comparison } from './comparison.ts';
import { type Answer, type BodyDecoders, decodeAnswer } from './decode-answer.ts';
import { judgeDifferences } from './judge-differences.ts';
import type { KnownDifferences } from './known-differences.ts';
import type { ShadowJournal } from './shadow-journal.ts';

/** What the sink needs of a mirrored exchange; the gateway's own type has it and more. */
export interface MirroredPair {
  readonly request: {
    readonly requestId: string;
    readonly operation: string;
    readonly profileId: string | null;
    readonly mode: string;
    readonly receivedAt: Date;
    readonly method: string;
    readonly target: string;
  };
  readonly given: TimedAnswer;
  readonly other: TimedAnswer | null;
  readonly failure: string | null;
  readonly facts: { readonly certificates: readonly { readonly certificateDer: Uint8Array }[] };
  readonly rehearsedTbsDer: readonly Uint8Array[];
  readonly overlapsWrite: boolean;
}

export interface TimedAnswer {
  readonly by: 'upstream' | 'native';
  readonly response: Answer;
  readonly durationMs: number;
}

/** What Dogtag did in a write, by number. */
export interface UpstreamWrite {
  readonly requestIds: readonly bigint[];
  readonly issuedSerials: readonly bigint[];
  readonly changedSerials: readonly bigint[];
  readonly profileIds?: readonly string[];
  readonly authorityIds?: readonly string[];
  readonly changesRoster?: boolean;
  readonly acmeEnabled?: boolean;
}

export interface ShadowSinkParts {
  readonly journal: ShadowJournal;
  readonly known: KnownDifferences;
  readonly decoders: BodyDecoders;
  /** Reads from Dogtag's directory what a write left there; the function that it resolves with brings that into the record. */
  readUpstreamWrite(operation: string, write: UpstreamWrite): Promise<() => Promise<void>>;
  /** Brings Dogtag's profiles, people, rules and authorities into the record: something was written there that is no operation here. */
  takeConfiguration(): Promise<void>;
  /** Brings over what has changed at Dogtag past the gateway. */
  catchUp(): Promise<void>;
  /** TBSCertificate bytes of a certificate. Throws when it is none. */
  tbsOfCertificate(certificateDer: Uint8Array): Uint8Array;
  /** Differences of two TBSCertificates in RFC 5280 names with both values; empty when the bytes are equal. */
  compareTbsCertificates(
    theirs: Uint8Array,
    ours: Uint8Array,
  ): readonly { readonly path: string; readonly first: string | null; readonly second: string | null }[];
  readonly clock: Clock;
  readonly log: Log;
}

export interface ShadowSink {
  /** Begins to read what a write left; the function returned brings it into the record. */
  beginWrite(operation: string, write: UpstreamWrite): () => Promise<void>;
  /** With `lookAgain`, a difference is judged once both sides have been asked again with the record up to date. */
  take(pair: MirroredPair, lookAgain?: () => Promise<MirroredPair>): void;
  /** Something of Dogtag's that is no operation here was written, such as a profile; settles when it is in the record. */
  noteUnmappedWrite(method: string, path: string): Promise<void>;
  /** How many writes so far may have changed profiles, people, rules or authorities. */
  readonly configurationWrites: number;
  /** Notes what the gateway's queue had to let go. */
  noteDrop(operation: string): void;
  /** Settles when everything taken so far is in the journal. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const flushIntervalMs = 200;
const batchLengthMax = 200;
const waitingMax = 20_000;
const overlapped = 'overlapped a write';
/** Differences looked at again in a batch; who differs more often than that differs. */
const secondLooksMax = 20;

interface TakenPair {
  readonly pair: MirroredPair;
  readonly lookAgain: (() => Promise<MirroredPair>) | undefined;
}

/** The sink never throws into the gateway: what it can't keep is counted as dropped and logged. */
export function createShadowSink(parts: ShadowSinkParts): ShadowSink {
  const waiting: TakenPair[] = [];
  const drops = new Map<string, number>();
  let flushing: Promise<void> | null = null;
  let isClosed = false;
  let configurationWrites = 0;

  const drop = (operation: string) => drops.set(operation, (drops.get(operation) ?? 0) + 1);
  const flushBatch = async (): Promise<void> => {
    const batch = waiting.splice(0, batchLengthMax);
    const comparisons = (await compareBatch(batch, parts)).flatMap((comparison, index) => {
      if (comparison !== overlapped) return [comparison];
      drop(batch[index]?.pair.request.operation ?? '');
      return [];
    });
    const dropped = new Map(drops);
    drops.clear();
    try {
      await parts.journal.record(comparisons);
      if (dropped.size > 0) await parts.journal.recordDrops(dropped, parts.clock.now());
    } catch (error) {
      for (const { operation } of comparisons) drop(operation);
      for (const [operation, count] of dropped) drops.set(operation, (drops.get(operation) ?? 0) + count);
      parts.log.error('comparisons could not be recorded', { comparisons: comparisons.length, error });
    }
  };
  const flush = (): Promise<void> => {
    flushing ??= (async () => {
      do await flushBatch();
      while (waiting.length > 0);
    })().finally(() => {
      flushing = null;
    });
    return flushing;
  };
  const timer = setInterval(() => {
    if (waiting.length > 0 || drops.size > 0) void flush();
  }, flushIntervalMs);
  timer.unref();

  return {
    beginWrite: (operation, write) => {
      if (changesConfiguration(write)) configurationWrites += 1;
      const reading = parts.readUpstreamWrite(operation, write);
      // Told to whoever calls the function returned; until then it is nobody's unhandled rejection.
      reading.catch(() => {});
      return async () => (await reading)();
    },
    noteUnmappedWrite: () => {
      configurationWrites += 1;
      return parts.takeConfiguration();
    },
    get configurationWrites() {
      return configurationWrites;
    },
    take: (pair, lookAgain) => {
      if (isClosed || waiting.length >= waitingMax) drop(pair.request.operation);
      else waiting.push({ pair, lookAgain });
    },
    noteDrop: drop,
    flush,
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await flush();
    },
  };
}

function changesConfiguration({ profileIds = [], authorityIds = [], changesRoster = false }: UpstreamWrite): boolean {
  return profileIds.length > 0 || authorityIds.length > 0 || changesRoster;
}

type Compared = Comparison | typeof overlapped;

/** In the order of the batch. */
async function compareBatch(batch: readonly TakenPair[], parts: ShadowSinkParts): Promise<readonly Compared[]> {
  const compared = batch.map(({ pair }) => compareSafely(pair, parts));
  const suspects = [...compared.entries()]
    .filter(([index, comparison]) => batch[index]?.lookAgain !== undefined && isDoubtful(comparison))
    .slice(0, secondLooksMax);
  if (suspects.length === 0) return compared;
  try {
    await parts.catchUp();
  } catch (error) {
    parts.log.warn('Dogtag cannot be followed: differences are judged as they are', { error });
    return compared;
  }
  for (const [index, first] of suspects) {
    const taken = batch[index];
    if (taken !== undefined) compared[index] = await compareAgain(first, taken, parts);
  }
  return compared;
}

function isDoubtful(comparison: Compared): boolean {
  return comparison === overlapped || comparison.verdict === 'unexpected';
}

/** The verdict of the second look, in the times of the first. */
async function compareAgain(
  first: Compared,
  { pair, lookAgain }: TakenPair,
  parts: ShadowSinkParts,
): Promise<Compared> {
  const { requestId: exchange, operation } = pair.request;
  try {
    const again = await lookAgain?.();
    if (again === undefined) return first;
    const second = comparePair(again, parts);
    if (second === overlapped) return first;
    if (!isDoubtful(second)) parts.log.info('a difference was one of time only', { exchange, operation });
    return first === overlapped ? second : { ...second, theirMs: first.theirMs, ourMs: first.ourMs };
  } catch (error) {
    parts.log.warn('both sides could not be asked again', { exchange, error });
    return first;
  }
}

function compareSafely(pair: MirroredPair, parts: ShadowSinkParts): Compared {
  try {
    return comparePair(pair, parts);
  } catch (error) {
    parts.log.error('an exchange could not be compared', { exchange: pair.request.requestId, error });
    return failedComparison(pair, `the comparison failed: ${(error as Error).message}`);
  }
}

/** Dogtag is always "theirs", whichever side answered the client. */
function comparePair(pair: MirroredPair, parts: ShadowSinkParts): Compared {
  const { given, other, failure, request } = pair;
  if (other === null) return failedComparison(pair, failure ?? 'the other side gave no answer');
  const [theirs, ours] = given.by === 'upstream' ? [given, other] : [other, given];
  const differences: Difference[] = compareTrees(
    decodeAnswer(theirs.response, parts.decoders),
    decodeAnswer(ours.response, parts.decoders),
  );
  const issuance = compareIssuances(pair, parts);
  differences.push(...issuance.differences);
  if (pair.overlapsWrite && differences.length > 0 && issuance.verdict === null) return overlapped;
  const judged = judgeDifferences(request.operation, differences, parts.known);
  return {
    at: request.receivedAt,
    operation: request.operation,
    profileId: request.profileId,
    mode: request.mode,
    requestLine: `${request.method} ${request.target}`,
    gatewayRequestId: request.requestId,
    verdict: judged.verdict,
    issuance: issuance.verdict,
    isRefusal: theirs.response.status >= 400,
    theirStatus: theirs.response.status,
    ourStatus: ours.response.status,
    theirMs: theirs.durationMs,
    ourMs: ours.durationMs,
    differences: judged.differences,
  };
}

function compareIssuances(
  { facts, rehearsedTbsDer }: MirroredPair,
  parts: ShadowSinkParts,
): { readonly verdict: 'identical' | 'different' | null; readonly differences: readonly Difference[] } {
  const count = Math.max(facts.certificates.length, rehearsedTbsDer.length);
  if (count === 0) return { verdict: null, differences: [] };
  const differences: Difference[] = [];
  for (let index = 0; index < count; index++) {
    const certificate = facts.certificates[index];
    const ours = rehearsedTbsDer[index];
    const path = `tbsCertificate[${index}]`;
    if (certificate === undefined) differences.push({ path, theirs: undefined, ours: 'issued' });
    else if (ours === undefined) differences.push({ path, theirs: 'issued', ours: undefined });
    else differences.push(...compareTbs(path, parts.tbsOfCertificate(certificate.certificateDer), ours, parts));
  }
  return { verdict: differences.length === 0 ? 'identical' : 'different', differences };
}

/** Bytes decide; names explain. */
function compareTbs(path: string, theirs: Uint8Array, ours: Uint8Array, parts: ShadowSinkParts): Difference[] {
  if (Buffer.compare(theirs, ours) === 0) return [];
  return parts.compareTbsCertificates(theirs, ours).map(({ path: name, first, second }) => ({
    path: `${path}.${name}`,
    theirs: first ?? undefined,
    ours: second ?? undefined,
  }));
}

function failedComparison({ request, given, other }: MirroredPair, why: string): Comparison {
  const native = given.by === 'native' ? given : other;
  return {
    at: request.receivedAt,
    operation: request.operation,
    profileId: request.profileId,
    mode: request.mode,
    requestLine: `${request.method} ${request.target}`,
    gatewayRequestId: request.requestId,
    verdict: 'failed',
    issuance: null,
    isRefusal: false,
    theirStatus: given.response.status,
    ourStatus: native?.response.status ?? null,
    theirMs: given.durationMs,
    ourMs: native?.durationMs ?? null,
    differences: [{ path: '(whole)', theirs: given.response.status, ours: why, knownId: null }],
  };
}
