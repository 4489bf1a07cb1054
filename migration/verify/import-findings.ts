// What imports noted about entries, as explanations of differences: a difference that the intake made on purpose, and said so, is no fault.
import type { Finding } from '#ca-core/intake';

/** Findings that leave a part of an object out or put it right, by the part's name. */
const partsPutRight: Readonly<Record<string, readonly string[]>> = {
  draftDer: ['draft-unreadable'],
  revocation: ['revocation-withdrawn', 'revocation-weakened', 'revocation-reason-impossible'],
  certificatesDer: ['user-certificate-unreadable'],
};

/** Findings by which this side's own word stands against the source's. */
const nativeWordStands = ['native-decision-stands', 'native-object-stands'];

export class ImportFindings {
  readonly #byEntry = new Map<string, Finding[]>();

  /** Those about one source. */
  constructor(findings: readonly Finding[], source: string) {
    for (const finding of findings) {
      if (finding.provenance.source !== source) continue;
      const known = this.#byEntry.get(finding.provenance.entry);
      if (known === undefined) this.#byEntry.set(finding.provenance.entry, [finding]);
      else known.push(finding);
    }
  }

  /** Why an object of the source is not in the record; null when nothing says so. `entry` null: its entry is not known. */
  explainMissing(entry: string | null): string | null {
    const refusal = this.#of(entry).find(({ verdict }) => verdict === 'refused');
    return refusal === undefined ? null : `refused at import: ${refusal.kind}`;
  }

  /** Why a part of an object differs; null when nothing says so. Other bytes of a certificate are never explained. */
  explainPart(entry: string | null, part: string): string | null {
    if (part === 'certificateDer') return null;
    const expected = [...(Object.hasOwn(partsPutRight, part) ? (partsPutRight[part] ?? []) : []), ...nativeWordStands];
    const finding = this.#of(entry).find(({ kind }) => expected.includes(kind));
    return finding === undefined ? null : `noted at import: ${finding.kind}`;
  }

  #of(entry: string | null): readonly Finding[] {
    return entry === null ? [] : (this.#byEntry.get(entry) ?? []);
  }
}
