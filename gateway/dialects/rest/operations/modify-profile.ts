// PUT /ca/rest/profiles/{id} and {id}/raw: another structure or text for a profile that is disabled.
import { profileData } from '#codecs/dogtag-rest';
import type { ProfileDefinition, ProfileId } from '../../../contract.ts';
import { asCaError } from '../../ca-error.ts';
import {
  badRequest,
  conflict,
  failure,
  profileNotFound,
  type RestRefusal,
  refusalOfCaError,
} from '../error-response.ts';
import { profileDataOf } from '../profile-bodies.ts';
import { profileTextOf } from '../profile-text-of-body.ts';
import { answerOctets, readRawProfile } from '../raw-profiles.ts';
import type { RestRequest } from '../rest-dialect.ts';
import { answerWith, type RestCall, type RestOperation, readBody } from '../rest-operation.ts';

/** Version 2 has lost a space. */
const enabled = ({ dialect }: RestRequest) =>
  conflict(`Cannot change profile data. ${dialect.api === 'v2' ? '' : ' '}Profile must be disabled`);

/** The address names the profile; what the text says of id and class does not count. */
export const modifyRawProfile: RestOperation = async (call) => {
  const refused = (problem: string) =>
    badRequest(problem === '' ? 'Invalid profile data' : `Invalid profile data: ${problem}`);
  // An enabled profile is refused whatever the text.
  await findDisabled(call);
  const { text, echo } = readRawProfile(call, refused);
  await replaceOrRefuse(call, text, refused);
  return answerOctets(echo);
};

export const modifyProfile: RestOperation = async (call) => {
  const { request, settings } = call;
  const data = readBody(request, profileData);
  if (data === null) throw badRequest('Unable to modify profile: Invalid profile data');
  const before = await findDisabled(call);
  if (data.id !== null && data.id !== before.id)
    throw badRequest(
      `Unable to modify profile: The profile in the body is ${data.id}, not the one addressed, ${before.id}`,
    );
  const text = profileTextOf(data, before.configurationText, settings.clock.now());
  const refused = (problem: string) =>
    failure(problem === '' ? 'Error changing profile data' : `Error changing profile data: ${problem}`);
  return answerWith(profileData, profileDataOf(await replaceOrRefuse(call, text, refused), request));
};

async function findDisabled({ request, ra }: RestCall): Promise<ProfileDefinition> {
  const id = request.parameters.id ?? '';
  const profile = await ra.defineProfile(id as ProfileId);
  if (profile === null) throw profileNotFound(id);
  if (profile.enabled) throw enabled(request);
  return profile;
}

async function replaceOrRefuse(
  { request, ra, caller }: RestCall,
  configurationText: string,
  refusedWith: (problem: string) => RestRefusal,
): Promise<ProfileDefinition> {
  const id = (request.parameters.id ?? '') as ProfileId;
  try {
    return await ra.administerProfile({ action: 'replace', id, configurationText }, caller);
  } catch (thrown) {
    const error = asCaError(thrown);
    if (error.code === 'unknown-profile') throw profileNotFound(id);
    if (error.code === 'wrong-profile-state') throw enabled(request);
    // What Dogtag would not take either it does not explain.
    if (error.code === 'malformed-profile') throw refusedWith('');
    if (error.code === 'unsupported-profile') throw refusedWith(error.message);
    throw refusalOfCaError(error);
  }
}
