// What imports noted about entries, as explanations of differences: a difference that the intake made on purpose, and said so, is no fault.
import type { Finding, Intake } from '#ca-core/intake';

/** Findings that leave a part of an object out or put it right, by the part's name. */
const partsPutRight: Readonly<Record<string, readonly string[]>> = {
  draftDer: ['draft-unreadable'],
  revocation: ['revocation-withdrawn', 'revocation-weakened', 'revocation-reason-impossible'],
  certificatesDer: ['user-certificate-unreadable'],
};
/** Parts of which there is nothing in the record because the intake refused the entry. */
const refusedParts: ReadonlySet<string> = new Set(['missing', 'unreadable', 'repeated']);
/** Other bytes, and what only the record holds, are never explained. */
const unexplained: ReadonlySet<string> = new Set(['certificateDer', 'signature', 'extra']);

/** Findings by which this side's own word stands against the source's. */
const nativeWordStands = ['native-decision-stands', 'native-object-stands'];

/** Why a part of the object of an entry differs; null when nothing says so. `entry` null: its entry is not known. */
export type Explain = (entry: string | null, part: string) => string | null;

/** Of one source. */
export class ImportFindings {
  readonly #intake: Pick<Intake, 'findFindings'>;
  readonly #source: string;

  constructor(intake: Pick<Intake, 'findFindings'>, source: string) {
    this.#intake = intake;
    this.#source = source;
  }

  async explain(entries: readonly string[]): Promise<Explain> {
    const byEntry = new Map<string, Finding[]>();
    for (const finding of entries.length === 0 ? [] : await this.#intake.findFindings(this.#source, entries)) {
      const known = byEntry.get(finding.provenance.entry);
      if (known === undefined) byEntry.set(finding.provenance.entry, [finding]);
      else known.push(finding);
    }
    return (entry, part) => explainPart(entry === null ? [] : (byEntry.get(entry) ?? []), part);
  }
}

function explainPart(findings: readonly Finding[], part: string): string | null {
  if (unexplained.has(part)) return null;
  if (refusedParts.has(part)) {
    const refusal = findings.find(({ verdict }) => verdict === 'refused');
    return refusal === undefined ? null : `refused at import: ${refusal.kind}`;
  }
  const expected = [...(Object.hasOwn(partsPutRight, part) ? (partsPutRight[part] ?? []) : []), ...nativeWordStands];
  const finding = findings.find(({ kind }) => expected.includes(kind));
  return finding === undefined ? null : `noted at import: ${finding.kind}`;
}
