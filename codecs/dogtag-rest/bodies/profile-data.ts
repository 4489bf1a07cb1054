// A profile in full, as those who administer profiles read and write it: ProfileData.
import { asAttribute, type BodyOf, flag, link, object, objects, text } from '../body-schema.ts';
import { profileInput, profileOutput } from './enrollment-request.ts';
import { policy } from './review.ts';

const policySet = {
  root: 'PolicySet',
  className: 'com.netscape.certsrv.profile.ProfileData$PolicySet',
  unknownMembers: 'refuse',
  fields: { policies: objects('value', policy), id: text('id') },
  xmlOrder: ['id', 'policies'],
} as const;

const policySetList = {
  root: 'PolicySets',
  className: 'com.netscape.certsrv.profile.ProfileData$PolicySetList',
  unknownMembers: 'refuse',
  fields: { sets: objects('PolicySet', policySet) },
  laterMap: { list: 'sets', name: 'id', items: 'policies' },
} as const;

/** JSON shows the link before inputs, outputs and policies, XML behind them. */
export const profileData = {
  root: 'Profile',
  className: 'com.netscape.certsrv.profile.ProfileData',
  unknownMembers: 'refuse',
  declaresAtom: true,
  fields: {
    id: asAttribute(text('id')),
    classId: text('classId'),
    name: text('name'),
    description: text('description'),
    enabled: flag('enabled'),
    visible: flag('visible'),
    enabledBy: text('enabledBy'),
    authenticatorId: text('authenticatorId'),
    authzAcl: text('authzAcl'),
    renewal: flag('renewal'),
    xmlOutput: flag('xmlOutput'),
    link: link('link'),
    inputs: objects('Input', profileInput),
    outputs: objects('Output', profileOutput),
    policySets: object('PolicySets', policySetList),
  },
  later: [
    'id',
    'classId',
    'name',
    'description',
    'enabled',
    'visible',
    'enabledBy',
    'authenticatorId',
    'authzAcl',
    'renewal',
    ['inputs', 'inputs'],
    ['outputs', 'outputs'],
    ['policySets', 'policySets'],
    ['xmlOutput', 'xmloutput'],
  ],
  xmlOrder: [
    'id',
    'classId',
    'name',
    'description',
    'enabled',
    'visible',
    'enabledBy',
    'authenticatorId',
    'authzAcl',
    'renewal',
    'xmlOutput',
    'inputs',
    'outputs',
    'policySets',
    'link',
  ],
} as const;
export type ProfileData = BodyOf<typeof profileData>;
