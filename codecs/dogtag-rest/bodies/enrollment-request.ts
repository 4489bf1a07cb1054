// The template of an enrolment, and the same filled in: CertEnrollmentRequest. Clients fetch it, fill in values and post the whole back.
import {
  asAttribute,
  attributes,
  type BodyOf,
  flag,
  identifier,
  object,
  objects,
  shownWhen,
  text,
} from '../body-schema.ts';

export const descriptor = {
  root: 'Descriptor',
  className: 'com.netscape.certsrv.property.Descriptor',
  unknownMembers: 'refuse',
  fields: {
    syntax: text('Syntax'),
    constraint: text('Constraint'),
    description: text('Description'),
    defaultValue: text('DefaultValue'),
  },
} as const;
export type Descriptor = BodyOf<typeof descriptor>;

export const profileAttribute = {
  root: 'Attribute',
  className: 'com.netscape.certsrv.profile.ProfileAttribute',
  unknownMembers: 'refuse',
  fields: {
    name: asAttribute(text('name')),
    value: text('Value'),
    descriptor: object('Descriptor', descriptor),
  },
} as const;

export const profileInput = {
  root: 'Input',
  className: 'com.netscape.certsrv.profile.ProfileInput',
  unknownMembers: 'refuse',
  fields: {
    id: asAttribute(text('id')),
    classId: text('ClassID'),
    name: text('Name'),
    text: text('Text'),
    attributes: objects('Attribute', profileAttribute),
    configurationAttributes: objects('ConfigAttribute', profileAttribute),
  },
  later: ['id', 'classId', 'name', 'text', 'configurationAttributes', 'attributes'],
} as const;
export type ProfileInput = BodyOf<typeof profileInput>;

export const profileOutput = {
  root: 'Output',
  className: 'com.netscape.certsrv.profile.ProfileOutput',
  unknownMembers: 'refuse',
  fields: {
    id: asAttribute(text('id')),
    name: text('name'),
    text: text('text'),
    classId: text('classId'),
    attributes: objects('attributes', profileAttribute),
  },
} as const;

/** Members that the template and the review have in common. */
export const enrollmentFields = shownWhen('not-empty', {
  attributes: attributes('Attributes'),
  className: text('ClassName'),
  profileId: text('ProfileID'),
  /** Never shown or logged: it protects a key that the server makes. */
  serverSideKeygenPassword: text('ServerSideKeygenP12Passwd'),
  renewal: flag('Renewal'),
  serialNumber: identifier('SerialNumber', 'hexadecimal'),
  remoteHost: text('RemoteHost'),
  remoteAddress: text('RemoteAddress'),
  inputs: objects('Input', profileInput),
  outputs: objects('Output', profileOutput),
});

/** The same from 11.0 on. */
export const laterEnrollmentMembers = [
  'profileId',
  'serverSideKeygenPassword',
  'renewal',
  'serialNumber',
  'remoteHost',
  'remoteAddress',
  'inputs',
  'outputs',
] as const;

export const enrollmentRequest = {
  root: 'CertEnrollmentRequest',
  className: 'com.netscape.certsrv.cert.CertEnrollmentRequest',
  unknownMembers: 'ignore',
  fields: enrollmentFields,
  later: [...laterEnrollmentMembers, 'attributes', 'className'],
} as const;
export type EnrollmentRequest = BodyOf<typeof enrollmentRequest>;
