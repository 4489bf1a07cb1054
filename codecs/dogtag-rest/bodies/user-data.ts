// Users, their certificates and the groups that they are in, as `admin/users` shows and takes them.
import {
  asAttribute,
  attributes,
  type BodyOf,
  identifier,
  link,
  number,
  object,
  shownWhen,
  sinceEleven,
  text,
} from '../body-schema.ts';

/** What 11.x shows in the place of attributes, which a user has none of. */
const nothing = { root: 'attributes', className: '', unknownMembers: 'ignore', fields: {} } as const;

export const userData = {
  root: 'User',
  className: 'com.netscape.certsrv.user.UserData',
  unknownMembers: 'ignore',
  declaresAtom: true,
  fields: shownWhen('not-null', {
    id: asAttribute(text('id')),
    userId: text('UserID'),
    fullName: text('FullName'),
    email: text('Email'),
    /** Taken, never shown. */
    password: text('Password'),
    phone: text('Phone'),
    type: text('Type'),
    state: text('State'),
    link: link('Link'),
    attributes: attributes('Attributes'),
    noAttributes: sinceEleven(object('attributes', nothing)),
  }),
  later: [
    'id',
    ['password', 'password'],
    ['phone', 'phone'],
    ['type', 'type'],
    ['state', 'state'],
    'noAttributes',
    'userId',
    'fullName',
    'email',
  ],
  xmlOrder: ['id', 'attributes', 'email', 'fullName', 'link', 'password', 'phone', 'state', 'type', 'userId'],
  collection: { root: 'Users', typeName: 'userData', json: 'entries', item: 'User' },
} as const;
export type UserData = BodyOf<typeof userData>;

export const userCertificateData = {
  root: 'UserCert',
  className: 'com.netscape.certsrv.user.UserCertData',
  unknownMembers: 'refuse',
  declaresAtom: true,
  fields: {
    version: number('Version'),
    serialNumber: identifier('SerialNumber', 'hexadecimal'),
    issuer: text('IssuerDN'),
    subject: text('SubjectDN'),
    prettyPrint: text('PrettyPrint'),
    /** PEM when shown; PEM or bare base64 when taken. */
    encoded: text('Encoded'),
    link: link('Link'),
    id: asAttribute(text('id')),
  },
  xmlOrder: ['id', 'encoded', 'issuer', 'link', 'prettyPrint', 'serialNumber', 'subject', 'version'],
  collection: { root: 'UserCerts', typeName: 'userCertData', json: 'Cert', item: 'Cert' },
} as const;
export type UserCertificateData = BodyOf<typeof userCertificateData>;

export const userMembershipData = {
  root: 'UserMembership',
  className: 'com.netscape.certsrv.user.UserMembershipData',
  unknownMembers: 'refuse',
  declaresAtom: true,
  fields: {
    /** Of the group. */
    id: asAttribute(text('id')),
    userId: text('UserID'),
    link: link('Link'),
  },
  later: ['id', ['userId', 'userID']],
  xmlOrder: ['id', 'link', 'userId'],
  collection: { root: 'UserMemberships', typeName: 'userMembershipData', json: 'Membership', item: 'Membership' },
} as const;
export type UserMembershipData = BodyOf<typeof userMembershipData>;
