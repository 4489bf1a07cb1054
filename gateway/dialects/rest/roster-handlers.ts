// The operations on users and groups by name.
import type { OperationHandler } from '../../routing/operation.ts';
import { addGroup } from './operations/add-group.ts';
import { addGroupMember } from './operations/add-group-member.ts';
import { addUser } from './operations/add-user.ts';
import { addUserCertificate } from './operations/add-user-certificate.ts';
import { addUserMembership } from './operations/add-user-membership.ts';
import { modifyUser, replaceUser } from './operations/change-user.ts';
import { getGroup } from './operations/get-group.ts';
import { getGroupMember } from './operations/get-group-member.ts';
import { getUser } from './operations/get-user.ts';
import { getUserCertificate } from './operations/get-user-certificate.ts';
import { listGroupMembers } from './operations/list-group-members.ts';
import { listGroups } from './operations/list-groups.ts';
import { listUserCertificates } from './operations/list-user-certificates.ts';
import { listUserMemberships } from './operations/list-user-memberships.ts';
import { listUsers } from './operations/list-users.ts';
import { modifyGroup } from './operations/modify-group.ts';
import { removeGroup } from './operations/remove-group.ts';
import { removeGroupMember, removeUserMembership } from './operations/remove-member.ts';
import { removeUser } from './operations/remove-user.ts';
import { removeUserCertificate } from './operations/remove-user-certificate.ts';
import type { RestOperation } from './rest-operation.ts';

type Make = (operation: RestOperation) => OperationHandler;

/** `withBody` makes the handlers of those that a body must come with. */
export function createRosterHandlers(handler: Make, withBody: Make) {
  return {
    'rest-list-users': handler(listUsers),
    'rest-get-user': handler(getUser),
    'rest-add-user': withBody(addUser),
    'rest-replace-user': withBody(replaceUser),
    'rest-modify-user': withBody(modifyUser),
    'rest-remove-user': handler(removeUser),
    'rest-list-user-certificates': handler(listUserCertificates),
    'rest-add-user-certificate': withBody(addUserCertificate),
    'rest-get-user-certificate': handler(getUserCertificate),
    'rest-remove-user-certificate': handler(removeUserCertificate),
    'rest-list-user-memberships': handler(listUserMemberships),
    // The body is text of no type in particular.
    'rest-add-user-membership': handler(addUserMembership),
    'rest-remove-user-membership': handler(removeUserMembership),
    'rest-list-groups': handler(listGroups),
    'rest-get-group': handler(getGroup),
    'rest-add-group': withBody(addGroup),
    'rest-modify-group': withBody(modifyGroup),
    'rest-remove-group': handler(removeGroup),
    'rest-list-group-members': handler(listGroupMembers),
    'rest-add-group-member': withBody(addGroupMember),
    'rest-get-group-member': handler(getGroupMember),
    'rest-remove-group-member': handler(removeGroupMember),
  } as const;
}
