// POST /ca/rest/admin/users/{id}/memberships: the body is the group's name, as it is (Dogtag's UserService.addUserMembership).
import { userMembershipData } from '#codecs/dogtag-rest';
import type { RestOperation } from '../rest-operation.ts';
import { answerCreated } from '../roster-answers.ts';
import { getRosterGroup, userMembershipOf } from '../roster-bodies.ts';

export const addUserMembership: RestOperation = async ({ request, caller, ra }) => {
  const userId = request.parameters.id ?? '';
  const group = request.body.toString('utf8');
  getRosterGroup(await ra.readRoster(), group);
  await ra.administerRoster({ action: 'add-member', group, userId }, caller);
  return answerCreated(userMembershipData, userMembershipOf(userId, group, request));
};
