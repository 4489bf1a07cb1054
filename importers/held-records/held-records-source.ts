// Records that were read beforehand and are held in memory, as an ImportSource: of files that a person put together, not of a whole directory.
import { decodeCertificate, extensionOids, findExtension } from '#codecs/x509';
import {
  type ImportSource,
  type SourceBatch,
  type SourceDescription,
  SourceError,
  type SourceExtent,
  type SourceName,
} from '../import-source.ts';
import type { SourceFinding, SourceKind, SourceNumberRange, SourceRecord, SourceRecordOf } from '../records.ts';
import { UnchangingSource } from '../unchanging-source.ts';

export interface HeldContent {
  /** Names the source in provenance. */
  readonly name: string;
  /** What it is, for people. */
  readonly server: string;
  readonly remarks: readonly string[];
  /** About the source and about everything in it. */
  readonly findings: readonly SourceFinding[];
  readonly records: readonly SourceRecord[];
  /** Kinds that it can hold; of others it says nothing. */
  readonly kinds: readonly SourceKind[];
  readonly ranges?: readonly SourceNumberRange[];
  /** What is to be done when nobody reads any more. */
  readonly close?: () => Promise<void>;
}

/** Issuers of one batch are judged before the rest of it, so that batches are as large as the intake takes without pausing. */
const batchSize = 2000;

export function createHeldRecordsSource(content: HeldContent): ImportSource {
  return new HeldRecordsSource(content);
}

class HeldRecordsSource extends UnchangingSource implements ImportSource {
  readonly name: string;
  readonly #content: HeldContent;
  readonly #certificates: readonly SourceRecordOf<'certificate'>[];

  constructor(content: HeldContent) {
    super();
    this.name = content.name;
    this.#content = content;
    this.#certificates = content.records
      .filter((record) => record.kind === 'certificate')
      .sort((a, b) => compare(a.value.serialNumber, b.value.serialNumber));
  }

  extentOf(kind: SourceKind): SourceExtent {
    return this.#content.kinds.includes(kind) ? 'part' : 'none';
  }

  async describe(): Promise<SourceDescription> {
    const { name, server, remarks, findings } = this.#content;
    return { name, server, timeZone: 'UTC', servers: [], remarks, findings };
  }

  async findUsersPlace(): Promise<null> {
    return null;
  }

  async count(kind: SourceKind): Promise<number> {
    return this.#of(kind).length;
  }

  async *read(kind: SourceKind, after: string | null): AsyncGenerator<SourceBatch> {
    if (kind === 'certificate') yield* this.#readCertificates(after);
    else if (after !== 'done' && this.#of(kind).length > 0) yield batchOf(this.#of(kind), 'done');
  }

  async find(name: SourceName): Promise<SourceBatch | null> {
    const found = this.#of(name.kind).find((record) => isNamed(record, name));
    return found === undefined ? null : batchOf([found], 'done');
  }

  async readNumberRanges() {
    return { ranges: this.#content.ranges ?? [], findings: [] };
  }

  async close(): Promise<void> {
    await this.#content.close?.();
  }

  /** The checkpoint is the number of the last certificate; those that share one number are never parted. */
  async *#readCertificates(after: string | null): AsyncGenerator<SourceBatch> {
    const behind = parseCheckpoint(after);
    const wanted = this.#certificates.filter(({ value }) => behind === null || value.serialNumber > behind);
    if (wanted.length > batchSize) {
      const issuers = wanted.filter(({ value }) => mayIssue(value.certificateDer));
      if (issuers.length > 0) yield { ...batchOf(issuers, after ?? atStart), entryCount: 0, isAhead: true };
    }
    for (let start = 0; start < wanted.length; ) {
      let end = Math.min(start + batchSize, wanted.length);
      while (end < wanted.length && wanted[end]?.value.serialNumber === wanted[end - 1]?.value.serialNumber) end++;
      const records = wanted.slice(start, end);
      yield batchOf(records, String(records.at(-1)?.value.serialNumber));
      start = end;
    }
  }

  #of(kind: SourceKind): readonly SourceRecord[] {
    if (kind === 'certificate') return this.#certificates;
    return this.#content.records.filter((record) => record.kind === kind);
  }
}

const atStart = 'start';

function parseCheckpoint(checkpoint: string | null): bigint | null {
  if (checkpoint === null || checkpoint === atStart) return null;
  if (/^-?[0-9]{1,120}$/.test(checkpoint)) return BigInt(checkpoint);
  throw new SourceError('malformed', `not a checkpoint: ${JSON.stringify(checkpoint)}`);
}

function batchOf(records: readonly SourceRecord[], checkpoint: string): SourceBatch {
  return { records, findings: [], entryCount: records.length, checkpoint, roll: null };
}

function isNamed(record: SourceRecord, name: SourceName): boolean {
  switch (name.kind) {
    case 'certificate':
      return record.kind === 'certificate' && record.value.serialNumber === name.serialNumber;
    case 'request':
      return record.kind === 'request' && record.value.id === name.id;
    case 'profile':
    case 'authority':
      return (record.kind === 'profile' || record.kind === 'authority') && record.value.id === name.name;
    case 'user':
      return record.kind === 'user' && record.value.userId === name.name;
    case 'group':
      return record.kind === 'group' && record.value.name === name.name;
    case 'crl':
      return record.kind === 'crl' && record.value.issuingPoint === name.name;
  }
}

function mayIssue(certificateDer: Uint8Array): boolean {
  try {
    const { extensions, issuerDer, subjectDer } = decodeCertificate(certificateDer, { rules: 'ber' });
    return findExtension(extensions, extensionOids.basicConstraints) !== null || issuerDer.equals(subjectDer);
  } catch {
    return false;
  }
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
