// POST /ca/rest/profiles and profiles/raw: a new profile, disabled, of a structure or of a text.
import { encodeProfileFile } from '#codecs/dogtag-profile';
import { profileData } from '#codecs/dogtag-rest';
import type { ProfileId, ProfileOrder } from '../../../contract.ts';
import { asCaError } from '../../ca-error.ts';
import { badRequest, conflict, failure, type RestRefusal, refusalOfCaError } from '../error-response.ts';
import { profileAddress, profileDataOf } from '../profile-bodies.ts';
import { profileTextOf } from '../profile-text-of-body.ts';
import { answerOctets, readRawProfile } from '../raw-profiles.ts';
import { answerWith, type RestAnswer, type RestCall, type RestOperation, readBody } from '../rest-operation.ts';

const existing = 'Profile already exists';
const refusedText = (problem: string) => badRequest(`Unable to create profile: ${problem}`);

export const createRawProfile: RestOperation = async (call) => {
  const { text, id, classId, echo } = readRawProfile(call, refusedText);
  if (id === null) throw refusedText('Missing profile ID');
  if (classId === null) throw refusedText('Missing class ID');
  const order: ProfileOrder = { action: 'create', id: id as ProfileId, classId, configurationText: text };
  const profile = await createOrRefuse(call, order, 'Unable to create profile: Profile already exists', refusedText);
  const address = `${call.request.baseUrl}${call.request.path}`;
  if (call.request.dialect.api === 'v2')
    return answerOctets(encodeProfileFile(profile), { Location: `${address}/${formEncoded(id)}` }, 201);
  return answerOctets(echo, { Location: address }, 201);
};

export const createProfile: RestOperation = async (call) => {
  const { request, settings, ra } = call;
  const data = readBody(request, profileData);
  if (data === null) throw badRequest('Unable to create profile: Invalid profile data.');
  // For these Dogtag shows its insides.
  if ((data.id ?? '') === '') throw refusedText('Missing profile ID');
  if ((data.classId ?? '') === '') throw refusedText('Missing class ID');
  if ((await ra.findProfile(data.id as ProfileId)) !== null) throw conflict(existing);
  const order: ProfileOrder = {
    action: 'create',
    id: data.id as ProfileId,
    classId: data.classId ?? '',
    configurationText: profileTextOf(data, null, settings.clock.now()),
  };
  const refused = (problem: string) => failure(`Error changing profile data: ${problem}`);
  const profile = await createOrRefuse(call, order, existing, refused);
  const created = answerWith(profileData, profileDataOf(profile, request), { status: 201 });
  return locatedAt(profileAddress(request, profile.id), created);
};

/** As Java's URLEncoder writes it. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function locatedAt(address: string | null, answer: RestAnswer): RestAnswer {
  return async (form, dialect) => {
    const response = await answer(form, dialect);
    return address === null ? response : { ...response, headers: { Location: address, ...response.headers } };
  };
}

async function createOrRefuse(
  { ra, caller }: RestCall,
  order: ProfileOrder,
  existing: string,
  refusedWith: (problem: string) => RestRefusal,
) {
  try {
    return await ra.administerProfile(order, caller);
  } catch (thrown) {
    const error = asCaError(thrown);
    if (error.code === 'wrong-profile-state') throw conflict(existing);
    if (error.code === 'malformed-profile' || error.code === 'unsupported-profile') throw refusedWith(error.message);
    throw refusalOfCaError(error);
  }
}
