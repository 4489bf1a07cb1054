// GET /ca/rest/admin/groups: groups by a part of their name (Dogtag's GroupService.findGroups).
import { groupData } from '#codecs/dogtag-rest';
import type { RestOperation } from '../rest-operation.ts';
import { groupDataOf } from '../roster-bodies.ts';
import { answerPage, containsFolded, readFilter, readPage } from '../roster-pages.ts';

export const listGroups: RestOperation = async ({ request, ra }) => {
  const page = readPage(request);
  const filter = readFilter(request);
  const { groups } = await ra.readRoster();
  const found = filter === null ? groups : groups.filter(({ name }) => containsFolded(name, filter));
  return answerPage(request, page, found, groupData, (group) => groupDataOf(group, request));
};
