// GET /ca/rest/admin/users/{id}/memberships: the groups that a user is in (Dogtag's UserService.findUserMemberships).
import { userMembershipData } from '#codecs/dogtag-rest';
import type { RestOperation } from '../rest-operation.ts';
import { getRosterUser, isRosterMember, userMembershipOf } from '../roster-bodies.ts';
import { answerPage, containsFolded, readFilter, readPage } from '../roster-pages.ts';

export const listUserMemberships: RestOperation = async ({ request, ra }) => {
  const userId = request.parameters.id ?? '';
  const page = readPage(request);
  const filter = readFilter(request);
  const roster = await ra.readRoster();
  const user = getRosterUser(roster, userId);
  const groups = roster.groups.filter(
    (group) => isRosterMember(group, user.userId) && (filter === null || containsFolded(group.name, filter)),
  );
  return answerPage(request, page, groups, userMembershipData, ({ name }) => userMembershipOf(userId, name, request));
};
