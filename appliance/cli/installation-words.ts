// What Dogtag and its directory say of themselves, which clients go by: learnt while they live, kept for when they are gone.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApplianceSettings } from '#appliance/settings';
import { type DogtagAccess, dogtag10, learnInstallation, type ProductDescription } from '#gateway';
import type { ImportSource } from '#importers';
import type { Log } from '#platform';
import type { OpenRecord } from './wiring.ts';

/** What was learnt of Dogtag, and what settings say over it. */
export interface InstallationWords {
  readonly timeZone: string;
  readonly product: ProductDescription;
  readonly usersPlace: string | null;
}

export async function readInstallationWords(
  settings: ApplianceSettings,
  { facts }: OpenRecord,
): Promise<InstallationWords> {
  const [product, timeZone, usersPlace] = await Promise.all([
    facts.find('product'),
    facts.find('java-time-zone'),
    facts.find('users-place'),
  ]);
  return {
    usersPlace,
    timeZone: settings.authority.timeZone ?? timeZone ?? 'UTC',
    product: answeringAs(settings, product === null ? dogtag10 : (JSON.parse(product) as ProductDescription)),
  };
}

/** What was learnt, but for the release where settings name another one; once there is no Dogtag, that of the profiles. */
function answeringAs({ dogtag, authority }: ApplianceSettings, learnt: ProductDescription): ProductDescription {
  const version = dogtag === null ? authority.dogtagVersion : dogtag.version;
  // Without it, there is nobody who would answer for its other applications.
  const { applications: _, ...authorityAlone } = learnt;
  const answering = dogtag === null ? authorityAlone : learnt;
  return version === null ? answering : { ...answering, version };
}

/** Asks what there is and keeps what it says; who does not answer leaves what was learnt before. */
export async function learnInstallationWords(
  dogtag: DogtagAccess | null,
  source: ImportSource | null,
  record: OpenRecord,
  log: Log,
): Promise<void> {
  await Promise.all([dogtag && learnFromDogtag(dogtag, record, log), source && learnUsersPlace(source, record, log)]);
}

async function learnFromDogtag(dogtag: DogtagAccess, { store, facts }: OpenRecord, log: Log): Promise<void> {
  const host = await store.authorities.findHost();
  if (host === null) return;
  try {
    const [product, timeZone] = await Promise.all([facts.find('product'), facts.find('java-time-zone')]);
    const before =
      product === null || timeZone === null ? null : { product: JSON.parse(product) as ProductDescription, timeZone };
    const serial = host.serialNumber as Parameters<typeof learnInstallation>[1];
    const learnt = await learnInstallation(dogtag.client, serial, before);
    await facts.learn('product', JSON.stringify(learnt.product));
    await facts.learn('java-time-zone', learnt.timeZone);
  } catch (error) {
    log.warn('Dogtag could not be asked what it tells clients about itself', { error });
  }
}

/** A directory that is away is tried for a minute, which a start must not wait for. */
const learnForMs = 2_000;

/** What comes later than a start can wait for counts from the next start on. */
async function learnUsersPlace(source: ImportSource, record: OpenRecord, log: Log): Promise<void> {
  await Promise.race([takeUsersPlace(source, record, log), sleep(learnForMs, undefined, { ref: false })]);
}

async function takeUsersPlace(source: ImportSource, { facts }: OpenRecord, log: Log): Promise<void> {
  try {
    const place = await source.findUsersPlace();
    if (place !== null) await facts.learn('users-place', place);
  } catch (error) {
    log.warn('the directory could not be asked where its users are', { error });
  }
}
