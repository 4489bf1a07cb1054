// Takes a whole source into the record. May be killed at any moment and started again; a second run changes nothing that has not changed.
import type { AuditEvent } from '#ca-core/engine';
import type { Finding, ImportedFact, Intake } from '#ca-core/intake';
import {
  type ChangeReview,
  changingKinds,
  type ImportSource,
  keptSourceKinds,
  numbersOf,
  type SourceBatch,
  type SourceDescription,
  SourceError,
  type SourceKind,
  sourceKinds,
  wholeKeptKinds,
} from '#importers';
import { type Clock, type Log, randomUuid } from '#platform';
import { confirmRemoved, findRemoved, type ImportedNumbers, removalFinding } from '../sync/find-removed.ts';
import {
  type ImportRun,
  type KindCheckpoint,
  kindCheckpoint,
  readKindCheckpoint,
  readRun,
  runCheckpoint,
} from './import-checkpoint.ts';
import { type ProgressListener, ProgressMeter } from './import-progress.ts';
import {
  groupFindings,
  type ImportedKindReport,
  type ImportReport,
  IntakeTally,
  isWorthReporting,
} from './import-report.ts';
import { findingOf, importedFactsOf, surveyFactsOf } from './imported-facts.ts';

export interface RunImportOptions {
  readonly source: ImportSource;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
  readonly onProgress?: ProgressListener;
  /** The host authority's certificate from elsewhere (its PKCS#12, say), for sources that do not hold it. */
  readonly hostCertificateDer?: Uint8Array | null;
  /** Who had it done, for the audit trail. */
  readonly actor?: string;
  /** Where audit events go; they are not part of any batch's commit. */
  readonly recordAudit?: (events: readonly AuditEvent[]) => Promise<void>;
  /** Stops between two batches; what has been taken in stays, and the next run goes on from there. */
  readonly signal?: AbortSignal;
  /** Read everything once more although an import was finished, as after a gap in what the source tells of its changes; what was interrupted is taken up. */
  readonly again?: boolean;
  /** What the record has of the source already, to find what the source no longer has. */
  readonly imported?: ImportedNumbers;
}

/** Rounds of catching up until a round finds next to nothing new; a busy CA never stands still, and following it goes on after the import. */
const catchUpRoundsMax = 5;
const catchUpQuietBelow = 50;
/** How often an import begins anew because the server behind its address was another one in the end. */
const restartsMax = 2;
/** Batches that are judged or stored at a time: more of them keep every processor busy, and take memory. */
const underWayMax = 3;
const findingsMax = 1_000_000;
/** Kinds that come in one piece: no mark tells their changes, and they are few. */
export const configurationKinds: readonly SourceKind[] = [
  ...(['authority', 'profile', 'user', 'group', 'access-rule', 'domain-host'] as const),
  ...wholeKeptKinds,
];

/**
 * Behind a finished import only what has changed since is read, where the source can tell that and it adds up. Rejects with SourceError when the
 * source cannot be read, with CaError when the record cannot be written, and with the signal's reason when it was
 * stopped; in each case the same call later goes on from the last batch.
 */
export async function runImport(options: RunImportOptions): Promise<ImportReport> {
  return new ImportExecution(options).run();
}

interface Checkpoint {
  readonly name: string;
  readonly value: string;
}

class ImportExecution {
  readonly #options: RunImportOptions;
  readonly #tally = new IntakeTally();
  /** Entries that changes brought and the record did not have. */
  readonly #added = new Map<SourceKind, number>();

  constructor(options: RunImportOptions) {
    this.#options = options;
  }

  async run(restarts = 0): Promise<ImportReport> {
    const { source, intake, log } = this.#options;
    // 1. Inventory: nothing is written before the source has been counted.
    const description = await source.describe();
    const expected = new Map<SourceKind, number | null>();
    for (const kind of sourceKinds) expected.set(kind, await source.count(kind));
    // 2. Begin, or take up what an earlier process began.
    const earlier = await readRun(intake, description.name);
    if (earlier?.phase === 'finished' && this.#options.again !== true) {
      const report = await this.#goOnFrom(earlier, description, expected);
      if (report !== null) return report;
    }
    const resumed = restarts === 0 && earlier?.phase === 'reading';
    const run = resumed ? earlier : await this.#begin(description);
    log.info(resumed ? 'import goes on' : 'import begins', { source: description.name, run: run.id });
    // 3. Kinds, each before those that refer to it; CRLs after the catch-up, so that what they list is in the record.
    const kinds: ImportedKindReport[] = [];
    for (const kind of sourceKinds)
      if (kind !== 'crl') kinds.push(await this.#takeKind(kind, description.name, run, expected.get(kind) ?? null));
    // 4. What has changed meanwhile.
    const caughtUp = await this.#catchUp(description.name, run);
    if (caughtUp === null) return this.#restart(restarts);
    const { mark, ...catchUp } = caughtUp;
    // Files and REST hold a part, and nothing follows from what they lack.
    if (earlier !== null && source.extentOf === undefined) await this.#noteRemoved(description.name);
    kinds.push(await this.#takeKind('crl', description.name, run, expected.get('crl') ?? null));
    // 5. Whether anything stands there that none of this has met.
    const account = await source.account();
    await this.#accept(...surveyFactsOf(account, description.name));
    await this.#accept([], [], runCheckpoint(description.name, { ...run, phase: 'finished', mark }));
    return this.#report(description, run, resumed, { kinds: kinds.filter(isWorthReporting), account, catchUp });
  }

  /** What was read may be of one server, and what is answered now of another. */
  #restart(restarts: number): Promise<ImportReport> {
    if (restarts < restartsMax) return this.run(restarts + 1);
    const { name } = this.#options.source;
    throw new SourceError(
      'refused',
      `${name} is another server again and again. Name one server in the address, not a name behind which several answer.`,
    );
  }

  /** Takes in what has changed since a finished import; null when everything has to be read once more. */
  async #goOnFrom(
    earlier: ImportRun,
    description: SourceDescription,
    expected: ReadonlyMap<SourceKind, number | null>,
  ): Promise<ImportReport | null> {
    const { source, intake, clock } = this.#options;
    const { name } = description;
    const begun = clock.nowMicros();
    // Files and REST cannot tell what has changed since.
    if (source.extentOf !== undefined) return null;
    const review = await source.reviewChanges(earlier.mark);
    if (review.gap !== null) return null;
    // What was refused for want of an issuer may be sound beside another one.
    await this.#takeWhole('authority', name);
    if (this.#tally.inserted + this.#tally.updated > 0) return null;
    const caughtUp = await this.#catchUp(name, earlier);
    if (caughtUp === null) return null;
    const { mark, ...catchUp } = caughtUp;
    if (review.removed === null) await this.#noteRemoved(name);
    for (const kind of changingKinds) {
      const reached = await readKindCheckpoint(intake, name, earlier, kind);
      const count = await source.count(kind);
      // More than was read then and has been added since: something came in that leaves no trace among the changes, as a bulk load does.
      if (reached !== null && reached.at !== null) return null;
      // Of a kind that the source does not have, no checkpoint speaks.
      const accounted = (reached?.entries ?? 0) + (this.#added.get(kind) ?? 0);
      if (count !== null && count > accounted) return null;
      const entries = count ?? accounted;
      await this.#accept([], [], kindCheckpoint(name, earlier, kind, { at: null, entries }));
    }
    await this.#takeWhole('crl', name);
    const account = await source.account();
    await this.#accept(...surveyFactsOf(account, name));
    await this.#accept([], [], runCheckpoint(name, { ...earlier, mark }));
    const seconds = Number(clock.nowMicros() - begun) / 1e6;
    const nothing = { inserted: 0, updated: 0, refused: 0, seconds };
    const kinds = sourceKinds.map((kind) => {
      const count = expected.get(kind) ?? null;
      return { kind, expected: count, entries: count ?? 0, unchanged: count ?? 0, ...nothing };
    });
    return this.#report(description, earlier, false, { kinds: kinds.filter(isWorthReporting), account, catchUp });
  }

  /** Since an earlier import; what was removed during this one the source has told. */
  async #noteRemoved(sourceName: string): Promise<void> {
    const { source, imported } = this.#options;
    if (imported === undefined) return;
    for await (const removed of findRemoved(source, imported))
      await this.#accept([], [removalFinding(removed, sourceName)]);
  }

  async #begin(description: SourceDescription): Promise<ImportRun> {
    const { source, clock } = this.#options;
    const run: ImportRun = {
      id: randomUuid(),
      startedAt: clock.now().toISOString(),
      phase: 'reading',
      // Before the first entry is read, so that no change can fall between reading and catching up.
      mark: (await source.markChanges()).since,
      ...(this.#options.again ? { isAgain: true } : {}),
    };
    const findings = description.findings.map((finding) => findingOf(finding, description.name));
    await this.#accept([], findings, runCheckpoint(description.name, run));
    await this.#audit('import-started', { source: description.name, run: run.id });
    return run;
  }

  async #takeKind(
    kind: SourceKind,
    sourceName: string,
    run: ImportRun,
    expected: number | null,
  ): Promise<ImportedKindReport> {
    const { intake, clock } = this.#options;
    const begun = clock.nowMicros();
    const before = { ...this.#tally };
    const reached = await readKindCheckpoint(intake, sourceName, run, kind);
    let entries = reached?.entries ?? 0;
    if (reached === null || reached.at !== null) {
      entries = await this.#readKind(kind, sourceName, run, { reached, expected });
      // What is only kept is read again after an interruption, but for what #readKind itself remembers.
      if (!keptSourceKinds.some((kept) => kept === kind))
        await this.#accept([], [], kindCheckpoint(sourceName, run, kind, { at: null, entries }));
    }
    const { inserted, updated, unchanged, refused } = this.#tally;
    return {
      kind,
      expected,
      entries,
      inserted: inserted - before.inserted,
      updated: updated - before.updated,
      unchanged: unchanged - before.unchanged,
      refused: refused - before.refused,
      seconds: Number(clock.nowMicros() - begun) / 1e6,
    };
  }

  /** Answers how many entries have been read, by earlier processes too. */
  async #readKind(
    kind: SourceKind,
    sourceName: string,
    run: ImportRun,
    { reached, expected }: { readonly reached: KindCheckpoint | null; readonly expected: number | null },
  ): Promise<number> {
    let entries = reached?.entries ?? 0;
    const meter = new ProgressMeter(this.#options.clock, entries);
    // Batches are judged while those before them are being stored. A checkpoint therefore speaks only of batches that are known to be stored: should one
    // fail, nothing behind it may claim that it was taken. What is read twice after an interruption changes nothing.
    const underWay: { readonly storing: Promise<void>; readonly reached: KindCheckpoint }[] = [];
    let stored: KindCheckpoint | null = null;
    try {
      for await (const batch of this.#options.source.read(kind, reached?.at ?? null)) {
        this.#options.signal?.throwIfAborted();
        entries += batch.entryCount;
        const checkpoint = stored && kindCheckpoint(sourceName, run, kind, stored);
        const storing = this.#acceptBatch(batch, kind, sourceName, { checkpoint, mayBeRepeated: true });
        storing.catch(() => {});
        underWay.push({ storing, reached: { at: batch.checkpoint, entries } });
        if (underWay.length >= underWayMax) {
          const [first] = underWay.splice(0, 1);
          await first?.storing;
          stored = first?.reached ?? stored;
        }
        this.#options.onProgress?.({ phase: 'reading', kind, ...meter.measure(entries, expected) });
      }
      for (const { storing } of underWay) await storing;
      return entries;
    } finally {
      // Nothing is left under way when this import says that it has ended, however it ended.
      await Promise.allSettled(underWay.map(({ storing }) => storing));
    }
  }

  /** Null when the source cannot tell what has changed since the import began. */
  async #catchUp(sourceName: string, run: ImportRun) {
    const { source, log } = this.#options;
    const before = { ...this.#tally };
    let mark = run.mark;
    let rounds = 0;
    let entries = 0;
    for (let isQuiet = false; rounds < catchUpRoundsMax && !isQuiet; rounds++) {
      const known = this.#tally.inserted + this.#tally.updated;
      const review = await source.reviewChanges(mark);
      if (review.gap !== null) {
        log.warn('what changed during the import cannot be told; it begins anew', {
          source: sourceName,
          gap: review.gap,
        });
        return null;
      }
      entries += await this.#takeNumbered(sourceName, mark, review.changed);
      for (const kind of configurationKinds) await this.#takeWhole(kind, sourceName);
      for (const removed of await confirmRemoved(source, review.removed ?? []))
        await this.#accept([], [removalFinding(removed, sourceName)]);
      mark = review.mark.since;
      isQuiet = this.#tally.inserted + this.#tally.updated - known < catchUpQuietBelow;
    }
    const { inserted, updated } = this.#tally;
    return { mark, rounds, entries, inserted: inserted - before.inserted, updated: updated - before.updated };
  }

  /** Certificates before requests, as in the import itself; answers how many entries were looked at. */
  async #takeNumbered(sourceName: string, since: string, changed: ChangeReview['changed']): Promise<number> {
    const { source, clock, onProgress } = this.#options;
    let entries = 0;
    for (const kind of changingKinds) {
      const before = this.#tally.inserted + this.#tally.refused;
      const meter = new ProgressMeter(clock, 0);
      let done = 0;
      for await (const batch of source.readChanges(kind, since, null, numbersOf(changed, kind))) {
        this.#options.signal?.throwIfAborted();
        done += batch.entryCount;
        await this.#acceptBatch(batch, kind, sourceName);
        onProgress?.({ phase: 'catch-up', kind, ...meter.measure(done, null) });
      }
      entries += done;
      this.#added.set(kind, (this.#added.get(kind) ?? 0) + this.#tally.inserted + this.#tally.refused - before);
    }
    return entries;
  }

  async #takeWhole(kind: SourceKind, sourceName: string): Promise<void> {
    for await (const batch of this.#options.source.read(kind, null)) await this.#acceptBatch(batch, kind, sourceName);
  }

  #acceptBatch(
    batch: SourceBatch,
    kind: SourceKind,
    sourceName: string,
    {
      checkpoint = null,
      mayBeRepeated = false,
    }: { readonly checkpoint?: Checkpoint | null; readonly mayBeRepeated?: boolean } = {},
  ): Promise<void> {
    const facts = importedFactsOf(batch, kind, sourceName).map((fact) => this.#withHostCertificate(fact));
    const findings = batch.findings.map((finding) => findingOf(finding, sourceName));
    return this.#accept(facts, findings, checkpoint ?? undefined, { mayBeRepeated });
  }

  async #accept(
    facts: readonly ImportedFact[],
    findings: readonly Finding[],
    checkpoint?: Checkpoint,
    options?: { readonly mayBeRepeated: boolean },
  ): Promise<void> {
    this.#tally.add(await this.#options.intake.accept(facts, checkpoint, findings, options));
  }

  #withHostCertificate(fact: ImportedFact): ImportedFact {
    const { hostCertificateDer = null } = this.#options;
    const isLacking =
      fact.kind === 'authority' &&
      fact.fact.isHostAuthority &&
      fact.fact.certificateDer === null &&
      hostCertificateDer !== null;
    return isLacking ? { kind: 'authority', fact: { ...fact.fact, certificateDer: hostCertificateDer } } : fact;
  }

  async #report(
    description: SourceDescription,
    run: ImportRun,
    resumed: boolean,
    { kinds, account, catchUp }: Pick<ImportReport, 'kinds' | 'account' | 'catchUp'>,
  ): Promise<ImportReport> {
    const standing = await this.#options.intake.listFindings(findingsMax);
    const findings = groupFindings(standing.filter(({ provenance }) => provenance.source === description.name));
    const refused = findings.filter(({ verdict }) => verdict === 'refused').reduce((sum, { count }) => sum + count, 0);
    await this.#audit('import-finished', {
      source: description.name,
      run: run.id,
      entries: String(kinds.reduce((sum, { entries }) => sum + entries, catchUp.entries)),
      refusedFindings: String(refused),
    });
    return {
      source: description.name,
      server: description.server,
      timeZone: description.timeZone,
      startedAt: run.startedAt,
      finishedAt: this.#options.clock.now().toISOString(),
      resumed,
      kinds,
      catchUp,
      account,
      findings,
    };
  }

  async #audit(name: 'import-started' | 'import-finished', details: Readonly<Record<string, string>>): Promise<void> {
    const actor = this.#options.actor ?? 'system';
    await this.#options.recordAudit?.([{ name, outcome: 'success', actor, remoteAddress: null, details }]);
  }
}
