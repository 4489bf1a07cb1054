// After the answer has left: rehearses what Dogtag answered, or asks Dogtag what we have answered, and hands both to the sink.
import type { Log } from '#platform';
import { parseBasicCredentials } from '../access/establish-caller.ts';
import { sessionIdsIn } from '../access/login-session.ts';
import type { Caller, ProfileId, RaClient, RequestId, SerialNumber } from '../contract.ts';
import type { ClientIdentity } from '../listeners/client-identity.ts';
import type { NativeAnswerer } from '../routing/answer-natively.ts';
import type { UnauthenticatedRequest } from '../routing/gateway-request.ts';
import type { GatewayResponse } from '../routing/operation.ts';
import type { OperationMode } from '../routing/operation-modes.ts';
import type { OperationName } from '../routing/operation-names.ts';
import { findRequestProfile, parseRecordNumber, requestNumberIn } from '../routing/request-profile.ts';
import type { Route } from '../routing/route-table.ts';
import type { DogtagClient } from '../upstream/dogtag-client.ts';
import { extractFacts, findNamedObjects, noFacts } from './exchange-facts.ts';
import type { Answer, ExchangePair, ExchangeSink, LookAgain, MirroredRequest } from './exchange-sink.ts';
import { MirrorQueue, type MirrorQueueLimits } from './mirror-queue.ts';
import { mirrorExceptions, redactBody, redactHeaders, redactResponse, redactTarget } from './mirror-rules.ts';
import type { RehearsalFactory } from './rehearsal.ts';

/** One answered exchange as the dispatcher knows it. */
export interface AnsweredExchange {
  readonly route: Route;
  readonly mode: OperationMode;
  readonly request: UnauthenticatedRequest;
  readonly client: ClientIdentity;
  readonly receivedAt: Date;
  readonly response: GatewayResponse;
  readonly durationMs: number;
  readonly overlapsWrite: boolean;
}

export interface MirrorParts {
  readonly native: NativeAnswerer;
  readonly ra: RaClient;
  readonly rehearse: RehearsalFactory;
  readonly dogtag: DogtagClient;
  readonly sink: ExchangeSink;
  readonly limits: MirrorQueueLimits;
  readonly log: Log;
}

export interface Mirror {
  /** Dogtag has answered; what would we have? `settled` is called when a write is in the record, or will not be brought there by this. */
  offerForwarded(exchange: AnsweredExchange, settled: () => void): void;
  /** We have answered a read; what would Dogtag have? */
  offerServed(exchange: AnsweredExchange, caller: Caller): void;
  /** We have answered a deed that Dogtag must do, too, since it is its own application that it is about. What comes of it is logged. */
  offerRepeat(exchange: AnsweredExchange): void;
  /** Something that no operation covers has changed Dogtag's directory. `settled` as above. */
  offerUnmappedWrite(method: string, path: string, settled: () => void): void;
  /** Resolves when all exchanges answered so far have been worked on; with false at once when the queue is full or closed. */
  whenReached(): Promise<boolean>;
  readonly dropCount: number;
  whenIdle(): Promise<void>;
  close(graceMs: number): Promise<void>;
}

export function createMirror(parts: MirrorParts): Mirror {
  const { sink, log } = parts;
  const queue = new MirrorQueue({ limits: parts.limits, log, onDrop: (operation) => sink.noteDrop?.(operation) });
  const byteCountOf = ({ request, response }: AnsweredExchange) => request.body.length + response.body.length + 4_096;
  const offerUnmappedWrite: Mirror['offerUnmappedWrite'] = (method, path, settled) => {
    const note = async () => await sink.noteUnmappedWrite?.(method, path);
    const run = () => note().finally(settled);
    if (!queue.offer({ operation: 'unmapped-write', isWrite: true, byteCount: 0, run })) settled();
  };
  return {
    offerForwarded: (exchange, settled) => {
      const { route, request, response } = exchange;
      const isWrite = route.kind !== 'read';
      if (mirrorExceptions[route.name] !== undefined)
        return isWrite && response.status < 400 ? offerUnmappedWrite(request.method, request.path, settled) : settled();
      // Also where nothing is named: a CRL that was made anew is a fact too.
      const takeIn =
        isWrite && response.status < 400
          ? sink.beginWrite(route.name, findNamedObjects(route.name, request, response))
          : null;
      const isQueued = queue.offer({
        operation: route.name,
        isWrite,
        byteCount: byteCountOf(exchange),
        run: () => rehearseForwarded(parts, exchange, takeIn).finally(settled),
      });
      if (!isQueued) settled();
    },
    offerServed: (exchange, caller) => {
      if (mirrorExceptions[exchange.route.name] !== undefined) return;
      queue.offer({
        operation: exchange.route.name,
        isWrite: false,
        byteCount: byteCountOf(exchange),
        run: () => askDogtag(parts, exchange, caller),
      });
    },
    offerRepeat: (exchange) => {
      const run = () => repeatAtDogtag(parts, exchange);
      const operation = exchange.route.name;
      if (!queue.offer({ operation, isWrite: true, byteCount: byteCountOf(exchange), run }))
        log.warn('Dogtag was not told of what was done here', { operation });
    },
    offerUnmappedWrite,
    whenReached: () =>
      new Promise((resolve) => {
        const run = async () => resolve(true);
        if (!queue.offer({ operation: 'following', isWrite: true, byteCount: 0, run })) resolve(false);
      }),
    get dropCount() {
      return queue.dropCount;
    },
    whenIdle: () => queue.whenIdle(),
    close: (graceMs) => queue.close(graceMs),
  };
}

/** `takeIn` brings what the write left into the record; null for a read. */
async function rehearseForwarded(
  parts: MirrorParts,
  exchange: AnsweredExchange,
  takeIn: (() => Promise<void>) | null,
): Promise<void> {
  const { native, ra, rehearse, dogtag, sink, log } = parts;
  const { route, request, client, response } = exchange;
  const { caller, session } = await native.identify(route, request, client);
  if (isLoginUnknowable(exchange, session === null)) {
    // What was done is a fact, whoever did it.
    await takeInSafely(takeIn, request.requestId, log);
    log.debug('not mirrored: only Dogtag can tell whose login this is', { requestId: request.requestId });
    return;
  }
  const profileId = await findRequestProfile(route, request, ra);
  const facts = await extractFacts(route.name, request, response, dogtag);
  const rehearsal = rehearse(facts);
  const startedMs = performance.now();
  // The rehearsal comes first: it must meet the record as it was before the write.
  const answer = await native.answer(route, request, client, rehearsal.ra, 'rehearse');
  const durationMs = performance.now() - startedMs;
  const mirrored = mirroredRequest(exchange, profileId, caller);
  const given: Answer = { by: 'upstream', response: toldOf(request, response), durationMs: exchange.durationMs };
  await takeInSafely(takeIn, request.requestId, log);
  sink.take(
    {
      request: mirrored,
      given,
      other: { by: 'native', response: toldOf(request, answer.response), durationMs },
      failure: null,
      facts,
      rehearsedTbsDer: rehearsal.tbsCertificatesDer(),
      overlapsWrite: exchange.overlapsWrite,
    },
    route.kind === 'read' ? lookAgainAt(parts, exchange, mirrored) : undefined,
  );
}

async function takeInSafely(takeIn: (() => Promise<void>) | null, requestId: string, log: Log): Promise<void> {
  try {
    await takeIn?.();
  } catch (error) {
    log.error('a write that Dogtag accepted is not in our record', { requestId, error });
  }
}

/** Asks both sides now; the answer that the client received is past. */
function lookAgainAt(parts: MirrorParts, exchange: AnsweredExchange, mirrored: MirroredRequest): LookAgain {
  const { route, request, client } = exchange;
  return async () => {
    const { other: theirs, failure } = await answerOfDogtag(parts.dogtag, exchange);
    if (theirs === null) throw new Error(failure ?? 'Dogtag gave no answer');
    const startedMs = performance.now();
    const { response } = await parts.native.answer(route, request, client, parts.rehearse(noFacts).ra, 'rehearse');
    const ours: Answer = {
      by: 'native',
      response: toldOf(request, response),
      durationMs: performance.now() - startedMs,
    };
    return {
      request: mirrored,
      given: theirs,
      other: ours,
      failure: null,
      facts: noFacts,
      rehearsedTbsDer: [],
      overlapsWrite: false,
    };
  };
}

async function askDogtag(parts: MirrorParts, exchange: AnsweredExchange, caller: Caller): Promise<void> {
  const { ra, dogtag, sink, log } = parts;
  const { route, request } = exchange;
  if (isSessionOfOurs(caller, request) || (await isOursAlone(route, request, ra))) {
    log.debug('not compared: Dogtag knows nothing of this session or object', { requestId: request.requestId });
    return;
  }
  const profileId = await findRequestProfile(route, request, ra);
  const mirrored = mirroredRequest(exchange, profileId, caller);
  sink.take(
    {
      request: mirrored,
      given: { by: 'native', response: toldOf(request, exchange.response), durationMs: exchange.durationMs },
      ...(await answerOfDogtag(dogtag, exchange)),
      facts: noFacts,
      rehearsedTbsDer: [],
      overlapsWrite: exchange.overlapsWrite,
    },
    lookAgainAt(parts, exchange, mirrored),
  );
}

async function repeatAtDogtag({ dogtag, log }: MirrorParts, exchange: AnsweredExchange): Promise<void> {
  const { other, failure } = await answerOfDogtag(dogtag, exchange);
  const fields = { requestId: exchange.request.requestId, operation: exchange.route.name };
  if (other === null) log.warn('Dogtag could not be told of what was done here', { ...fields, failure });
  else if (other.response.status >= 300)
    log.warn('Dogtag did not do what was done here', { ...fields, status: other.response.status });
}

async function answerOfDogtag(
  dogtag: DogtagClient,
  { request, client, mode }: AnsweredExchange,
): Promise<Pick<ExchangePair, 'other' | 'failure'>> {
  const startedMs = performance.now();
  try {
    const { status, headers, body } = await dogtag.call({
      method: request.method,
      target: request.queryText === null ? request.path : `${request.path}?${request.queryText}`,
      headers: repeatableHeaders(request, mode),
      body: request.body,
      client,
      host: request.headers.host ?? null,
    });
    const durationMs = performance.now() - startedMs;
    return {
      other: { by: 'upstream', response: toldOf(request, { status, headers, body }), durationMs },
      failure: null,
    };
  } catch (error) {
    return { other: null, failure: error instanceof Error ? error.message : 'Dogtag gave no answer' };
  }
}

/**
 * A login by a password that only Dogtag can check, or by a session that it began before this process did, cannot be
 * rehearsed: ours would be a refusal that says nothing about us.
 */
function isLoginUnknowable({ route, request, client }: AnsweredExchange, hasNoSession: boolean): boolean {
  if (route.login === 'none' || route.login === 'certificate' || !request.isSecure || !hasNoSession) return false;
  if (route.login === 'container' && client.certificate !== null) return false;
  return (
    parseBasicCredentials(request.headers.authorization) !== null ||
    [...sessionIdsIn(request.headers.cookie)].length > 0
  );
}

/** Only we know who is behind a session cookie of ours; a password or certificate of the same request Dogtag can judge itself. */
function isSessionOfOurs({ viaSession }: Caller, { headers }: UnauthenticatedRequest): boolean {
  return viaSession && headers.authorization === undefined;
}

type SerialParameter = (
  parameters: UnauthenticatedRequest['parameters'],
  form: UnauthenticatedRequest['form'],
) => string | undefined;
const ofPath: SerialParameter = ({ id }) => id;
const ofForm: SerialParameter = (_, form) => form.get('serialNumber')?.[0];
/** Hexadecimal digits without a mark. */
const ofFormInHexadecimal: SerialParameter = (_, form) => `0x${form.get('serialNumber')?.[0]?.trim() ?? ''}`;

/** Where the serial number stands in what reads one certificate. */
const serialParameters: ReadonlyMap<OperationName, SerialParameter> = new Map([
  ['rest-get-certificate', ofPath],
  ['rest-get-certificate-as-agent', ofPath],
  ['servlet-display-by-serial', ofForm],
  ['servlet-agent-display-by-serial', ofForm],
  ['servlet-get-by-serial', ofFormInHexadecimal],
  ['servlet-agent-get-by-serial', ofFormInHexadecimal],
  ['servlet-admin-get-by-serial', ofFormInHexadecimal],
]);

/** Whether the one object that a read is about was made here and has not been handed to Dogtag. */
async function isOursAlone(
  { name, profile }: Route,
  request: UnauthenticatedRequest,
  ra: Pick<RaClient, 'findCertificate' | 'findRequest'>,
): Promise<boolean> {
  if (profile === 'request-record') {
    const id = parseRecordNumber(requestNumberIn(request));
    return id !== null && (await ra.findRequest(id as RequestId))?.origin === 'native';
  }
  const serialText = serialParameters.get(name)?.(request.parameters, request.form);
  const serial = parseRecordNumber(serialText?.trim());
  return serial !== null && (await ra.findCertificate(serial as SerialNumber))?.origin === 'native';
}

/** An answer as the sink is told of it: without secrets, and without a body that HEAD does not send. */
function toldOf({ method }: UnauthenticatedRequest, response: GatewayResponse): GatewayResponse {
  const redacted = redactResponse(response);
  return method === 'HEAD' ? { ...redacted, body: Buffer.alloc(0) } : redacted;
}

/** Headers that a repeated request needs; lengths are set anew. A cookie that we gave says nothing to Dogtag, one that it gave does. */
function repeatableHeaders({ headers }: UnauthenticatedRequest, mode: OperationMode): Record<string, string> {
  const wanted = ['accept', 'accept-language', 'authorization', 'content-type', 'user-agent'];
  if (mode === 'forward') wanted.push('cookie');
  return Object.fromEntries(wanted.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

function mirroredRequest(
  { request, route, mode, receivedAt }: AnsweredExchange,
  profileId: ProfileId | null,
  caller: Caller,
): MirroredRequest {
  return {
    requestId: request.requestId,
    operation: route.name,
    profileId,
    mode,
    receivedAt,
    method: request.method,
    target: redactTarget(request),
    headers: redactHeaders(request.headers),
    body: redactBody(request),
    isSecure: request.isSecure,
    caller,
  };
}
