// How a fact is judged: what was noted about it, and whether it goes into the record.
import type { Finding, Provenance } from './intake.ts';

/** What became of a fact. */
export type Outcome = 'inserted' | 'updated' | 'unchanged' | 'refused';

/** Notes findings about the fact of one entry. */
export class EntryFindings {
  readonly findings: Finding[] = [];
  readonly #provenance: Provenance;

  constructor(provenance: Provenance) {
    this.#provenance = provenance;
  }

  /** Odd, but the fact (or what is left of it) is in the record. */
  accept(kind: string, message: string): void {
    this.findings.push({ kind, verdict: 'accepted', message, provenance: this.#provenance });
  }

  /** The fact, or the part that the message names, is not in the record. */
  refuse(kind: string, message: string): void {
    this.findings.push({ kind, verdict: 'refused', message, provenance: this.#provenance });
  }
}

/** Message of whatever was thrown, for findings. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
