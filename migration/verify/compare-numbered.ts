// Compares certificates and requests of both sides, number by number.
import {
  type CertificateRecord,
  type RecordReader,
  type RequestRecord,
  requestId,
  type Store,
  serialNumber,
} from '#ca-core/engine';
import type { Intake } from '#ca-core/intake';
import type { ImportSource, SourceCertificate, SourceFinding, SourceRequest } from '#importers';
import {
  digestText,
  type Parts,
  partsOfRequest,
  partsOfSourceCertificate,
  partsOfStoredCertificate,
} from './comparable-parts.ts';
import { describeOctets } from './describe-difference.ts';
import { DifferenceList } from './difference-list.ts';
import type { ImportFindings } from './import-findings.ts';
import { nextStepForBytes } from './next-step.ts';
import { RangeDigests } from './range-digests.ts';
import {
  type Met,
  type Numbered,
  readCertificates,
  readRequests,
  readSourceCertificates,
  readSourceRequests,
  type Stored,
} from './read-sides.ts';
import type { VerifiedKind, VerifiedSignatures } from './verification-report.ts';
import { walkSideBySide } from './walk-side-by-side.ts';

export type VerifiedStore = Pick<
  Store,
  'certificates' | 'requests' | 'profiles' | 'authorities' | 'crls' | 'access' | 'roster' | 'securityDomain'
> & { readonly recordReader: RecordReader };

export type VerifyingIntake = Pick<Intake, 'findFindings' | 'checkSignature'>;

export interface Comparison {
  readonly source: ImportSource;
  readonly store: VerifiedStore;
  readonly intake: VerifyingIntake;
  readonly findings: ImportFindings;
  /** Called now and then with the number of objects compared so far. */
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Objects that differ are looked at once more, singly, because either side may have changed between the two readings. */
const secondLooksMax = 2000;
const progressEvery = 500;

export async function compareCertificates(
  comparison: Comparison,
): Promise<{ readonly kind: VerifiedKind; readonly signatures: VerifiedSignatures }> {
  const { source, store, intake } = comparison;
  const comparer = new NumberedComparer<SourceCertificate, CertificateRecord>(comparison, {
    kind: 'certificate',
    lefts: (onUnreadable) => readSourceCertificates(source, onUnreadable),
    rights: () => readCertificates(store.recordReader, intake),
    partsOfLeft: partsOfSourceCertificate,
    partsOfRight: partsOfStoredCertificate,
    findLeft: async (number) => {
      const [record] = (await source.find({ kind: 'certificate', serialNumber: number }))?.records ?? [];
      return record?.kind === 'certificate' ? { value: record.value, entry: record.entry } : null;
    },
    findRight: async (number) => {
      const value = await store.certificates.find(serialNumber(number));
      if (value === null) return null;
      return { value, signatureProblem: await intake.checkSignature('certificate', value.certificateDer) };
    },
    describePart: async (part, left, right) => {
      if (part !== 'certificateDer') return {};
      const problem = await intake.checkSignature('certificate', left.certificateDer);
      const ofSource = problem === null ? "the source's is signed" : `the source's ${problem}`;
      const ofRecord =
        right.signatureProblem === null ? "the record's is signed" : `the record's ${right.signatureProblem}`;
      return {
        detail: `${describeOctets(left.certificateDer, right.value.certificateDer) ?? ''}; ${ofSource}, ${ofRecord}`,
        nextStep: nextStepForBytes(problem, right.signatureProblem),
      };
    },
  });
  const kind = await comparer.compare();
  return { kind, signatures: { checked: kind.recordCount, bad: comparer.badSignatures } };
}

export function compareRequests(comparison: Comparison): Promise<VerifiedKind> {
  const { source, store } = comparison;
  return new NumberedComparer<SourceRequest, RequestRecord>(comparison, {
    kind: 'request',
    lefts: (onUnreadable) => readSourceRequests(source, onUnreadable),
    rights: () => readRequests(store.recordReader),
    partsOfLeft: (request, right) =>
      partsOfRequest(request, { hasAuthority: request.authorityId !== null, madeHere: ifMadeHere(right) }),
    partsOfRight: (request, left) =>
      partsOfRequest(request, { hasAuthority: left?.authorityId != null, madeHere: ifMadeHere(request) }),
    findLeft: async (number) => {
      const [record] = (await source.find({ kind: 'request', id: number }))?.records ?? [];
      return record?.kind === 'request' ? { value: record.value, entry: record.entry } : null;
    },
    findRight: async (number) => {
      const value = await store.requests.find(requestId(number));
      return value === null ? null : { value, signatureProblem: null };
    },
    describePart: async () => ({}),
  }).compare();
}

function ifMadeHere(request: RequestRecord | null): RequestRecord | null {
  return request?.origin === 'native' ? request : null;
}

interface NumberedSides<Left, Right> {
  readonly kind: 'certificate' | 'request';
  readonly lefts: (onUnreadable: (finding: SourceFinding) => Promise<void>) => AsyncIterable<Numbered<Met<Left>>>;
  readonly rights: () => AsyncIterable<Numbered<Stored<Right>>>;
  readonly partsOfLeft: (left: Left, right: Right | null) => Parts;
  readonly partsOfRight: (right: Right, left: Left | null) => Parts;
  readonly findLeft: (number: bigint) => Promise<Met<Left> | null>;
  readonly findRight: (number: bigint) => Promise<Stored<Right> | null>;
  /** What is said of a part that differs, beyond its two texts. */
  readonly describePart: (
    part: string,
    left: Left,
    right: Stored<Right>,
  ) => Promise<{ readonly detail?: string; readonly nextStep?: string }>;
}

interface Suspect {
  readonly number: bigint;
  /** Of the object of the source, when there was one. */
  readonly entry: string | null;
}

class NumberedComparer<Left, Right extends { readonly origin: 'native' | 'imported' }> {
  readonly #comparison: Comparison;
  readonly #sides: NumberedSides<Left, Right>;
  readonly #digests = new RangeDigests();
  readonly #differences: DifferenceList;
  readonly #suspects: Suspect[] = [];
  #sourceCount = 0;
  #recordCount = 0;
  #madeHereCount = 0;
  #highest: bigint | null = null;
  badSignatures = 0;

  constructor(comparison: Comparison, sides: NumberedSides<Left, Right>) {
    this.#comparison = comparison;
    this.#sides = sides;
    this.#differences = new DifferenceList(sides.kind, comparison.findings);
  }

  async compare(): Promise<VerifiedKind> {
    const { signal, onProgress } = this.#comparison;
    const { kind, lefts, rights } = this.#sides;
    const noteUnreadable = ({ entry, kind: what, message }: SourceFinding) =>
      this.#differences.add({
        object: entry,
        entry,
        part: 'unreadable',
        source: `${what}: ${message}`,
        record: 'absent',
      });
    for await (const { number, left, right } of walkSideBySide(lefts(noteUnreadable), rights())) {
      signal?.throwIfAborted();
      await this.#meet(number, left, right);
      if ((this.#sourceCount + this.#recordCount) % progressEvery === 0) onProgress(this.#done);
    }
    for (const suspect of this.#suspects) {
      signal?.throwIfAborted();
      await this.#lookAgain(suspect);
    }
    onProgress(this.#done);
    return {
      kind,
      sourceCount: this.#sourceCount,
      recordCount: this.#recordCount,
      madeHereCount: this.#madeHereCount,
      ranges: this.#digests.finish(),
      ...(await this.#differences.result()),
    };
  }

  get #done(): number {
    return Math.max(this.#sourceCount, this.#recordCount);
  }

  async #meet(number: bigint, left: Met<Left> | null, right: Stored<Right> | null): Promise<void> {
    if (left !== null) this.#sourceCount++;
    if (right !== null) this.#recordCount++;
    if (right !== null && right.signatureProblem !== null) this.badSignatures++;
    // What was made here is nobody's loss when the source lacks it.
    if (left === null && right?.value.origin === 'native') {
      this.#madeHereCount++;
      await this.#noteSignature(number, null, right);
      return;
    }
    const [source, record] = this.#textsOf(left, right);
    // An entry that numbers do not lead to comes last, out of order: it has its own second look and no place in the ranges.
    if (this.#highest === null || number > this.#highest) {
      this.#highest = number;
      this.#digests.add(number, source, record);
    }
    if (source === record) return this.#noteSignature(number, left, right);
    if (this.#suspects.length < secondLooksMax) this.#suspects.push({ number, entry: left?.entry ?? null });
    else await this.#addDifference(number, left, right);
  }

  async #lookAgain({ number, entry }: Suspect): Promise<void> {
    const [left, right] = await Promise.all([this.#sides.findLeft(number), this.#sides.findRight(number)]);
    if (left !== null && entry !== null && left.entry !== entry)
      await this.#differences.add({
        object: number.toString(),
        entry,
        part: 'repeated',
        source: entry,
        record: `one ${this.#sides.kind} of this number, of entry ${left.entry}`,
      });
    const [source, record] = this.#textsOf(left, right);
    if (source === record) await this.#noteSignature(number, left, right);
    else await this.#addDifference(number, left, right);
  }

  /** Everything that is compared of each side; null where there is nothing. */
  #textsOf(left: Met<Left> | null, right: Stored<Right> | null): [string | null, string | null] {
    const { partsOfLeft, partsOfRight } = this.#sides;
    return [
      left === null ? null : digestText(partsOfLeft(left.value, right?.value ?? null)),
      right === null ? null : digestText(partsOfRight(right.value, left?.value ?? null)),
    ];
  }

  async #noteSignature(number: bigint, left: Met<Left> | null, right: Stored<Right> | null): Promise<void> {
    if (right === null || right.signatureProblem === null) return;
    await this.#differences.add({
      object: number.toString(),
      entry: left?.entry ?? null,
      part: 'signature',
      source: left === null ? 'absent' : 'the same octets',
      record: right.signatureProblem,
    });
  }

  async #addDifference(number: bigint, left: Met<Left> | null, right: Stored<Right> | null): Promise<void> {
    const object = number.toString();
    if (left === null) {
      if (right !== null && right.value.origin === 'imported')
        await this.#differences.add({ object, entry: null, part: 'extra', source: 'absent', record: 'present' });
      return;
    }
    const { entry } = left;
    if (right === null) {
      await this.#differences.add({ object, entry, part: 'missing', source: 'present', record: 'absent' });
      return;
    }
    const { partsOfLeft, partsOfRight, describePart } = this.#sides;
    const source = partsOfLeft(left.value, right.value);
    const record = partsOfRight(right.value, left.value);
    await this.#differences.addParts(object, entry, source, record, (part) => describePart(part, left.value, right));
    if (source.certificateDer === record.certificateDer) await this.#noteSignature(number, left, right);
  }
}
