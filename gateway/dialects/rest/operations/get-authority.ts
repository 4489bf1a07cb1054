// GET /ca/rest/authorities/{id}: one authority, by its id or as the host authority.
import { authorityData } from '#codecs/dogtag-rest';
import { authorityDataOf, getNamedAuthority, hostAlias } from '../authority-bodies.ts';
import { answerWith, type RestOperation } from '../rest-operation.ts';

export const getAuthority: RestOperation = async ({ request: { parameters }, ra }) => {
  const id = parameters.id ?? '';
  const authority = id === hostAlias ? await ra.describeAuthority(null) : await getNamedAuthority(id, ra);
  return answerWith(authorityData, authorityDataOf(authority));
};
