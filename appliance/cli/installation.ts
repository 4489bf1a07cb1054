// Steps that several commands share: importing, catching up, fences and pens of an installation.

import type { ApplianceSettings } from '#appliance/settings';
import type { AuthorityDescription } from '#ca-core/engine';
import type { ImportSource } from '#importers';
import {
  catchUpImport,
  createImportedNumbers,
  ensureFences,
  type FenceReport,
  type ImportProgress,
  type ImportReport,
  proveFences,
  runImport,
} from '#migration';
import { operatorName } from './command-context.ts';
import { CommandFailure } from './failure.ts';
import { type OpenRecord, openIntake, type Surroundings } from './wiring.ts';

/** The host authority of the record. Throws CommandFailure when there is none yet. */
export async function getHostAuthority({ store }: OpenRecord): Promise<AuthorityDescription> {
  const host = await store.authorities.findHost();
  if (host === null)
    throw new CommandFailure('this installation has no authority yet', {
      nextStep: 'import it from Dogtag (retag import) or make one (retag authority create)',
    });
  return host;
}

/** Everything out of the source into the record, then the fences where they are not set yet. */
export async function importEverything(
  source: ImportSource,
  record: OpenRecord,
  surroundings: Surroundings & { readonly settings: ApplianceSettings },
  options: {
    readonly onProgress: (progress: ImportProgress) => void;
    readonly hostCertificateDer: Uint8Array | null;
    readonly signal: AbortSignal;
    readonly again?: boolean;
  },
): Promise<ImportReport> {
  const report = await runImport({
    ...importOptions(source, record, surroundings),
    ...options,
    actor: operatorName(),
    recordAudit: (events) => record.store.audit.record(events),
  });
  // Certificates alone make no installation: fences wait for the authority whose numbers they part.
  if (source.extentOf === undefined || (await record.store.authorities.findHost()) !== null)
    await setFences(source, record, surroundings);
  return report;
}

export async function setFences(
  source: ImportSource | null,
  record: OpenRecord,
  { clock }: Surroundings,
): Promise<void> {
  const { id } = await getHostAuthority(record);
  const ranges = source === null ? [] : (await source.readNumberRanges()).ranges;
  await ensureFences({
    database: record.database,
    record: record.store,
    hostAuthorityId: id,
    ranges,
    clock,
    by: operatorName(),
  });
}

export async function proveFencesNow(source: ImportSource | null, record: OpenRecord): Promise<FenceReport> {
  const ranges = source === null ? [] : (await source.readNumberRanges()).ranges;
  return proveFences({ database: record.database, record: record.store, ranges });
}

/** What Dogtag has done since the record was last brought up to date; how many entries that were. */
export async function catchUp(
  source: ImportSource,
  record: OpenRecord,
  surroundings: Surroundings & { readonly settings: ApplianceSettings },
): Promise<number> {
  return catchUpImport(importOptions(source, record, surroundings));
}

/** What importing, catching up and following need of this installation. */
export function importOptions(
  source: ImportSource,
  record: OpenRecord,
  surroundings: Surroundings & { readonly settings: ApplianceSettings },
) {
  return {
    source,
    intake: openIntake(record, surroundings.settings, surroundings),
    imported: createImportedNumbers(record.store, surroundings.clock),
    ...surroundings,
  };
}
