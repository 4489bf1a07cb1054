// Takes in what has changed in a source since it was imported: only what was touched, in the order in which it may be stored, and never past a gap.
import type { Finding, Intake } from '#ca-core/intake';
import {
  type ChangeReview,
  type ChangingKind,
  changingKinds,
  type ImportSource,
  numbersOf,
  type SourceBatch,
  SourceError,
  type SourceKind,
} from '#importers';
import type { Clock, Log } from '#platform';
import { type ImportRun, readRun, runCheckpoint } from '../import/import-checkpoint.ts';
import { IntakeTally } from '../import/import-report.ts';
import { findingOf, importedFactsOf } from '../import/imported-facts.ts';
import { configurationKinds, type RunImportOptions, runImport } from '../import/run-import.ts';
import { confirmRemoved, findRemoved, removalFinding } from './find-removed.ts';

/** How what was read of the source is taken in beside a gateway through which the source is written to. */
export interface TakingTurn {
  /** Resolves when writes under way have been judged; with false, nothing is taken in. */
  whenSettled(): Promise<boolean>;
  /** Whether no configuration has been written since this turn began. */
  isCurrent(): boolean;
  /** Runs work while nobody else takes anything in. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
}

const alone: TakingTurn = { whenSettled: async () => true, isCurrent: () => true, inTurn: (work) => work() };

export interface FollowedRound {
  /** Facts that were new here. */
  readonly changed: number;
  /** Certificates and requests that the source no longer has. */
  readonly removed: number;
  /** Why everything was read again; null when it was not. */
  readonly gap: string | null;
  /** Whether the source could not tell what was touched, so that all that may have been was read. */
  readonly isBlind: boolean;
}

export interface ImportFollower {
  /**
   * Brings the record up to what the source was when this was called. With a turn, what is written while it reads is left to the next round. Rejects
   * with SourceError (`refused` when no import of this source has been finished yet) or CaError; the next round then begins from the same mark.
   */
  follow(turn?: TakingTurn): Promise<FollowedRound>;
}

/** Rounds of catching up until a round finds next to nothing new; a busy CA never stands still. */
const catchUpRoundsMax = 5;
const catchUpQuietBelow = 50;
/** All of the configuration is read now and then whatever the source says: some of it hangs on entries of other kinds, such as a CA's new certificate. */
const wholeConfigurationEveryMs = 60_000;
/** For sources that cannot tell what was removed. */
const lookForRemovedEveryMs = 6 * 3_600_000;
/** A mark that has moved past nothing of interest need not be written each time. */
const markEveryMs = 30_000;
const removalsPerCommit = 500;

export function createImportFollower(options: RunImportOptions): ImportFollower {
  return new RecordFollower(options);
}

/** Takes in what has changed in the source since the last import or round; resolves with the number of facts that were new here. Rejects as `follow`. */
export async function catchUpImport(options: RunImportOptions): Promise<number> {
  const follower = new RecordFollower(options);
  let total = 0;
  for (let round = 0; round < catchUpRoundsMax; round++) {
    const { changed } = await follower.follow();
    total += changed;
    if (changed < catchUpQuietBelow) break;
  }
  return total;
}

/** Profiles, people, rules and authorities as the source has them now, read whole and taken in at once; resolves as catchUpImport does. */
export async function takeConfiguration(options: RunImportOptions, turn: TakingTurn = alone): Promise<number> {
  return new RecordFollower(options).takeConfigurationOnly(turn);
}

interface ReadBatch {
  readonly kind: SourceKind;
  readonly batch: SourceBatch;
}

class RecordFollower implements ImportFollower {
  readonly #options: RunImportOptions;
  readonly #source: ImportSource;
  readonly #intake: Intake;
  readonly #clock: Clock;
  readonly #log: Log;
  #tally = new IntakeTally();
  /** A later mark than the one in the record, behind which nothing of interest had happened. */
  #ahead: { readonly run: ImportRun; readonly mark: string } | null = null;
  #markedAt = 0;
  #configuredAt = 0;
  #searchedAt = 0;

  constructor(options: RunImportOptions) {
    this.#options = options;
    this.#source = options.source;
    this.#intake = options.intake;
    this.#clock = options.clock;
    this.#log = options.log;
    // What was removed while nobody followed is looked for by the source's own account, not by reading everything at each start.
    this.#searchedAt = options.clock.now().getTime();
  }

  async follow(turn: TakingTurn | null = null): Promise<FollowedRound> {
    this.#tally = new IntakeTally();
    const { name, run } = await this.#finishedRun();
    const since = this.#ahead?.run.mark === run.mark && this.#ahead.run.id === run.id ? this.#ahead.mark : run.mark;
    const review = await this.#source.reviewChanges(since);
    if (review.gap !== null) return this.#readAgain(name, review.gap);
    const taken = await this.#take(name, since, review, turn);
    const isBlind = review.changed === null;
    if (taken === null) return { changed: 0, removed: 0, gap: null, isBlind };
    await this.#advance(name, run, review.mark.since, taken.isAnything);
    return { changed: this.#tally.inserted + this.#tally.updated, removed: taken.removed, gap: null, isBlind };
  }

  async takeConfigurationOnly(turn: TakingTurn): Promise<number> {
    this.#tally = new IntakeTally();
    const { name } = await this.#finishedRun();
    const read = await this.#readWhole(configurationKinds);
    if (!(await turn.whenSettled())) return 0;
    await this.#takeInTurn(read, name, turn);
    return this.#tally.inserted + this.#tally.updated;
  }

  /** Null when nothing may be taken in now. */
  async #take(
    name: string,
    since: string,
    review: ChangeReview,
    turn: TakingTurn | null,
  ): Promise<{ readonly isAnything: boolean; readonly removed: number } | null> {
    const { kinds, changed, mark } = review;
    const now = this.#clock.now().getTime();
    const isConfigurationDue = now - this.#configuredAt >= wholeConfigurationEveryMs;
    const touched = configurationKinds.filter((kind) => isConfigurationDue || kinds.has(kind));
    if (kinds.size === 0 && touched.length === 0 && review.removed?.length === 0)
      return { isAnything: false, removed: 0 };
    const crls = kinds.has('crl') ? await this.#readWhole(['crl']) : [];
    const configuration = await this.#readWhole(touched);
    const isSettled = await (turn ?? alone).whenSettled();
    if (!isSettled) return null;
    const until = turn === null ? null : mark.until;
    for (const kind of changingKinds)
      if (kinds.has(kind)) await this.#takeChanged(kind, name, { since, until, only: numbersOf(changed, kind) });
    for (const { kind, batch } of crls) await this.#accept(batch, kind, name);
    const removed = await this.#noteRemoved(name, review);
    if (!(await this.#takeInTurn(configuration, name, turn ?? alone))) return null;
    if (isConfigurationDue) this.#configuredAt = now;
    return { isAnything: kinds.size > 0 || removed > 0, removed };
  }

  /** False when what was read has been overtaken. What is written from here on is taken in behind this, and stays. */
  #takeInTurn(read: readonly ReadBatch[], name: string, { isCurrent, inTurn }: TakingTurn): Promise<boolean> {
    if (read.length === 0) return Promise.resolve(true);
    return inTurn(async () => {
      if (!isCurrent()) return false;
      for (const { kind, batch } of read) await this.#accept(batch, kind, name);
      return true;
    });
  }

  /** Numbers mean something else now than when they were noted, so that nothing can be told by them. */
  async #readAgain(name: string, gap: string): Promise<FollowedRound> {
    this.#log.warn('Dogtag cannot be followed from where it was left; everything is read again', { source: name, gap });
    const { kinds, catchUp } = await runImport({ ...this.#options, again: true });
    const changed = [...kinds, catchUp].reduce((sum, { inserted, updated }) => sum + inserted + updated, 0);
    this.#ahead = null;
    this.#log.warn('everything was read again', { source: name, changed });
    return { changed, removed: 0, gap, isBlind: true };
  }

  async #takeChanged(
    kind: ChangingKind,
    name: string,
    { since, until, only }: { since: string; until: string | null; only: readonly bigint[] | undefined },
  ): Promise<void> {
    for await (const batch of this.#source.readChanges(kind, since, until, only)) {
      this.#options.signal?.throwIfAborted();
      await this.#accept(batch, kind, name);
    }
  }

  async #noteRemoved(name: string, { removed }: ChangeReview): Promise<number> {
    if (removed === null) {
      const isDue = this.#clock.now().getTime() - this.#searchedAt >= lookForRemovedEveryMs;
      return isDue ? this.#searchRemoved(name) : 0;
    }
    const gone = await confirmRemoved(this.#source, removed);
    await this.#noteFindings(gone.map((object) => removalFinding(object, name)));
    return gone.length;
  }

  async #searchRemoved(name: string): Promise<number> {
    const { imported } = this.#options;
    this.#searchedAt = this.#clock.now().getTime();
    if (imported === undefined) return 0;
    const gone: Finding[] = [];
    for await (const object of findRemoved(this.#source, imported)) gone.push(removalFinding(object, name));
    await this.#noteFindings(gone);
    return gone.length;
  }

  async #noteFindings(findings: readonly Finding[]): Promise<void> {
    for (let i = 0; i < findings.length; i += removalsPerCommit)
      await this.#intake.accept([], undefined, findings.slice(i, i + removalsPerCommit));
  }

  async #advance(name: string, run: ImportRun, mark: string, isAnything: boolean): Promise<void> {
    const now = this.#clock.now().getTime();
    if (!isAnything && now - this.#markedAt < markEveryMs) {
      this.#ahead = { run, mark };
      return;
    }
    this.#ahead = null;
    if (mark !== run.mark) await this.#intake.accept([], runCheckpoint(name, { ...run, mark }), []);
    this.#markedAt = now;
  }

  async #finishedRun(): Promise<{ readonly name: string; readonly run: ImportRun }> {
    const { name } = this.#source;
    const run = await readRun(this.#intake, name);
    if (run?.phase === 'finished') return { name, run };
    // Reading everything again was interrupted: it goes on where it was.
    if (run?.isAgain) {
      await runImport({ ...this.#options, again: true });
      const read = await readRun(this.#intake, name);
      if (read?.phase === 'finished') return { name, run: read };
    }
    throw new SourceError('refused', `${name} has not been imported to its end yet: run "retag import" first`);
  }

  async #readWhole(kinds: readonly SourceKind[]): Promise<ReadBatch[]> {
    const read: ReadBatch[] = [];
    for (const kind of kinds) for await (const batch of this.#source.read(kind, null)) read.push({ kind, batch });
    return read;
  }

  async #accept(batch: SourceBatch, kind: SourceKind, name: string): Promise<void> {
    const findings = batch.findings.map((finding) => findingOf(finding, name));
    this.#tally.add(await this.#intake.accept(importedFactsOf(batch, kind, name), undefined, findings));
  }
}
