// GET /ca/rest/admin/groups/{id} (Dogtag's GroupService.getGroup).
import { groupData } from '#codecs/dogtag-rest';
import { answerWith, type RestOperation } from '../rest-operation.ts';
import { getRosterGroup, groupDataOf } from '../roster-bodies.ts';

export const getGroup: RestOperation = async ({ request, ra }) =>
  answerWith(groupData, groupDataOf(getRosterGroup(await ra.readRoster(), request.parameters.id ?? ''), request));
