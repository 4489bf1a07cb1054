// PUT /ca/rest/authorities/{id}, POST {id}/enable and {id}/disable: switches an authority on or off, or describes it otherwise.
import { authorityData } from '#codecs/dogtag-rest';
import { authorityDataOf, getNamedAuthority } from '../authority-bodies.ts';
import { badRequest } from '../error-response.ts';
import { answerWith, type RestOperation, readBody } from '../rest-operation.ts';

export const modifyAuthority: RestOperation = async ({ request, caller, ra }) => {
  const body = readBody(request, authorityData);
  const { id } = await getNamedAuthority(request.parameters.id ?? '', ra);
  if (body === null) throw badRequest('Unable to modify CA: Missing input data');
  const { enabled, description } = body;
  const modified = await ra.changeAuthority(id, { enabled, description }, caller);
  return answerWith(authorityData, authorityDataOf(modified));
};

export const changeAuthorityState: RestOperation = async ({ request: { parameters }, caller, ra }) => {
  const { id } = await getNamedAuthority(parameters.id ?? '', ra);
  const change = { enabled: parameters.action === 'enable', description: null };
  return answerWith(authorityData, authorityDataOf(await ra.changeAuthority(id, change, caller)));
};
