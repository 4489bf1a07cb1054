// Moves operations to the native side: only when the journal says so or a person gives a reason, while requests wait, and on record.
import type { AuditEvent, AuthorityDescription, AuthorityId, PenScope } from '#ca-core/engine';
import type { Clock, Database } from '#platform';
import { judgeReadiness, type ReadinessLine, type ReadinessThresholds } from '../shadow/readiness.ts';
import type { ShadowJournal } from '../shadow/shadow-journal.ts';
import { formatAuthorityKeyLine, judgeAuthorityKeys } from './authority-keys.ts';
import type { Mode, ModeStore, ModeTransition } from './mode-store.ts';
import type { FenceReport } from './number-fences.ts';
import { type ModeTarget, operationGroup, withCompanions } from './operation-groups.ts';
import { type TransitionServices, whenAcknowledged, withHeldOperations } from './transition.ts';

/** The cutover was refused; nothing was changed. */
export class CutoverRefused extends Error {
  /** What is not ready, when that was the reason. */
  readonly lines: readonly ReadinessLine[];
  constructor(message: string, lines: readonly ReadinessLine[] = []) {
    super(message);
    this.name = 'CutoverRefused';
    this.lines = lines;
  }
}

export interface CutoverServices {
  readonly database: Database;
  readonly modes: ModeStore;
  readonly journal: ShadowJournal;
  readonly thresholds: ReadinessThresholds;
  readonly pens: {
    isHeldHere(authorityId: AuthorityId, scope: PenScope): Promise<boolean>;
    move(moves: readonly PenChange[]): Promise<void>;
  };
  recordAudit(events: readonly AuditEvent[]): Promise<void>;
  readonly hostAuthorityId: AuthorityId;
  /** All authorities, each with whether its key is in the signer. */
  listAuthorities(): Promise<readonly AuthorityDescription[]>;
  /** Whether the authority's key is in the signer and signs. Throws when it is not, saying what to do. */
  assertCanSign(): Promise<void>;
  /** Brings over what Dogtag has done since the last time; returns how many entries changed. */
  catchUp(): Promise<number>;
  /** Reads Dogtag's ranges and the record. */
  proveFences(): Promise<FenceReport>;
  readonly clock: Clock;
  wait(ms: number): Promise<void>;
  /** Tells the person what is being done. */
  onStep(step: string): void;
}

export interface PenChange {
  readonly authorityId: AuthorityId;
  readonly scope: PenScope;
  readonly holder: 'native' | 'upstream';
  readonly movedBy: string;
  readonly remoteAddress: string | null;
  readonly reason: string;
}

export interface CutoverOrder {
  readonly targets: readonly ModeTarget[];
  /** How the native side is to answer: `serve`, or `serve-checked` to have reads compared still. */
  readonly mode: Extract<Mode, 'serve' | 'serve-checked'>;
  /** Needed when something is not ready. */
  readonly reason: string | null;
  readonly by: string;
}

export interface CutoverEvidence {
  readonly at: Date;
  readonly by: string;
  readonly reason: string | null;
  readonly mode: Mode;
  readonly moved: readonly ModeTarget[];
  /** Those of them that nobody named, because they go with the others. */
  readonly companions: readonly ModeTarget[];
  readonly readiness: readonly ReadinessLine[];
  /** Authorities that cannot issue here, each with what it lacks. */
  readonly keyless: readonly string[];
  readonly fences: FenceReport;
  readonly pens: readonly PenScope[];
  /** How long requests had to wait. */
  readonly heldMs: number;
  /** False when a running appliance did not say in time that it acts on the change. */
  readonly acknowledged: boolean;
}

const acknowledgeTimeoutMs = 5_000;
/** What must be left of the time for which requests wait when pens begin to move. */
const expiryMarginMs = 3_000;
const tookTooLong = 'it took too long; requests were let go to Dogtag again and nothing was changed. Try again';

/** Throws CutoverRefused or TransitionError with nothing changed; whatever the database or the directory throws, likewise. */
export async function cutOver(order: CutoverOrder, services: CutoverServices): Promise<CutoverEvidence> {
  const { clock, onStep } = services;
  // 1. What moves, and may it?
  const moved = withCompanions(order.targets);
  const readiness = await judge(moved, services);
  const notReady = readiness.filter(({ isReady }) => !isReady);
  if (notReady.length > 0 && order.reason === null)
    throw new CutoverRefused(
      `${notReady.length} of ${readiness.length} operations are not ready; give a reason to cut over nonetheless`,
      notReady,
    );
  const scopes = penScopes(moved);
  if (scopes.length > 0) await services.assertCanSign();
  const keyless = scopes.some((scope) => scope.startsWith('certificates:')) ? await findKeyless(services) : [];
  if (keyless.length > 0 && order.reason === null)
    throw new CutoverRefused(`${keyless.length} authorities could not issue here: ${keyless.join('; ')}`);
  // 2. The numbers of both sides can't meet.
  onStep('proving the number fences');
  const fences = await services.proveFences();
  if (!fences.isProven)
    throw new CutoverRefused(
      `the number fences are not proven: ${fences.problems.map(({ message }) => message).join('; ')}`,
    );
  // 3. Hold requests, take what Dogtag has done since it was last followed, move pens and modes.
  onStep('holding requests');
  const heldAtMs = clock.now().getTime();
  const operations = [...new Set(moved.map(({ operation }) => operation))];
  await withHeldOperations(operations, order.by, transitionServices(services), async (transition) => {
    await services.catchUp();
    if (clock.now().getTime() > transition.expiresAt.getTime() - expiryMarginMs) throw new CutoverRefused(tookTooLong);
    await movePensAndModes(order, moved, scopes, transition, services);
  });
  const heldMs = clock.now().getTime() - heldAtMs;
  // 4. On record, and in force.
  await services.recordAudit([cutoverEvent(order, moved, notReady, keyless, fences)]);
  const acknowledged = await whenAcknowledged(transitionServices(services), acknowledgeTimeoutMs);
  const named = new Set(order.targets.map(keyOf));
  return {
    at: clock.now(),
    by: order.by,
    reason: order.reason,
    mode: order.mode,
    moved,
    companions: moved.filter((target) => !named.has(keyOf(target))),
    readiness,
    keyless,
    fences,
    pens: scopes,
    heldMs,
    acknowledged,
  };
}

/** The host authority's key is asserted apart: without it nothing moves, whatever the reason. */
async function findKeyless(services: CutoverServices): Promise<readonly string[]> {
  return judgeAuthorityKeys(await services.listAuthorities())
    .filter(({ isReady, isHostAuthority }) => !isReady && !isHostAuthority)
    .map(formatAuthorityKeyLine);
}

/** Pens first: nothing may be answered natively without them. They go back when the modes could not follow. */
async function movePensAndModes(
  order: CutoverOrder,
  moved: readonly ModeTarget[],
  scopes: readonly PenScope[],
  transition: ModeTransition,
  services: CutoverServices,
): Promise<void> {
  const { database, modes, pens, clock } = services;
  const held = await Promise.all(scopes.map((scope) => pens.isHeldHere(services.hostAuthorityId, scope)));
  const wanted = scopes.filter((_, index) => !held[index]);
  await pens.move(wanted.map((scope) => penMove(scope, 'native', order, services)));
  try {
    await database.transaction(async (transaction) => {
      if (!(await modes.endTransition(transaction, transition.id))) throw new CutoverRefused(tookTooLong);
      const changes = moved.map((target) => ({ ...target, mode: order.mode }));
      await modes.change(transaction, changes, order.by, order.reason, clock.now());
    });
  } catch (error) {
    await pens.move(wanted.map((scope) => penMove(scope, 'upstream', order, services)));
    throw error;
  }
}

/** The pens that a set of operations needs: issuing per profile, the CRL and OCSP. */
export function penScopes(targets: readonly ModeTarget[]): readonly PenScope[] {
  const scopes = new Set<PenScope>();
  for (const { operation, profileId } of targets) {
    const group = operationGroup(operation);
    if (group === 'conversation') scopes.add(`certificates:${profileId ?? '*'}`);
    if (group === 'status') scopes.add('crl').add('ocsp');
  }
  return [...scopes];
}

async function judge(
  moved: readonly ModeTarget[],
  { journal, thresholds }: CutoverServices,
): Promise<readonly ReadinessLine[]> {
  const operations = [...new Set(moved.map(({ operation }) => operation))];
  const lines = judgeReadiness(await journal.readSums(), operations, thresholds);
  return lines.filter((line) =>
    moved.some(
      ({ operation, profileId }) =>
        operation === line.operation && (profileId === null || line.profileId === null || profileId === line.profileId),
    ),
  );
}

function transitionServices({ modes, clock, wait }: CutoverServices): TransitionServices {
  return { modes, clock, wait };
}

function penMove(
  scope: PenScope,
  holder: PenChange['holder'],
  order: CutoverOrder,
  { hostAuthorityId }: CutoverServices,
): PenChange {
  return {
    authorityId: hostAuthorityId,
    scope,
    holder,
    movedBy: order.by,
    remoteAddress: null,
    reason: order.reason ?? 'cutover, ready by comparison',
  };
}

function cutoverEvent(
  order: CutoverOrder,
  moved: readonly ModeTarget[],
  notReady: readonly ReadinessLine[],
  keyless: readonly string[],
  fences: FenceReport,
): AuditEvent {
  return {
    name: 'cutover',
    outcome: 'success',
    actor: order.by,
    remoteAddress: null,
    details: {
      mode: order.mode,
      reason: order.reason ?? 'ready by comparison',
      operations: moved.map(keyOf).join(' '),
      notReady: notReady.map(keyOf).join(' '),
      ...(keyless.length === 0 ? {} : { keyless: keyless.join('; ') }),
      fences: fences.fences.map(({ kind, nativeFrom, nativeTo }) => `${kind} ${nativeFrom} to ${nativeTo}`).join('; '),
    },
  };
}

function keyOf({ operation, profileId }: ModeTarget): string {
  return profileId === null ? operation : `${operation}:${profileId}`;
}
