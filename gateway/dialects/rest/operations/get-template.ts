// GET /ca/rest/certrequests/profiles/{id}: an enrolment of that profile with nothing filled in.
import { enrollmentRequest, type ProfileInput } from '#codecs/dogtag-rest';
import type { InputDescription, ProfileId } from '../../../contract.ts';
import { badRequest } from '../error-response.ts';
import { answerWith, type RestOperation } from '../rest-operation.ts';

export const getTemplate: RestOperation = async ({ request: { parameters }, ra }) => {
  const id = parameters.id ?? '';
  const profile = await ra.findProfile(id as ProfileId);
  if (profile === null) throw badRequest(`Unable to get enrollment template for ${id}: Profile not found`);
  return answerWith(enrollmentRequest, {
    attributes: [],
    className: null,
    profileId: profile.id,
    serverSideKeygenPassword: null,
    renewal: profile.renewal,
    serialNumber: null,
    remoteHost: '',
    remoteAddress: '',
    inputs: profile.inputs.map(emptyInput),
    outputs: [],
  });
};

function emptyInput({ id, classId, name, values }: InputDescription): ProfileInput {
  return {
    id,
    classId,
    name,
    text: null,
    attributes: values.map((value) => ({ name: value.name, value: '', descriptor: value.descriptor })),
    configurationAttributes: [],
  };
}
