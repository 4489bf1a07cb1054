// What an agent reviews and sends back with a decision: CertReviewResponse.
import { asAttribute, type BodyOf, identifier, inXml, object, objects, shownWhen, text } from '../body-schema.ts';
import { descriptor, enrollmentFields, laterEnrollmentMembers, profileAttribute } from './enrollment-request.ts';

const profileParameter = {
  root: 'profileParameter',
  className: 'com.netscape.certsrv.profile.ProfileParameter',
  unknownMembers: 'refuse',
  fields: { name: asAttribute(text('name')), value: text('value') },
} as const;

const policyDefault = {
  root: 'def',
  className: 'com.netscape.certsrv.profile.PolicyDefault',
  unknownMembers: 'refuse',
  fields: {
    classId: asAttribute(text('classId')),
    name: asAttribute(text('id')),
    text: text('description'),
    attributes: objects('policyAttribute', profileAttribute),
    parameters: objects('params', profileParameter),
  },
  later: [['name', 'name'], 'classId', ['text', 'text'], ['attributes', 'attributes'], 'parameters'],
  xmlOrder: ['name', 'classId', 'text', 'attributes', 'parameters'],
} as const;

const constraintValue = {
  root: 'constraint',
  className: 'com.netscape.certsrv.profile.PolicyConstraintValue',
  unknownMembers: 'refuse',
  fields: {
    descriptor: object('descriptor', descriptor),
    value: text('value'),
    name: asAttribute(text('id')),
  },
  later: [['name', 'name'], 'descriptor', 'value'],
} as const;

const policyConstraint = {
  root: 'constraint',
  className: 'com.netscape.certsrv.profile.PolicyConstraint',
  unknownMembers: 'refuse',
  fields: {
    classId: text('classId'),
    name: asAttribute(text('id')),
    text: text('description'),
    values: objects('constraint', constraintValue),
  },
  later: [['name', 'name'], ['text', 'text'], 'classId', ['values', 'constraints']],
  xmlOrder: ['name', 'text', 'classId', 'values'],
} as const;

export const policy = {
  root: 'policies',
  className: 'com.netscape.certsrv.profile.ProfilePolicy',
  unknownMembers: 'refuse',
  fields: {
    id: asAttribute(text('id')),
    default: object('def', policyDefault),
    constraint: object('constraint', policyConstraint),
  },
} as const;
export type ReviewedPolicy = BodyOf<typeof policy>;

const policySet = {
  root: 'ProfilePolicySet',
  className: 'com.netscape.certsrv.profile.ProfilePolicySet',
  unknownMembers: 'refuse',
  fields: { policies: inXml(objects('policies', policy), 'policies') },
} as const;

const reviewFields = shownWhen('not-empty', {
  nonce: text('nonce'),
  requestId: identifier('requestId', 'decimal'),
  requestType: text('requestType'),
  requestStatus: text('requestStatus'),
  requestOwner: text('requestOwner'),
  requestCreationTime: text('requestCreationTime'),
  requestModificationTime: text('requestModificationTime'),
  requestNotes: text('requestNotes'),
  profileApprovedBy: text('profileApprovedBy'),
  profileSetId: text('profileSetId'),
  profileIsVisible: text('profileIsVisible'),
  profileName: text('profileName'),
  profileDescription: text('profileDescription'),
  profileRemoteHost: text('profileRemoteHost'),
  profileRemoteAddress: text('profileRemoteAddr'),
});
const policySetField = shownWhen('not-empty', { policySets: objects('ProfilePolicySet', policySet) });

/** JSON shows the review before the enrolment, XML the other way round. */
export const review = {
  root: 'certReviewResponse',
  className: 'com.netscape.certsrv.cert.CertReviewResponse',
  unknownMembers: 'ignore',
  fields: { ...reviewFields, ...enrollmentFields, ...policySetField },
  later: [...Object.keys(reviewFields), ...laterEnrollmentMembers, 'policySets', 'attributes', 'className'],
  xmlOrder: [...Object.keys(enrollmentFields), 'policySets', ...Object.keys(reviewFields)],
} as const;
export type Review = BodyOf<typeof review>;
