// Dogtag's REST interface as a source, in the names of the agent and the administrator that the settings know.
import { readFile } from 'node:fs/promises';
import type { ApplianceSettings } from '#appliance/settings';
import { type ImportSource, openDogtagRest } from '#importers';
import { CommandFailure } from './failure.ts';
import type { Surroundings } from './wiring.ts';

/** Throws CommandFailure when no Dogtag is configured. */
export async function openRest({
  settings,
  clock,
}: Pick<Surroundings, 'clock'> & { readonly settings: ApplianceSettings }): Promise<ImportSource> {
  const { dogtag } = settings;
  if (dogtag === null)
    throw new CommandFailure('no Dogtag is configured', {
      nextStep: 'fill in "dogtag" in the settings file (retag config from-env shows its members)',
    });
  const identity = async (files: typeof dogtag.agent) =>
    files && {
      certificatePem: await readFile(files.certificateFile, 'utf8'),
      keyPem: await readFile(files.keyFile, 'utf8'),
    };
  return openDogtagRest(
    {
      url: dogtag.httpsUrl,
      hostName: dogtag.hostName,
      caCertificatePem: await readFile(dogtag.caCertificateFile, 'utf8'),
      agent: await identity(dogtag.agent),
      administrator: await identity(dogtag.administrator),
    },
    { clock },
  );
}
