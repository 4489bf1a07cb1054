// Groups and their members, as `admin/groups` shows and takes them.
import { asAttribute, type BodyOf, link, shownWhen, text } from '../body-schema.ts';

export const groupData = {
  root: 'Group',
  className: 'com.netscape.certsrv.group.GroupData',
  unknownMembers: 'refuse',
  declaresAtom: true,
  fields: {
    id: asAttribute(text('id')),
    groupId: text('GroupID'),
    description: text('Description'),
    link: link('Link'),
  },
  xmlOrder: ['id', 'description', 'groupId', 'link'],
  collection: { root: 'Groups', typeName: 'groupData', json: 'entries', item: 'Group' },
} as const;
export type GroupData = BodyOf<typeof groupData>;

export const groupMemberData = {
  root: 'GroupMember',
  className: 'com.netscape.certsrv.group.GroupMemberData',
  unknownMembers: 'ignore',
  declaresAtom: true,
  fields: shownWhen('not-null', {
    /** Of the user. */
    id: asAttribute(text('id')),
    groupId: asAttribute(text('GroupID')),
    link: link('Link'),
  }),
  later: ['id', ['groupId', 'groupID']],
  xmlOrder: ['groupId', 'id', 'link'],
  collection: { root: 'GroupMembers', typeName: 'groupMemberData', json: 'Member', item: 'Member' },
} as const;
export type GroupMemberData = BodyOf<typeof groupMemberData>;
