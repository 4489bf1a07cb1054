// The security domain, its subsystems and their hosts, as `securityDomain` shows and takes them.
import { asAttribute, type BodyOf, leftOutOfJaxbJson, map, objects, text } from '../body-schema.ts';

export const domainHostData = {
  root: 'SecurityDomainHost',
  className: 'com.netscape.certsrv.system.SecurityDomainHost',
  unknownMembers: 'refuse',
  fields: {
    /** Subsystem, host name and secure port, with a space between them. */
    id: asAttribute(text('id')),
    hostName: text('Hostname'),
    port: text('Port'),
    securePort: text('SecurePort'),
    secureEndEntityPort: text('SecureEEClientAuthPort'),
    secureAgentPort: text('SecureAgentPort'),
    secureAdminPort: text('SecureAdminPort'),
    clone: text('Clone'),
    subsystemName: text('SubsystemName'),
    domainManager: text('DomainManager'),
  },
  xmlOrder: [
    'id',
    'clone',
    'domainManager',
    'hostName',
    'port',
    'secureAdminPort',
    'secureAgentPort',
    'secureEndEntityPort',
    'securePort',
    'subsystemName',
  ],
} as const;
export type DomainHostData = BodyOf<typeof domainHostData>;

/** Hosts stand in it twice: as a list, and by their ids. */
const domainSubsystem = {
  root: 'SecurityDomainSubsystem',
  className: 'com.netscape.certsrv.system.SecurityDomainSubsystem',
  unknownMembers: 'refuse',
  fields: {
    id: asAttribute(text('id')),
    list: objects('Host', domainHostData),
    hosts: leftOutOfJaxbJson(map('hosts', domainHostData, 'id')),
  },
  later: ['hosts', ['list', 'hostArray'], 'id'],
} as const;

/** So do subsystems. */
export const domainInformation = {
  root: 'DomainInfo',
  className: 'com.netscape.certsrv.system.DomainInfo',
  unknownMembers: 'refuse',
  fields: {
    id: asAttribute(text('id')),
    subsystems: map('subsystems', domainSubsystem, 'id'),
    list: objects('Subsystem', domainSubsystem),
  },
  later: [['list', 'subsystemArray'], 'id', 'subsystems'],
  xmlOrder: ['id', 'list', 'subsystems'],
} as const;

export const installToken = {
  root: 'InstallToken',
  className: 'com.netscape.certsrv.system.InstallToken',
  unknownMembers: 'refuse',
  fields: { token: text('token') },
} as const;
