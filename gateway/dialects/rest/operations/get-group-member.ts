// GET /ca/rest/admin/groups/{id}/members/{member} (Dogtag's GroupMemberProcessor.getGroupMember).
import { groupMemberData } from '#codecs/dogtag-rest';
import type { GroupRecord } from '../../../contract.ts';
import { resourceNotFound } from '../error-response.ts';
import { answerWith, type RestOperation } from '../rest-operation.ts';
import { getRosterGroup, groupMemberOf } from '../roster-bodies.ts';

export const getGroupMember: RestOperation = async ({ request, ra }) => {
  const { id: groupName = '', member = '' } = request.parameters;
  const group = getRosterGroup(await ra.readRoster(), groupName);
  return answerWith(groupMemberData, groupMemberOf(groupName, memberOf(group, member), request));
};

/** The id as the group has it. Throws RestRefusal. */
export function memberOf({ memberUserIds }: GroupRecord, member: string): string {
  const found = memberUserIds.find((id) => id.toLowerCase() === member.toLowerCase());
  if (found === undefined) throw resourceNotFound(`Group member ${member} not found`);
  return found;
}
