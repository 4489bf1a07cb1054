// Reads numbered objects of both sides in order, with one page of each in memory and the next one under way.
import type {
  CertificateRecord,
  RecordPage,
  RecordReader,
  RequestId,
  RequestRecord,
  SerialNumber,
} from '#ca-core/engine';
import type { Intake } from '#ca-core/intake';
import type { ImportSource, SourceCertificate, SourceFinding, SourceRecord, SourceRequest } from '#importers';

const pageSize = 500;

export interface Numbered<Value> {
  readonly number: bigint;
  readonly value: Value;
}

/** An object of the source with the name of its entry. */
export interface Met<Value> {
  readonly value: Value;
  readonly entry: string;
}

/** An object of the record; `signatureProblem` says why its signature is not good, and is null where it is or there is none. */
export interface Stored<Value> {
  readonly value: Value;
  readonly signatureProblem: string | null;
}

type OnUnreadable = (finding: SourceFinding) => Promise<void>;

/** `onUnreadable` is told of entries that yield no record. */
export async function* readSourceCertificates(
  source: ImportSource,
  onUnreadable: OnUnreadable,
): AsyncGenerator<Numbered<Met<SourceCertificate>>> {
  for await (const record of readSource(source, 'certificate', onUnreadable))
    if (record.kind === 'certificate') yield { number: record.value.serialNumber, value: record };
}

export async function* readSourceRequests(
  source: ImportSource,
  onUnreadable: OnUnreadable,
): AsyncGenerator<Numbered<Met<SourceRequest>>> {
  for await (const record of readSource(source, 'request', onUnreadable))
    if (record.kind === 'request') yield { number: record.value.id, value: record };
}

async function* readSource(
  source: ImportSource,
  kind: 'certificate' | 'request',
  onUnreadable: OnUnreadable,
): AsyncGenerator<SourceRecord> {
  for await (const { records, findings } of readAhead(source.read(kind, null))) {
    const readable = new Set(records.map(({ entry }) => entry));
    const told = new Set<string>();
    for (const finding of findings) {
      if (finding.verdict !== 'refused' || readable.has(finding.entry) || told.has(finding.entry)) continue;
      told.add(finding.entry);
      await onUnreadable(finding);
    }
    yield* records;
  }
}

/** Verifies the signatures of a page at once, on the thread pool. */
export async function* readCertificates(
  reader: RecordReader,
  intake: Pick<Intake, 'checkSignature'>,
): AsyncGenerator<Numbered<Stored<CertificateRecord>>> {
  const pages = pagesOf<CertificateRecord, SerialNumber>((after) => reader.certificatesAfter(after, pageSize));
  const checked = async function* () {
    for await (const page of pages) {
      const check = ({ certificateDer }: CertificateRecord) => intake.checkSignature('certificate', certificateDer);
      const problems = await Promise.all(page.map(check));
      yield page.map((value, index) => ({ value, signatureProblem: problems[index] ?? null }));
    }
  };
  for await (const page of readAhead(checked()))
    for (const stored of page) yield { number: stored.value.serialNumber, value: stored };
}

export async function* readRequests(reader: RecordReader): AsyncGenerator<Numbered<Stored<RequestRecord>>> {
  const pages = pagesOf<RequestRecord, RequestId>((after) => reader.requestsAfter(after, pageSize));
  for await (const page of readAhead(pages))
    for (const value of page) yield { number: value.id, value: { value, signatureProblem: null } };
}

async function* pagesOf<Entry, Place>(
  read: (after: Place | null) => Promise<RecordPage<Entry, Place>>,
): AsyncGenerator<readonly Entry[]> {
  let after: Place | null = null;
  do {
    const page: RecordPage<Entry, Place> = await read(after);
    yield page.entries;
    after = page.next;
  } while (after !== null);
}

/** The same items, each asked for while the one before it is being worked on. */
async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = iterator.next();
      // Whoever stops early never learns of its failure.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await next.catch(() => {});
    await iterator.return?.();
  }
}
