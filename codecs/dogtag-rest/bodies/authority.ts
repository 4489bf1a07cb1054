// One authority: AuthorityData of the authorities resource, which is all attributes in XML.
import { asAttribute, type BodyOf, integer, link, optionalFlag, text } from '../body-schema.ts';

export const authorityData = {
  root: 'authority',
  className: 'com.netscape.certsrv.authority.AuthorityData',
  unknownMembers: 'refuse',
  declaresAtom: true,
  fields: {
    isHostAuthority: asAttribute(optionalFlag('isHostAuthority')),
    id: asAttribute(text('id')),
    parentId: asAttribute(text('parentID')),
    issuer: asAttribute(text('issuerDN')),
    serialNumber: asAttribute(integer('serial')),
    subject: asAttribute(text('dn')),
    enabled: asAttribute(optionalFlag('enabled')),
    description: asAttribute(text('description')),
    ready: asAttribute(optionalFlag('ready')),
    link: link('link'),
  },
} as const;
export type AuthorityData = BodyOf<typeof authorityData>;
