// Compares certificates and requests of both sides, number by number.
import {
  type CertificateRecord,
  type RequestRecord,
  requestId,
  type SerialNumber,
  type Store,
  serialNumber,
} from '#ca-core/engine';
import type { ImportSource, SourceCertificate, SourceKeptSet, SourceRequest } from '#importers';
import {
  digestText,
  type Parts,
  partsOfRequest,
  partsOfSourceCertificate,
  partsOfStoredCertificate,
} from './comparable-parts.ts';
import { DifferenceList } from './difference-list.ts';
import type { ImportFindings } from './import-findings.ts';
import { RangeDigests } from './range-digests.ts';
import type { VerifiedKind } from './verification-report.ts';
import { walkSideBySide } from './walk-side-by-side.ts';

export type VerifiedStore = Pick<
  Store,
  | 'certificates'
  | 'requests'
  | 'profiles'
  | 'authorities'
  | 'crls'
  | 'access'
  | 'roster'
  | 'securityDomain'
  | 'keptEntries'
  | 'authorityKeys'
>;

export interface NumberedComparison {
  readonly source: ImportSource;
  readonly store: VerifiedStore;
  readonly now: Date;
  readonly findings: ImportFindings;
  /** Called now and then with the number of objects compared so far. */
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal | undefined;
  /** Told of what came along with the source's requests, so that they are not read twice. */
  readonly onKept?: (sets: readonly SourceKeptSet[]) => void;
}

const pageSize = 500;
/** Objects that differ are looked at once more, singly, because either side may have changed between the two readings. */
const secondLooksMax = 2000;

interface Met<Value> {
  readonly value: Value;
  readonly entry: string;
}

export function compareCertificates(comparison: NumberedComparison): Promise<VerifiedKind> {
  const { source, store } = comparison;
  return compareNumbered<SourceCertificate, CertificateRecord>(comparison, {
    kind: 'certificate',
    lefts: sourceCertificates(source),
    rights: storedCertificates(store, comparison.now),
    partsOfLeft: partsOfSourceCertificate,
    partsOfRight: partsOfStoredCertificate,
    isImported: ({ origin }) => origin === 'imported',
    findLeft: async (number) => {
      const batch = await source.find({ kind: 'certificate', serialNumber: number });
      const [record] = batch?.records ?? [];
      return record?.kind === 'certificate' ? { value: record.value, entry: record.entry } : null;
    },
    findRight: (number) => store.certificates.find(serialNumber(number)),
  });
}

export function compareRequests(comparison: NumberedComparison): Promise<VerifiedKind> {
  const { source, store } = comparison;
  return compareNumbered<SourceRequest, RequestRecord>(comparison, {
    kind: 'request',
    lefts: sourceRequests(source, comparison.onKept),
    rights: storedRequests(store),
    partsOfLeft: (request, right) =>
      partsOfRequest(request, { hasAuthority: request.authorityId !== null, madeHere: ifMadeHere(right) }),
    partsOfRight: (request, left) =>
      partsOfRequest(request, { hasAuthority: left?.authorityId != null, madeHere: ifMadeHere(request) }),
    isImported: ({ origin }) => origin === 'imported',
    findLeft: async (number) => {
      const batch = await source.find({ kind: 'request', id: number });
      const [record] = batch?.records ?? [];
      return record?.kind === 'request' ? { value: record.value, entry: record.entry } : null;
    },
    findRight: (number) => store.requests.find(requestId(number)),
  });
}

function ifMadeHere(request: RequestRecord | null): RequestRecord | null {
  return request?.origin === 'native' ? request : null;
}

interface NumberedSides<Left, Right> {
  readonly kind: string;
  readonly lefts: AsyncIterable<{ readonly number: bigint; readonly value: Met<Left> }>;
  readonly rights: AsyncIterable<{ readonly number: bigint; readonly value: Right }>;
  readonly partsOfLeft: (left: Left, right: Right | null) => Parts;
  readonly partsOfRight: (right: Right, left: Left | null) => Parts;
  /** Objects made here are nobody's loss when the source lacks them. */
  readonly isImported: (right: Right) => boolean;
  readonly findLeft: (number: bigint) => Promise<Met<Left> | null>;
  readonly findRight: (number: bigint) => Promise<Right | null>;
}

async function compareNumbered<Left, Right>(
  { findings, onProgress, signal }: NumberedComparison,
  sides: NumberedSides<Left, Right>,
): Promise<VerifiedKind> {
  const digests = new RangeDigests();
  const differences = new DifferenceList();
  const suspects: bigint[] = [];
  let sourceCount = 0;
  let recordCount = 0;
  let highest = -1n;
  const areEqual = (left: Met<Left> | null, right: Right | null): boolean => {
    const source = left === null ? null : sides.partsOfLeft(left.value, right);
    const record = right === null ? null : sides.partsOfRight(right, left?.value ?? null);
    return source !== null && record !== null ? digestText(source) === digestText(record) : source === record;
  };
  for await (const { number, left, right } of walkSideBySide(sides.lefts, sides.rights)) {
    signal?.throwIfAborted();
    if (left !== null) sourceCount++;
    if (right !== null) recordCount++;
    if ((sourceCount + recordCount) % 1000 === 0) onProgress(Math.max(sourceCount, recordCount));
    if (left === null && right !== null && !sides.isImported(right)) continue;
    // An entry that numbers do not lead to comes last, out of order: it has its own second look and no place in the ranges.
    if (number > highest) {
      highest = number;
      digests.add(
        number,
        left === null ? null : digestText(sides.partsOfLeft(left.value, right)),
        right === null ? null : digestText(sides.partsOfRight(right, left?.value ?? null)),
      );
    }
    if (areEqual(left, right)) continue;
    if (suspects.length < secondLooksMax) suspects.push(number);
    else addDifference(number, left, right, sides, findings, differences);
  }
  for (const number of suspects) {
    const [left, right] = await Promise.all([sides.findLeft(number), sides.findRight(number)]);
    if (!areEqual(left, right)) addDifference(number, left, right, sides, findings, differences);
  }
  onProgress(Math.max(sourceCount, recordCount));
  return { kind: sides.kind, sourceCount, recordCount, ranges: digests.finish(), ...differences.result() };
}

function addDifference<Left, Right>(
  number: bigint,
  left: Met<Left> | null,
  right: Right | null,
  sides: NumberedSides<Left, Right>,
  findings: ImportFindings,
  differences: DifferenceList,
): void {
  const object = number.toString();
  if (left === null && right !== null) {
    if (sides.isImported(right))
      differences.add({ object, part: 'extra', source: 'absent', record: 'present', explanation: null });
    return;
  }
  if (left === null) return;
  const explanation = findings.explainMissing(left.entry);
  if (right === null) {
    differences.add({ object, part: 'missing', source: 'present', record: 'absent', explanation });
    return;
  }
  const [source, record] = [sides.partsOfLeft(left.value, right), sides.partsOfRight(right, left.value)];
  differences.addParts(object, source, record, (part) => findings.explainPart(left.entry, part));
}

async function* sourceCertificates(source: ImportSource) {
  for await (const { records } of source.read('certificate', null))
    for (const record of records)
      if (record.kind === 'certificate')
        yield { number: record.value.serialNumber, value: { value: record.value, entry: record.entry } };
}

async function* sourceRequests(source: ImportSource, onKept: NumberedComparison['onKept']) {
  for await (const { records, kept } of source.read('request', null)) {
    onKept?.(kept ?? []);
    for (const record of records)
      if (record.kind === 'request')
        yield { number: record.value.id, value: { value: record.value, entry: record.entry } };
  }
}

async function* storedCertificates(store: VerifiedStore, now: Date) {
  let after: SerialNumber | null = null;
  for (;;) {
    const query = after === null ? { limit: pageSize } : { limit: pageSize, afterSerial: after };
    const { certificates } = await store.certificates.search(query, now);
    for (const record of certificates) yield { number: record.serialNumber as bigint, value: record };
    const last = certificates.at(-1);
    if (last === undefined || certificates.length < pageSize) return;
    after = last.serialNumber;
  }
}

async function* storedRequests(store: VerifiedStore) {
  let from = requestId(0n);
  for (;;) {
    const { requests } = await store.requests.list({ fromId: from, limit: pageSize });
    for (const record of requests) yield { number: record.id as bigint, value: record };
    const last = requests.at(-1);
    if (last === undefined || requests.length < pageSize) return;
    from = requestId(last.id + 1n);
  }
}
