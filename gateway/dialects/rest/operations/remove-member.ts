// DELETE admin/users/{id}/memberships/{group} and admin/groups/{id}/members/{member}: one deed under two addresses (Dogtag's GroupMemberProcessor).
import { answerNothing, type RestCall, type RestOperation } from '../rest-operation.ts';
import { getRosterGroup } from '../roster-bodies.ts';

export const removeUserMembership: RestOperation = (call) =>
  removeMember(call, call.request.parameters.group ?? '', call.request.parameters.id ?? '');

export const removeGroupMember: RestOperation = (call) =>
  removeMember(call, call.request.parameters.id ?? '', call.request.parameters.member ?? '');

async function removeMember({ caller, ra }: RestCall, group: string, userId: string) {
  getRosterGroup(await ra.readRoster(), group);
  await ra.administerRoster({ action: 'remove-member', group, userId }, caller);
  return answerNothing;
}
