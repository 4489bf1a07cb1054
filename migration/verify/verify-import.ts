// Compares the whole source with the whole record, value by value, and says exactly what differs. Changes nothing on either side.
import { serialNumber } from '#ca-core/engine';
import type { ImportSource } from '#importers';
import { type Clock, randomBytes } from '#platform';
import { sha256 } from './comparable-parts.ts';
import { compareCrls } from './compare-crl.ts';
import { KeptComparison } from './compare-kept.ts';
import { compareNamedKinds } from './compare-named.ts';
import {
  type Comparison,
  compareCertificates,
  compareRequests,
  type VerifiedStore,
  type VerifyingIntake,
} from './compare-numbered.ts';
import { ImportFindings } from './import-findings.ts';
import type { Verification, VerifiedCrl, VerifiedKind } from './verification-report.ts';
import { verifyPart } from './verify-part.ts';

export interface VerifyImportOptions {
  readonly source: ImportSource;
  readonly store: VerifiedStore;
  /** For the findings of imports, which explain what was refused, and for who has signed what. */
  readonly intake: VerifyingIntake;
  readonly clock: Clock;
  readonly onProgress?: (progress: {
    readonly kind: string;
    readonly done: number;
    readonly total: number | null;
  }) => void;
  readonly signal?: AbortSignal;
}

const samplesMax = 20;

/**
 * Holds a page of each side in memory, the differences and the digests of ranges, whatever the number of entries. Rejects with SourceError or CaError when
 * a side cannot be read, and with the signal's reason when it was stopped.
 */
export async function verifyImport(options: VerifyImportOptions): Promise<Verification> {
  const { source, store, intake, clock } = options;
  const startedAt = clock.now();
  await source.describe();
  if (source.extentOf !== undefined) return verifyPart(options, source.extentOf.bind(source));
  const comparisonOf = async (kind: 'certificate' | 'request'): Promise<Comparison> => {
    const total = await source.count(kind);
    return {
      source,
      store,
      intake,
      findings: new ImportFindings(intake, source.name),
      signal: options.signal,
      onProgress: (done) => options.onProgress?.({ kind, done, total }),
    };
  };
  const certificates = await compareCertificates(await comparisonOf('certificate'));
  const kept = new KeptComparison();
  const comparison = { ...(await comparisonOf('request')), onKept: kept.note.bind(kept) };
  const requests = await compareRequests(comparison);
  const named = await compareNamedKinds(comparison);
  const crls = await compareCrls(comparison);
  const kinds = [certificates.kind, requests, ...named, ...(await kept.compare(comparison))];
  const isFaultless = ({ differenceCount, explainedCount }: VerifiedKind | VerifiedCrl) =>
    differenceCount === explainedCount;
  const samples = await readSamples(certificates.kind, source, store);
  return {
    source: source.name,
    startedAt: startedAt.toISOString(),
    finishedAt: clock.now().toISOString(),
    isEqual: kinds.every(isFaultless) && crls.every(isFaultless),
    kinds,
    crls,
    signatures: certificates.signatures,
    samples,
  };
}

/** Ends of ranges spread over all of them, drawn anew each time and read singly, the way clients will ask for them. */
async function readSamples(
  { ranges }: VerifiedKind,
  source: ImportSource,
  store: VerifiedStore,
): Promise<Verification['samples']> {
  const step = Math.max(1, Math.ceil(ranges.length / samplesMax));
  const offset = (randomBytes(1)[0] ?? 0) % step;
  const chosen = ranges.length === 1 ? ranges : ranges.filter((_, i) => i % step === offset);
  const numbers = chosen.flatMap(({ from, to }) => (ranges.length <= samplesMax / 2 ? [from, to] : [from]));
  return Promise.all(
    [...new Set(numbers)].map(async (text) => {
      const number = serialNumber(BigInt(text));
      const [record] = (await source.find({ kind: 'certificate', serialNumber: number }))?.records ?? [];
      const stored = await store.certificates.find(number);
      return {
        serialNumber: text,
        source: record?.kind === 'certificate' ? sha256(record.value.certificateDer) : null,
        record: stored === null ? null : sha256(stored.certificateDer),
      };
    }),
  );
}
