// What an import did, as data for machines; `format-import-report.ts` writes it for people.
import type { Finding, IntakeResult } from '#ca-core/intake';
import { keptSourceKinds, type SourceAccountLine, type SourceKind } from '#importers';

export interface ImportedKindReport {
  readonly kind: SourceKind;
  /** What the source counted before reading; null when it could not. */
  readonly expected: number | null;
  /** Entries read, by earlier runs of the same import too. */
  readonly entries: number;
  /** Facts by what the intake did with them, in this process alone. */
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly seconds: number;
}

export interface FindingGroup {
  readonly kind: string;
  readonly verdict: 'accepted' | 'refused';
  readonly count: number;
  /** The first few. */
  readonly examples: readonly { readonly entry: string; readonly message: string }[];
}

export interface ImportReport {
  readonly source: string;
  readonly server: string;
  readonly timeZone: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** True when an interrupted import was taken up. */
  readonly resumed: boolean;
  readonly kinds: readonly ImportedKindReport[];
  readonly catchUp: {
    readonly rounds: number;
    readonly entries: number;
    readonly inserted: number;
    readonly updated: number;
  };
  /** Every entry of the source: taken as what, or left out why. */
  readonly account: readonly SourceAccountLine[];
  /** All findings about this source that stand at the end, refused ones first, then by number. */
  readonly findings: readonly FindingGroup[];
}

/** Of kinds that are only kept, those of which there are none are no news. */
export function isWorthReporting({ kind, expected, entries }: ImportedKindReport): boolean {
  return entries > 0 || (expected ?? 0) > 0 || !keptSourceKinds.some((kept) => kept === kind);
}

const examplesMax = 3;

/** Adds up what the intake did. */
export class IntakeTally {
  inserted = 0;
  updated = 0;
  unchanged = 0;
  refused = 0;

  add(result: IntakeResult): void {
    this.inserted += result.inserted;
    this.updated += result.updated;
    this.unchanged += result.unchanged;
    this.refused += result.refused;
  }
}

/** Findings by kind and verdict, refused ones first, then the most frequent. Examples are the oldest, since those are listed last. */
export function groupFindings(newestFirst: readonly Finding[]): FindingGroup[] {
  const groups = new Map<
    string,
    { kind: string; verdict: Finding['verdict']; count: number; examples: { entry: string; message: string }[] }
  >();
  for (const { kind, verdict, message, provenance } of newestFirst.toReversed()) {
    const group = groups.get(`${verdict} ${kind}`) ?? { kind, verdict, count: 0, examples: [] };
    group.count++;
    if (group.examples.length < examplesMax) group.examples.push({ entry: provenance.entry, message });
    groups.set(`${verdict} ${kind}`, group);
  }
  return [...groups.values()].sort((a, b) =>
    a.verdict === b.verdict ? b.count - a.count || (a.kind < b.kind ? -1 : 1) : a.verdict === 'refused' ? -1 : 1,
  );
}
