// GET /ca/rest/profiles/{id} and {id}/raw: a profile as a structure, and as its text.
import { encodeProfileFile } from '#codecs/dogtag-profile';
import { profileData } from '#codecs/dogtag-rest';
import type { ProfileDefinition, ProfileId } from '../../../contract.ts';
import { profileNotFound } from '../error-response.ts';
import { isShownTo, profileDataOf } from '../profile-bodies.ts';
import { answerOctets } from '../raw-profiles.ts';
import { answerWith, type RestCall, type RestOperation } from '../rest-operation.ts';

export const getProfile: RestOperation = async (call) =>
  answerWith(profileData, profileDataOf(await findShown(call), call.request));

export const getRawProfile: RestOperation = async (call) => answerOctets(encodeProfileFile(await findShown(call)));

/** One that the caller may not see is none. Throws RestRefusal. */
async function findShown({ request, caller, ra }: RestCall): Promise<ProfileDefinition> {
  const id = request.parameters.id ?? '';
  const profile = await ra.defineProfile(id as ProfileId);
  if (profile === null || !isShownTo(caller, profile)) throw profileNotFound(id);
  return profile;
}
