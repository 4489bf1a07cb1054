// Compares the whole source with the whole record, value by value, and says exactly what differs. Changes nothing on either side.
import { serialNumber } from '#ca-core/engine';
import type { Intake } from '#ca-core/intake';
import type { ImportSource } from '#importers';
import type { Clock } from '#platform';
import { sha256 } from './comparable-parts.ts';
import { compareCrl } from './compare-crl.ts';
import { compareNamedKinds } from './compare-named.ts';
import {
  compareCertificates,
  compareRequests,
  type NumberedComparison,
  type VerifiedStore,
} from './compare-numbered.ts';
import { ImportFindings } from './import-findings.ts';
import type { Verification, VerifiedCrl, VerifiedKind } from './verification-report.ts';
import { verifyPart } from './verify-part.ts';

export interface VerifyImportOptions {
  readonly source: ImportSource;
  readonly store: VerifiedStore;
  /** For the findings of imports, which explain what was refused. */
  readonly intake: Pick<Intake, 'listFindings'>;
  readonly clock: Clock;
  readonly onProgress?: (progress: {
    readonly kind: string;
    readonly done: number;
    readonly total: number | null;
  }) => void;
  readonly signal?: AbortSignal;
}

const findingsMax = 1_000_000;
const samplesMax = 20;

/** Rejects with SourceError or CaError when a side cannot be read, and with the signal's reason when it was stopped. */
export async function verifyImport(options: VerifyImportOptions): Promise<Verification> {
  const { source, store, intake, clock } = options;
  const now = clock.now();
  await source.describe();
  if (source.extentOf !== undefined) return verifyPart(options, source.extentOf.bind(source));
  const findings = new ImportFindings(await intake.listFindings(findingsMax), source.name);
  const comparisonOf = async (kind: 'certificate' | 'request'): Promise<NumberedComparison> => {
    const total = await source.count(kind);
    return {
      source,
      store,
      now,
      findings,
      signal: options.signal,
      onProgress: (done) => options.onProgress?.({ kind, done, total }),
    };
  };
  const certificates = await compareCertificates(await comparisonOf('certificate'));
  const requests = await compareRequests(await comparisonOf('request'));
  const named = await compareNamedKinds(await comparisonOf('request'));
  const crls = await compareCrls(source, store);
  const kinds = [certificates, requests, ...named];
  const isFaultless = ({ differenceCount, explainedCount }: VerifiedKind | VerifiedCrl) =>
    differenceCount === explainedCount;
  return {
    source: source.name,
    startedAt: now.toISOString(),
    finishedAt: clock.now().toISOString(),
    isEqual: kinds.every(isFaultless) && crls.every(isFaultless),
    kinds,
    crls,
    samples: await readSamples(certificates, source, store),
  };
}

async function compareCrls(source: ImportSource, store: VerifiedStore): Promise<VerifiedCrl[]> {
  const crls: VerifiedCrl[] = [];
  for await (const { records } of source.read('crl', null))
    for (const record of records)
      if (record.kind === 'crl' && record.value.crlKind === 'full') crls.push(await compareCrl(record.value, store));
  return crls;
}

/** The first certificate of ranges spread over all of them, read singly, the way clients will ask for them. */
async function readSamples(
  { ranges }: VerifiedKind,
  source: ImportSource,
  store: VerifiedStore,
): Promise<Verification['samples']> {
  const step = Math.max(1, Math.ceil(ranges.length / samplesMax));
  const chosen = ranges
    .filter((_, i) => i % step === 0)
    .flatMap(({ from, to }) => (ranges.length === 1 ? [from, to] : [from]));
  return Promise.all(
    [...new Set(chosen)].map(async (text) => {
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
