// POST /ca/rest/admin/groups/{id}/members: puts somebody into a group, whether there is such a user or not (Dogtag's GroupMemberProcessor).
import { groupMemberData } from '#codecs/dogtag-rest';
import { badRequest } from '../error-response.ts';
import { type RestOperation, readBody } from '../rest-operation.ts';
import { answerCreated } from '../roster-answers.ts';
import { getRosterGroup, groupMemberOf } from '../roster-bodies.ts';
import { memberOf } from './get-group-member.ts';

export const addGroupMember: RestOperation = async ({ request, caller, ra }) => {
  const group = request.parameters.id ?? '';
  const userId = readBody(request, groupMemberData)?.id ?? null;
  if (userId === null) throw badRequest('Member ID is null.');
  getRosterGroup(await ra.readRoster(), group);
  const roster = await ra.administerRoster({ action: 'add-member', group, userId }, caller);
  const member = memberOf(getRosterGroup(roster, group), userId);
  return answerCreated(groupMemberData, groupMemberOf(group, member, request));
};
