// What sources have in common that cannot tell what changes in them: they are read again instead.
import type { ChangeMark, ChangeReview, SourceBatch, SourceName } from './import-source.ts';
import type { SourceAccountLine } from './records.ts';

/** The parts of ImportSource by which changes are followed, and the account of entries, which only directories have. */
export abstract class UnchangingSource {
  async markChanges(): Promise<ChangeMark> {
    return { since: 'none', until: 'none' };
  }

  async reviewChanges(): Promise<ChangeReview> {
    const changed = { certificate: [], request: [] };
    return { gap: null, kinds: new Set(), changed, removed: [], mark: await this.markChanges() };
  }

  async *readChanges(): AsyncGenerator<SourceBatch> {}

  async *listNumbers(): AsyncGenerator<bigint> {}

  async account(): Promise<readonly SourceAccountLine[]> {
    return [];
  }

  entryOf(name: SourceName): string {
    if (name.kind === 'certificate') return `certificate ${name.serialNumber}`;
    return name.kind === 'request' ? `request ${name.id}` : `${name.kind} ${name.name}`;
  }
}
