// Moves operations back to Dogtag: what was done here goes into its directory, its CRL passes ours, then pens and modes change while requests wait.
// Killed anywhere, it can be run again and finishes: every step looks at what is done already.
import type { AuditEvent, AuthorityId, IssuanceIntent, PenScope } from '#ca-core/engine';
import type { Database, Transaction } from '#platform';
import type { ModeStore, ModeTransition } from '../cutover/mode-store.ts';
import type { FenceReport } from '../cutover/number-fences.ts';
import { type ModeTarget, operationGroup, withDependents } from '../cutover/operation-groups.ts';
import { whenAcknowledged, withHeldOperations } from '../cutover/transition.ts';
import { type BroughtCrl, bringCrlBeyond, type CrlProgress, type RevokedCertificates } from './bring-crl-beyond.ts';
import type { DogtagCrl } from './dogtag-crl.ts';
import { givenBackPens, profileScopes } from './given-back-pens.ts';
import { type HandBackProgress, type HandBackResult, type HandBackServices, handBack } from './hand-back.ts';
import { emptyHandBack, joinHandBacks } from './join-hand-backs.ts';

/** The rollback was refused or given up; `message` says why, and what to do. Doing it again goes on from where it was. */
export class RollbackRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RollbackRefused';
  }
}

export interface RollbackServices extends HandBackServices {
  readonly database: Database;
  readonly modes: ModeStore;
  readonly pens: {
    list(): Promise<readonly HeldPen[]>;
    /** `alongside` is done in the same transaction, or not at all. */
    move(
      moves: readonly (HeldPen & PenReason)[],
      alongside?: (transaction: Transaction) => Promise<void>,
    ): Promise<void>;
  };
  readonly crls: { highestNumber(issuingPoint: string): Promise<bigint> };
  readonly issuance: { unresolvedIntents(): Promise<readonly IssuanceIntent[]> };
  readonly certificates: HandBackServices['certificates'] & { revoked(authorityId: AuthorityId): RevokedCertificates };
  recordAudit(events: readonly AuditEvent[]): Promise<void>;
  readonly hostAuthorityId: AuthorityId;
  /** Null when no agent's certificate is configured; then the CRL cannot go back. */
  readonly dogtagCrl: DogtagCrl | null;
  /** Takes in what Dogtag has done since the last time. */
  catchUp(): Promise<number>;
  /** Reads Dogtag's ranges and the record. */
  proveFences(): Promise<FenceReport>;
  wait(ms: number): Promise<void>;
  /** Tells the person what is being done. */
  onStep(step: string): void;
  readonly onProgress?: (progress: HandBackProgress) => void;
  readonly onCrlProgress?: (progress: CrlProgress) => void;
}

export interface HeldPen {
  readonly authorityId: AuthorityId;
  readonly scope: PenScope;
  readonly holder: 'native' | 'upstream';
}

interface PenReason {
  readonly movedBy: string;
  readonly remoteAddress: string | null;
  readonly reason: string;
}

export interface RollbackOrder {
  readonly targets: readonly ModeTarget[];
  readonly reason: string;
  readonly by: string;
}

export interface RollbackEvidence {
  readonly at: Date;
  readonly by: string;
  readonly reason: string;
  readonly moved: readonly ModeTarget[];
  /** Those of them that nobody named, because they depend on the others. */
  readonly dependents: readonly ModeTarget[];
  readonly handBack: HandBackResult;
  /** Dogtag's CRL before requests were held, and after; null when the CRL was Dogtag's already or stays native. */
  readonly crl: { readonly beforeHold: BroughtCrl; readonly afterHold: BroughtCrl } | null;
  readonly fences: FenceReport;
  /** Pens that went back to Dogtag while requests waited; the CRL's goes before. */
  readonly pens: readonly PenScope[];
  /** Serial numbers that were promised to certificates which may have been signed but were never recorded nor given to anybody. */
  readonly openIntents: readonly bigint[];
  /** How long requests had to wait. */
  readonly heldMs: number;
  readonly totalSeconds: number;
  /** False when a running appliance did not say in time that it acts on the change. */
  readonly acknowledged: boolean;
}

const issuingPoint = 'MasterCRL';
const acknowledgeTimeoutMs = 5_000;
/** What must be left of the time for which requests wait when pens begin to move. */
const expiryMarginMs = 3_000;
/** Passes in which what was done meanwhile is handed back; each is shorter than the one before. */
const passesMax = 5;
const tookTooLong =
  'it took too long while requests waited, so they were let go to the native side again. What was handed back stays in Dogtag’s directory; do it again when there is less traffic';

/** Throws RollbackRefused, HandBackStopped, DogtagCrlError, DirectoryWriteError or TransitionError, each with what to do. */
export async function rollBack(order: RollbackOrder, services: RollbackServices): Promise<RollbackEvidence> {
  return new Rollback(order, services).run();
}

class Rollback {
  readonly #order: RollbackOrder;
  readonly #services: RollbackServices;
  readonly #moved: readonly ModeTarget[];
  #handedBack: HandBackResult = emptyHandBack;

  constructor(order: RollbackOrder, services: RollbackServices) {
    this.#order = order;
    this.#services = services;
    this.#moved = withDependents(order.targets);
  }

  async run(): Promise<RollbackEvidence> {
    const { clock, onStep, catchUp, proveFences } = this.#services;
    const begun = clock.nowMicros();
    const dogtagCrl = await this.#dogtagCrlToBring();
    // 1. The bulk, while the native side still answers.
    onStep('catching up with Dogtag');
    await catchUp();
    onStep('handing back what was issued and decided here');
    await this.#handBackAll('leave');
    const fences = await proveFences();
    // 2. and 3. change sides.
    const changed = await this.#changeSides(dogtagCrl);
    // 4. On record, in force, and followed by us.
    await this.#services.recordAudit([this.#event(changed.pens, fences)]);
    const acknowledged = await whenAcknowledged(this.#services, acknowledgeTimeoutMs);
    const crlAfter = dogtagCrl === null ? null : await this.#bringCrl(dogtagCrl);
    onStep('following Dogtag again');
    await catchUp();
    const named = new Set(this.#order.targets.map(keyOf));
    const { crlBefore, ...rest } = changed;
    return {
      at: clock.now(),
      by: this.#order.by,
      reason: this.#order.reason,
      moved: this.#moved,
      dependents: this.#moved.filter((target) => !named.has(keyOf(target))),
      handBack: this.#handedBack,
      crl: crlBefore === null || crlAfter === null ? null : { beforeHold: crlBefore, afterHold: crlAfter },
      fences,
      ...rest,
      totalSeconds: Number(clock.nowMicros() - begun) / 1e6,
      acknowledged,
    };
  }

  /** Null when the CRL stays where it is, or never was ours. Throws RollbackRefused when it must go back and cannot. */
  async #dogtagCrlToBring(): Promise<DogtagCrl | null> {
    const { dogtagCrl, pens, hostAuthorityId } = this.#services;
    const movesStatus = this.#moved.some(({ operation }) => operationGroup(operation) === 'status');
    const wasOurs = (await pens.list()).some(
      ({ authorityId, scope }) => authorityId === hostAuthorityId && scope === 'crl',
    );
    if (!movesStatus || !wasOurs) return null;
    if (dogtagCrl !== null) return dogtagCrl;
    throw new RollbackRefused(
      'the CRL cannot go back to Dogtag without the certificate of an agent, who tells Dogtag to make one: configure it',
    );
  }

  /** Until a pass finds nothing to write. Throws RollbackRefused when the directory does not take a certificate. */
  async #handBackAll(unfinished: 'leave' | 'hand-over'): Promise<void> {
    const { onProgress } = this.#services;
    for (let pass = 0; pass < passesMax; pass++) {
      const result = await handBack(this.#services, {
        unfinished,
        ...(onProgress === undefined ? {} : { onProgress }),
      });
      this.#handedBack = joinHandBacks(this.#handedBack, result);
      if (result.certificates.notTaken > 0) {
        const [first] = result.findings.filter(({ stands }) => stands === 'none');
        throw new RollbackRefused(
          `${result.certificates.notTaken} certificates cannot be handed back, so Dogtag could not answer for them; the first is ${first?.entry}: ${first?.message}`,
        );
      }
      const { certificates, requests, profiles, roster } = result;
      const written = [certificates, requests, profiles, roster].map(({ added, changed }) => added + changed);
      if (written.every((count) => count === 0)) return;
    }
  }

  async #changeSides(dogtagCrl: DogtagCrl | null) {
    const { onStep, clock } = this.#services;
    try {
      // 2. The CRL's pen first: from then on there is no newer one of ours that Dogtag would have to pass, however long it takes.
      const crlBefore = dogtagCrl === null ? null : await this.#giveCrlBack(dogtagCrl);
      // 3. The rest, while requests wait.
      onStep('holding requests');
      const heldAtMs = clock.now().getTime();
      const changed = await this.#changeSidesWithHold();
      return { crlBefore, ...changed, heldMs: clock.now().getTime() - heldAtMs };
    } catch (error) {
      if (dogtagCrl !== null) await this.#takeCrlBack(dogtagCrl);
      throw error;
    }
  }

  async #giveCrlBack(dogtagCrl: DogtagCrl): Promise<BroughtCrl> {
    await this.#services.pens.move(await this.#penMoves((scope) => scope === 'crl'));
    await this.#handBackAll('leave');
    return this.#bringCrl(dogtagCrl);
  }

  /** A CRL that nobody renews would end the trust of every client within hours. Ours go on above Dogtag's last number, or not at all. */
  async #takeCrlBack(dogtagCrl: DogtagCrl): Promise<void> {
    const { modes, pens, crls, catchUp, log, hostAuthorityId } = this.#services;
    try {
      const isNative = (await modes.read()).some(
        ({ operation, mode }) => operationGroup(operation) === 'status' && mode.startsWith('serve'),
      );
      const pen = (await pens.list()).find(
        ({ authorityId, scope }) => authorityId === hostAuthorityId && scope === 'crl',
      );
      if (!isNative || pen?.holder !== 'upstream') return;
      await catchUp();
      const { crlNumber } = await dogtagCrl.read();
      if ((await crls.highestNumber(issuingPoint)) < crlNumber)
        throw new RollbackRefused(`Dogtag's CRL number ${crlNumber} is not in the record`);
      await pens.move([{ ...pen, holder: 'native', ...this.#penReason('the rollback was given up') }]);
    } catch (error) {
      log.error('the CRL is for Dogtag to make although the native side serves it: roll back again soon, or cut over', {
        error,
      });
    }
  }

  async #bringCrl(dogtagCrl: DogtagCrl): Promise<BroughtCrl> {
    const { crls, certificates, hostAuthorityId, onStep, onCrlProgress, clock, log } = this.#services;
    onStep('having Dogtag make its CRL');
    return bringCrlBeyond(await crls.highestNumber(issuingPoint), {
      dogtagCrl,
      readRevoked: () => certificates.revoked(hostAuthorityId),
      clock,
      log,
      wait: (ms) => this.#services.wait(ms),
      ...(onCrlProgress === undefined ? {} : { onProgress: onCrlProgress }),
    });
  }

  async #changeSidesWithHold() {
    const { database, modes, log } = this.#services;
    const operations = [...new Set(this.#moved.map(({ operation }) => operation))];
    return withHeldOperations(operations, this.#order.by, this.#services, async (transition) => {
      try {
        return await this.#changeSidesWhileHeld(transition);
      } catch (error) {
        await database
          .transaction((transaction) => modes.endTransition(transaction, transition.id))
          .catch((problem: unknown) => log.warn('requests wait until the hold expires', { error: problem }));
        throw error;
      }
    });
  }

  async #changeSidesWhileHeld(transition: ModeTransition) {
    const { modes, pens, clock } = this.#services;
    const openIntents = await this.#waitForIntents(transition);
    await this.#handBackAll('hand-over');
    if (this.#isTooLate(transition)) throw new RollbackRefused(tookTooLong);
    const moves = await this.#penMoves(givenBackPens(this.#moved));
    const changes = this.#moved.map((target) => ({ ...target, mode: 'forward' as const }));
    let isExpired = false;
    try {
      await pens.move(moves, async (transaction) => {
        isExpired = !(await modes.endTransition(transaction, transition.id));
        if (isExpired) throw new RollbackRefused(tookTooLong);
        await modes.change(transaction, changes, this.#order.by, this.#order.reason, clock.now());
      });
    } catch (error) {
      throw isExpired ? new RollbackRefused(tookTooLong) : error;
    }
    return { pens: moves.map(({ scope }) => scope), openIntents };
  }

  /** Nobody asks for anything now, so what is open was left by a crash; a running appliance resolves it. What stays open is told. */
  async #waitForIntents(transition: ModeTransition): Promise<readonly bigint[]> {
    const { issuance, wait } = this.#services;
    for (;;) {
      const open = await issuance.unresolvedIntents();
      if (open.length === 0 || this.#isHalfOver(transition)) return open.map(({ serialNumber }) => serialNumber);
      await wait(200);
    }
  }

  #isHalfOver({ startedAt, expiresAt }: ModeTransition): boolean {
    return this.#services.clock.now().getTime() > (startedAt.getTime() + expiresAt.getTime()) / 2;
  }

  #isTooLate({ expiresAt }: ModeTransition): boolean {
    return this.#services.clock.now().getTime() > expiresAt.getTime() - expiryMarginMs;
  }

  /** Of the pens that are meant, those that are not Dogtag's yet. */
  async #penMoves(isMeant: (scope: PenScope) => boolean): Promise<readonly (HeldPen & PenReason)[]> {
    const { pens, hostAuthorityId } = this.#services;
    const known = (await pens.list()).filter(({ authorityId }) => authorityId === hostAuthorityId);
    const scopes = new Set([...known.map(({ scope }) => scope), ...profileScopes(this.#moved)]);
    const isDogtags = (scope: PenScope) => known.some((pen) => pen.scope === scope && pen.holder === 'upstream');
    return [...scopes]
      .filter((scope) => isMeant(scope) && !isDogtags(scope))
      .map((scope) => ({
        authorityId: hostAuthorityId,
        scope,
        holder: 'upstream' as const,
        ...this.#penReason(this.#order.reason),
      }));
  }

  #penReason(reason: string): PenReason {
    return { movedBy: this.#order.by, remoteAddress: null, reason };
  }

  #event(pens: readonly PenScope[], fences: FenceReport): AuditEvent {
    const { certificates, requests, findings } = this.#handedBack;
    return {
      name: 'rollback',
      outcome: 'success',
      actor: this.#order.by,
      remoteAddress: null,
      details: {
        reason: this.#order.reason,
        operations: this.#moved.map(keyOf).join(' '),
        pens: pens.join(' '),
        certificates: `${certificates.added} added, ${certificates.changed} changed`,
        requests: `${requests.added} added, ${requests.changed} changed, ${requests.notTaken} not taken`,
        findings: findings.map(({ kind, entry }) => `${kind} ${entry}`).join('; '),
        fences: fences.isProven ? 'proven' : fences.problems.map(({ message }) => message).join('; '),
      },
    };
  }
}

function keyOf({ operation, profileId }: ModeTarget): string {
  return profileId === null ? operation : `${operation}:${profileId}`;
}
