// A Dogtag's directory, with what only the instance's folder knows laid over it.
import type { ImportSource, SourceBatch, SourceDescription, SourceName } from '../import-source.ts';
import type { SourceFinding, SourceKind, SourceNumberRange, SourceRecord, SourceRecordOf } from '../records.ts';

export interface InstanceParts {
  readonly remarks: readonly string[];
  readonly findings: readonly SourceFinding[];
  /** Profiles that are in files; null where they are in the directory. */
  readonly profiles: readonly SourceRecordOf<'profile'>[] | null;
  /** The host authority's certificate, for a directory that does not hold it. */
  readonly hostCertificateDer: Uint8Array | null;
  readonly ranges: readonly SourceNumberRange[];
  readonly close: () => Promise<void>;
}

/** Goes by the directory's own name, so that what was imported can be followed there. */
export function withInstance(directory: ImportSource, parts: InstanceParts): ImportSource {
  return new DirectoryOfInstance(directory, parts);
}

class DirectoryOfInstance implements ImportSource {
  readonly name: string;
  readonly #directory: ImportSource;
  readonly #parts: InstanceParts;

  constructor(directory: ImportSource, parts: InstanceParts) {
    this.name = directory.name;
    this.#directory = directory;
    this.#parts = parts;
  }

  async describe(): Promise<SourceDescription> {
    const description = await this.#directory.describe();
    const { remarks, findings } = this.#parts;
    return {
      ...description,
      remarks: [...description.remarks, ...remarks],
      findings: [...description.findings, ...findings],
    };
  }

  findUsersPlace(): Promise<string | null> {
    return this.#directory.findUsersPlace();
  }

  async count(kind: SourceKind): Promise<number | null> {
    const { profiles } = this.#parts;
    return kind === 'profile' && profiles !== null ? profiles.length : this.#directory.count(kind);
  }

  async *read(kind: SourceKind, after: string | null): AsyncGenerator<SourceBatch> {
    const { profiles } = this.#parts;
    if (kind === 'profile' && profiles !== null) {
      if (after !== 'done')
        yield batchOfProfiles(
          profiles,
          profiles.map(({ value }) => value.id),
        );
      return;
    }
    for await (const batch of this.#directory.read(kind, after))
      yield kind === 'authority' ? this.#complete(batch) : batch;
  }

  async find(name: SourceName): Promise<SourceBatch | null> {
    const { profiles } = this.#parts;
    if (name.kind === 'profile' && profiles !== null) {
      const found = profiles.filter(({ value }) => value.id === name.name);
      return found.length === 0 ? null : batchOfProfiles(found, null);
    }
    const batch = await this.#directory.find(name);
    return batch !== null && name.kind === 'authority' ? this.#complete(batch) : batch;
  }

  async readNumberRanges() {
    const { ranges, findings } = await this.#directory.readNumberRanges();
    return { ranges: [...ranges, ...this.#parts.ranges], findings };
  }

  markChanges() {
    return this.#directory.markChanges();
  }

  reviewChanges(since: string) {
    return this.#directory.reviewChanges(since);
  }

  readChanges(...wanted: Parameters<ImportSource['readChanges']>) {
    return this.#directory.readChanges(...wanted);
  }

  listNumbers(kind: 'certificate' | 'request') {
    return this.#directory.listNumbers(kind);
  }

  account() {
    return this.#directory.account();
  }

  entryOf(name: SourceName): string {
    return this.#directory.entryOf(name);
  }

  close(): Promise<void> {
    return this.#directory.close().finally(this.#parts.close);
  }

  /** A CA that another one certified keeps its own certificate outside of the directory: the folder has it. */
  #complete(batch: SourceBatch): SourceBatch {
    const { hostCertificateDer } = this.#parts;
    const completed = new Set<string>();
    const records = batch.records.map((record): SourceRecord => {
      const isLacking =
        record.kind === 'authority' && record.value.isHostAuthority && record.value.certificateDer === null;
      if (!isLacking || hostCertificateDer === null) return record;
      completed.add(record.entry);
      return { ...record, value: { ...record.value, certificateDer: hostCertificateDer } };
    });
    const findings = batch.findings.filter(
      ({ kind, entry }) => kind !== 'authority-certificate-missing' || !completed.has(entry),
    );
    return { ...batch, records, findings };
  }
}

function batchOfProfiles(records: readonly SourceRecordOf<'profile'>[], roll: readonly string[] | null): SourceBatch {
  return { records, findings: [], entryCount: records.length, checkpoint: 'done', roll };
}
