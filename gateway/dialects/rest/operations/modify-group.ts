// PATCH /ca/rest/admin/groups/{id}: its description; empty takes it away (Dogtag's GroupService.modifyGroup).
import { groupData } from '#codecs/dogtag-rest';
import { badRequest, resourceNotFound } from '../error-response.ts';
import { answerWith, type RestOperation, readBody } from '../rest-operation.ts';
import { getRosterGroup, groupDataOf } from '../roster-bodies.ts';

export const modifyGroup: RestOperation = async ({ request, caller, ra }) => {
  const name = request.parameters.id ?? '';
  const body = readBody(request, groupData);
  if (body === null) throw badRequest('Group data is null.');
  const group = getRosterGroup(await ra.readRoster(), name, (id) => resourceNotFound(`Group ${id}  not found.`));
  // Dogtag would write the description that is not there, which its directory does not take.
  if (body.description === null && group.description === null) throw badRequest('Invalid attribute syntax.');
  const description = body.description ?? group.description;
  const roster = await ra.administerRoster({ action: 'change-group', name, description }, caller);
  return answerWith(groupData, groupDataOf(getRosterGroup(roster, name), request));
};
