// GET /ca/rest/admin/groups/{id}/members: by a part of their ids, of which case counts here (Dogtag's GroupMemberProcessor).
import { groupMemberData } from '#codecs/dogtag-rest';
import { failure } from '../error-response.ts';
import type { RestOperation } from '../rest-operation.ts';
import { getRosterGroup, groupMemberOf } from '../roster-bodies.ts';
import { answerPage, readFilter, readPage } from '../roster-pages.ts';

export const listGroupMembers: RestOperation = async ({ request, ra }) => {
  const groupName = request.parameters.id ?? '';
  const page = readPage(request);
  const filter = readFilter(request);
  const { memberUserIds } = getRosterGroup(await ra.readRoster(), groupName);
  const found = filter === null ? memberUserIds : memberUserIds.filter((id) => id.includes(filter));
  // Here Dogtag counts from below the first one, and stumbles.
  if (page.start < 0 && page.size > 0) throw failure('Server Internal Error');
  return answerPage(request, page, found, groupMemberData, (id) => groupMemberOf(groupName, id, request));
};
