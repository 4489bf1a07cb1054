// What a rollback needs of this installation: the record, Dogtag's directory to write to, and an agent who tells Dogtag to make its CRL.
import { setTimeout as delay } from 'node:timers/promises';
import { directoryLayout, directoryTimeZone } from '#codecs/dogtag-directory';
import type { ImportSource } from '#importers';
import {
  type CrlProgress,
  createDirectoryWriter,
  createDogtagCrl,
  createUpstreamFactApplier,
  type HandBackProgress,
  type RollbackServices,
} from '#migration';
import type { CommandContext } from './command-context.ts';
import { CommandFailure } from './failure.ts';
import { catchUp, getHostAuthority, proveFencesNow } from './installation.ts';
import { directorySettings, type OpenRecord, openAgentCalls, openIntake } from './wiring.ts';

export interface RollbackReporting {
  onStep(step: string): void;
  onProgress(progress: HandBackProgress): void;
  onCrlProgress(progress: CrlProgress): void;
}

/** Runs `work` with them and closes what they opened. Throws CommandFailure when there is no Dogtag or no authority. */
export async function withRollbackServices<Result>(
  record: OpenRecord,
  source: ImportSource,
  context: CommandContext,
  reporting: RollbackReporting,
  work: (services: RollbackServices) => Promise<Result>,
): Promise<Result> {
  const { settings, clock, log } = context;
  const { dogtag } = settings;
  if (dogtag === null)
    throw new CommandFailure('there is no Dogtag to go back to', { nextStep: 'fill in "dogtag" in the settings file' });
  const host = await getHostAuthority(record);
  const layout = directoryLayout(dogtag.directory.base);
  const zone = directoryTimeZone((await source.describe()).timeZone);
  const writer = createDirectoryWriter(await directorySettings(dogtag.directory), { log });
  const agent = await openAgentCalls(settings);
  const dogtagCrl = agent && createDogtagCrl({ reader: writer, layout, zone, callAsAgent: agent.call });
  const applier = createUpstreamFactApplier({ source, intake: openIntake(record, settings, context), log });
  try {
    return await work({
      ...record,
      ...record.store,
      recordAudit: (events) => record.store.audit.record(events),
      hostAuthorityId: host.id,
      writer,
      layout,
      zone,
      dogtagCrl,
      catchUp: () => catchUp(source, record, context),
      readAgain: async (names) => {
        await applier.apply(await applier.read(names));
      },
      proveFences: () => proveFencesNow(source, record),
      clock,
      log,
      wait: (ms) => delay(ms),
      ...reporting,
    });
  } finally {
    agent?.close();
    await writer.close();
  }
}
