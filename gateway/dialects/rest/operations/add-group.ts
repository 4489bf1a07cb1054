// POST /ca/rest/admin/groups: makes a group without members (Dogtag's GroupService.addGroup).
import { groupData } from '#codecs/dogtag-rest';
import { badRequest } from '../error-response.ts';
import { type RestOperation, readBody } from '../rest-operation.ts';
import { answerCreated, entryExists } from '../roster-answers.ts';
import { getRosterGroup, groupDataOf } from '../roster-bodies.ts';

export const addGroup: RestOperation = async ({ request, caller, ra }) => {
  const body = readBody(request, groupData);
  if (body === null) throw badRequest('Group data is null.');
  const { groupId, description } = body;
  if (groupId === null) throw badRequest('Resource ID (RS_ID) can not be null');
  const order = { action: 'add-group', name: groupId, description } as const;
  const roster = await entryExists(ra.administerRoster(order, caller));
  return answerCreated(groupData, groupDataOf(getRosterGroup(roster, groupId), request));
};
