// Creates, replaces, enables, disables and removes profiles. Nothing is stored that was not compiled before, and each deed shares its commit
// with its audit record.
import { editProfileText, ProfileSection, ProfileTextError } from '#codecs/dogtag-profile';
import type { AuditEvent, AuditEventName } from '../audit/audit-event.ts';
import { CaError } from '../errors.ts';
import type { Caller, ProfileDefinition, ProfileId, ProfileOrder } from '../model/index.ts';
import {
  compileProfile,
  defineProfile,
  defineUncompiledProfile,
  findProfileFault,
  type ProfileEnvironment,
} from '../profiles/index.ts';
import type { Store, StoredProfile } from '../store.ts';
import type { ProfileCatalog } from './profile-catalog.ts';

export interface ProfileServices {
  readonly store: Store;
  readonly profiles: ProfileCatalog;
}

export interface JudgedProfileOrder {
  /** As it was; null where there was none. */
  readonly before: StoredProfile | null;
  /** As it is to be; null where it is to be gone. */
  readonly after: Omit<StoredProfile, 'revision'> | null;
  /** Of the profile as it is to be; of one that is to be gone, as it was. */
  readonly definition: ProfileDefinition;
}

/** Somebody else changes the same profile at the same moment; never that often. */
const attemptsMax = 5;

/**
 * Returns the profile as it is afterwards (of one that was removed, as it was). Throws CaError `unknown-profile`, `wrong-profile-state`,
 * `malformed-profile`, `unsupported-profile`, `store-unavailable`.
 */
export async function administerProfile(
  order: ProfileOrder,
  caller: Caller,
  { store, profiles }: ProfileServices,
): Promise<ProfileDefinition> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const { before, after, definition } = await judgeOrRecord(order, caller, { store, profiles });
    const event = profileEvent(order, 'success', caller, { class: (after ?? before)?.classId ?? '' });
    if (await store.profiles.change(order.id, before?.revision ?? null, after, [event])) {
      profiles.refresh();
      return definition;
    }
  }
  throw new CaError('wrong-profile-state', `Profile ${order.id} is being changed by somebody else`, {
    subject: order.id,
  });
}

/** What would become of the profile; changes nothing. Throws as `administerProfile`. */
export async function judgeProfileOrder(
  order: ProfileOrder,
  caller: Caller,
  { store, profiles }: ProfileServices,
): Promise<JudgedProfileOrder> {
  const { id } = order;
  const before = await store.profiles.find(id);
  if (order.action === 'create') {
    const source = { id, classId: order.classId, configurationText: order.configurationText };
    if (before !== null || (await isIdTaken(id, store))) throw wrongState(id, 'already exists');
    assertUsableId(id);
    return { before, ...(await disabled(source, profiles)) };
  }
  if (before === null) throw new CaError('unknown-profile', `Profile ${id} Not Found`, { subject: id });
  const isEnabled = readEnabled(before);
  switch (order.action) {
    case 'replace':
      if (isEnabled) throw wrongState(id, 'must be disabled before it is changed');
      return { before, ...(await disabled({ ...before, configurationText: order.configurationText }, profiles)) };
    case 'enable': {
      if (isEnabled) throw wrongState(id, 'is enabled already');
      const edits = { enable: 'true', enableBy: caller.userId ?? 'anonymous' };
      return { before, ...compiled(edited(before, edits), await profiles.environment()) };
    }
    case 'disable': {
      if (!isEnabled) throw wrongState(id, 'is disabled already');
      const after = edited(before, { enable: 'false' });
      // Also one that cannot be applied here can be taken out of use.
      return { before, after, definition: defineOrDescribe(after, await profiles.environment()) };
    }
    case 'remove':
      if (isEnabled) throw wrongState(id, 'must be disabled before it is removed');
      return { before, after: null, definition: defineOrDescribe(before, await profiles.environment()) };
  }
}

/** Refusals are accounted for as well. */
async function judgeOrRecord(order: ProfileOrder, caller: Caller, services: ProfileServices) {
  try {
    return await judgeProfileOrder(order, caller, services);
  } catch (error) {
    if (error instanceof CaError && error.code !== 'store-unavailable')
      await services.store.audit.record([profileEvent(order, 'failure', caller, { reason: error.message })]);
    throw error;
  }
}

async function disabled(source: Omit<StoredProfile, 'revision'>, profiles: ProfileCatalog) {
  return compiled(edited(source, { enable: 'false' }), await profiles.environment());
}

function edited({ id, classId, configurationText }: Omit<StoredProfile, 'revision'>, edits: Record<string, string>) {
  try {
    return { id, classId, configurationText: editProfileText(configurationText, edits) };
  } catch (error) {
    if (!(error instanceof ProfileTextError)) throw error;
    throw new CaError('unsupported-profile', `profile ${id}, ${error.message}`, { subject: id, cause: error });
  }
}

function compiled(after: Omit<StoredProfile, 'revision'>, environment: ProfileEnvironment) {
  const fault = findProfileFault(ProfileSection.parse(after.configurationText));
  if (fault !== null) throw new CaError('malformed-profile', fault, { subject: after.id });
  return { after, definition: defineProfile(compileProfile(after, environment)) };
}

function defineOrDescribe(profile: Omit<StoredProfile, 'revision'>, environment: ProfileEnvironment) {
  try {
    return defineProfile(compileProfile(profile, environment));
  } catch (error) {
    if (error instanceof CaError) return defineUncompiledProfile(profile);
    throw error;
  }
}

function readEnabled({ configurationText }: StoredProfile): boolean {
  return ProfileSection.parse(configurationText).findFlag('enable') ?? false;
}

/** The directory, to which a profile may go back, does not tell names apart that differ in case only. */
async function isIdTaken(id: ProfileId, store: Store): Promise<boolean> {
  return (await store.profiles.list()).some((profile) => profile.id.toLowerCase() === id.toLowerCase());
}

/** What a directory takes as one plain name, and an address as one segment. */
const usableId = /^(?! )[\x20-\x7e]{1,128}(?<! )$/;
const separators = /[,+="\\<>;/#?%]/;

function assertUsableId(id: ProfileId): void {
  if (usableId.test(id) && !separators.test(id)) return;
  throw new CaError('malformed-profile', `Invalid profile ID: ${id}`, { subject: id });
}

function wrongState(id: ProfileId, what: string): CaError {
  return new CaError('wrong-profile-state', `Profile ${id} ${what}`, { subject: id });
}

const eventNames: Readonly<Record<ProfileOrder['action'], AuditEventName>> = {
  create: 'profile-added',
  replace: 'profile-changed',
  enable: 'profile-enabled',
  disable: 'profile-disabled',
  remove: 'profile-removed',
};

function profileEvent(
  { action, id }: ProfileOrder,
  outcome: AuditEvent['outcome'],
  { userId, remoteAddress }: Caller,
  details: Readonly<Record<string, string>>,
): AuditEvent {
  return {
    name: eventNames[action],
    outcome,
    actor: userId ?? 'anonymous',
    remoteAddress,
    details: { profile: id, ...details },
  };
}
