// Where an import stands: kept by the intake in the same commit as the facts, so that a killed import goes on without a gap or a double.
import type { Intake } from '#ca-core/intake';
import type { SourceKind } from '#importers';

/** The state of the latest import of a source. */
export interface ImportRun {
  /** Tells this import's checkpoints from those of earlier ones. */
  readonly id: string;
  readonly startedAt: string;
  readonly phase: 'reading' | 'finished';
  /** The source's mark for everything that has changed since the import began (or, when finished, since its last catch-up). */
  readonly mark: string;
  /** Whether a follower reads everything once more, and may go on with it by itself. */
  readonly isAgain?: boolean;
}

export interface KindCheckpoint {
  /** The source's own checkpoint; null when all of the kind has been read. */
  readonly at: string | null;
  /** Entries read so far. */
  readonly entries: number;
}

export function runCheckpointName(source: string): string {
  return `import ${source}`;
}

export async function readRun(intake: Intake, source: string): Promise<ImportRun | null> {
  const text = await intake.readCheckpoint(runCheckpointName(source));
  return text === null ? null : (JSON.parse(text) as ImportRun);
}

export function runCheckpoint(source: string, run: ImportRun) {
  return { name: runCheckpointName(source), value: JSON.stringify(run) };
}

/** Null when this run has not committed anything of the kind yet. */
export async function readKindCheckpoint(
  intake: Intake,
  source: string,
  run: ImportRun,
  kind: SourceKind,
): Promise<KindCheckpoint | null> {
  const text = await intake.readCheckpoint(`${runCheckpointName(source)} ${kind}`);
  if (text === null) return null;
  const { run: runId, at, entries } = JSON.parse(text) as KindCheckpoint & { readonly run: string };
  return runId === run.id ? { at, entries } : null;
}

export function kindCheckpoint(source: string, run: ImportRun, kind: SourceKind, checkpoint: KindCheckpoint) {
  return { name: `${runCheckpointName(source)} ${kind}`, value: JSON.stringify({ run: run.id, ...checkpoint }) };
}
