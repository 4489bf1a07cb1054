// The report of the shadow: per operation and profile, for people and as data.
import type { KnownDifferences } from './known-differences.ts';
import type { NoteworthyComparison, ShadowJournal, ShadowSum } from './shadow-journal.ts';

export interface ShadowReport {
  readonly sums: readonly ShadowSum[];
  readonly totals: {
    readonly compared: number;
    readonly equal: number;
    readonly known: number;
    readonly unexpected: number;
    readonly failed: number;
    readonly issuances: number;
    readonly issuancesIdentical: number;
    readonly refusals: number;
  };
  /** Exchanges that the bounded queue let go, by operation. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly known: readonly {
    readonly id: string;
    readonly reason: string;
    readonly occurrences: number;
    readonly isStale: boolean;
  }[];
  /** Newest unexpected or failed comparisons. */
  readonly noteworthy: readonly NoteworthyComparison[];
  /** No unexpected difference, no failure, no stale entry, and something was compared. */
  readonly isClean: boolean;
}

export async function buildShadowReport(
  journal: ShadowJournal,
  known: KnownDifferences,
  filter: { operation?: string; profileId?: string; noteworthyMax: number },
): Promise<ShadowReport> {
  const [allSums, occurrences, drops, noteworthy] = await Promise.all([
    journal.readSums(),
    journal.readKnownOccurrences(),
    journal.readDrops(),
    journal.readNoteworthy({ ...filter, limit: filter.noteworthyMax }),
  ]);
  const sums = allSums.filter(
    (sum) =>
      (filter.operation === undefined || sum.operation === filter.operation) &&
      (filter.profileId === undefined || sum.profileId === filter.profileId),
  );
  const total = (pick: (sum: ShadowSum) => number) => sums.reduce((all, sum) => all + pick(sum), 0);
  const compared = (operation: (name: string) => boolean) =>
    allSums
      .filter((sum) => operation(sum.operation))
      .reduce((all, sum) => all + sum.equal + sum.known + sum.unexpected, 0);
  const entries = known.all.map((entry) => {
    const count = occurrences.get(entry.id) ?? 0;
    const chances = compared((name) => known.appliesTo(entry, name));
    return {
      id: entry.id,
      reason: entry.reason,
      occurrences: count,
      isStale: entry.staleAfter !== null && count === 0 && chances >= entry.staleAfter,
    };
  });
  const totals = {
    compared: total((sum) => sum.equal + sum.known + sum.unexpected + sum.failed),
    equal: total((sum) => sum.equal),
    known: total((sum) => sum.known),
    unexpected: total((sum) => sum.unexpected),
    failed: total((sum) => sum.failed),
    issuances: total((sum) => sum.issuances),
    issuancesIdentical: total((sum) => sum.issuancesIdentical),
    refusals: total((sum) => sum.refusals),
  };
  const isClean =
    totals.compared > 0 && totals.unexpected === 0 && totals.failed === 0 && !entries.some(({ isStale }) => isStale);
  return { sums, totals, dropped: Object.fromEntries(drops), known: entries, noteworthy, isClean };
}
