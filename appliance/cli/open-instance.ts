// A Dogtag instance's folder as a source: chooses how its directory is reached.
import type { ApplianceSettings } from '#appliance/settings';
import {
  type DirectoryPlace,
  type ImportSource,
  openDogtagDirectory,
  openDogtagInstance,
  SourceError,
} from '#importers';
import { CommandFailure } from './failure.ts';
import type { ChosenSource } from './import-sources.ts';
import { nssKeyPlace } from './nss-key-place.ts';
import { openSource, type Surroundings } from './wiring.ts';

export interface InstanceWishes {
  /** A look is content with what the folder holds when its directory is out of reach. */
  readonly isLook: boolean;
  /** Opens the export that takes the directory's place; null for the directory itself. */
  readonly openExport: (() => Promise<ImportSource>) | null;
}

/**
 * The directory is an export where one is named, else that of the settings, which know how it is reached from here, else that of CS.cfg. Throws
 * CommandFailure when the settings speak of another directory, or neither says how to get in.
 */
export async function openInstance(
  path: string,
  context: Surroundings & { readonly settings: ApplianceSettings },
  wishes: InstanceWishes,
): Promise<ChosenSource> {
  const openDirectory = async (place: DirectoryPlace | null): Promise<ImportSource | null> => {
    if (wishes.openExport !== null) return wishes.openExport();
    try {
      return await assertReachable(await openPlace(place, context));
    } catch (error) {
      if (!wishes.isLook || !(error instanceof SourceError || error instanceof CommandFailure)) throw error;
      context.log.warn('the directory of the instance cannot be read; this is what its folder holds', {
        reason: error.message,
      });
      return null;
    }
  };
  const { source, configuration, keyReferences, keys } = await openDogtagInstance(path, {
    clock: context.clock,
    openDirectory,
  });
  const keyPlace = keys === null ? null : await nssKeyPlace(keys.nssDatabase, keys.tokenPassword);
  return { source, keyPlace, instance: { configuration, keyReferences } };
}

async function assertReachable(source: ImportSource): Promise<ImportSource> {
  try {
    await source.describe();
    return source;
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openPlace(
  place: DirectoryPlace | null,
  context: Surroundings & { readonly settings: ApplianceSettings },
): Promise<ImportSource> {
  const { dogtag } = context.settings;
  if (dogtag !== null) {
    const base = (text: string) => text.toLowerCase().replace(/\s*([,=])\s*/g, '$1');
    if (place !== null && base(place.base) !== base(dogtag.directory.base))
      throw new CommandFailure(
        `CS.cfg says that the directory's base is ${place.base}, the settings say ${dogtag.directory.base}`,
        { nextStep: 'set "dogtag.directory" to the directory of this instance, or take "dogtag" out of the settings' },
      );
    return openSource(context.settings, context);
  }
  if (place === null)
    throw new CommandFailure('CS.cfg names no directory', { nextStep: 'name an export of it with --ldif FILE' });
  const { url, base, bindDn, password, caCertificatePem } = place;
  if (bindDn === null || password === null)
    throw new CommandFailure(`the folder has no password for the directory ${url}`, {
      nextStep: 'fill in "dogtag.directory" in the settings, or name an export of it with --ldif FILE',
    });
  return openDogtagDirectory(
    { url: new URL(url), base, bindDn, password, startTls: false, caCertificatePem, timeZone: null },
    context,
  );
}
