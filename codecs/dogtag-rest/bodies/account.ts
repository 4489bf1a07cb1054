// Who has logged in: /ca/rest/account/login.
import { asAttribute, attributes, shownWhen, text, texts } from '../body-schema.ts';

export const account = {
  root: 'Account',
  className: 'com.netscape.certsrv.account.Account',
  unknownMembers: 'ignore',
  fields: shownWhen('not-empty', {
    attributes: attributes('Attributes'),
    id: asAttribute(text('id')),
    fullName: text('FullName'),
    email: text('Email'),
    /** Groups, in alphabetical order. */
    roles: texts('Roles', 'Role'),
  }),
  later: ['id', 'fullName', 'email', 'roles', 'attributes'],
  xmlOrder: ['attributes', 'id', 'email', 'fullName', 'roles'],
} as const;
