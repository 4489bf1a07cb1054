// GET /ca/rest/admin/users: users by a part of their id, name or address (Dogtag's UserService.findUsers).
import { userData } from '#codecs/dogtag-rest';
import { answerWithCollection, type RestOperation } from '../rest-operation.ts';
import { userDataOf } from '../roster-bodies.ts';
import { answerPage, containsFolded, readFilter, readPage } from '../roster-pages.ts';

export const listUsers: RestOperation = async ({ request, ra }) => {
  const page = readPage(request);
  const filter = readFilter(request);
  const { users } = await ra.readRoster();
  const found =
    filter === null
      ? users
      : users.filter(({ userId, fullName, email }) =>
          [userId, fullName, email].some((value) => containsFolded(value, filter)),
        );
  // Where nobody is found, no page is told of either.
  if (found.length === 0) return answerWithCollection(userData, { total: 0, entries: [], links: [] });
  return answerPage(request, page, found, userData, (user) => userDataOf(user, request, false));
};
