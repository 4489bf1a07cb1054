// What the server is made of: features, web applications, and its way to the key recovery authority.
import { asAttribute, optionalFlag, text } from '../body-schema.ts';

export const feature = {
  root: 'Feature',
  className: 'com.netscape.certsrv.system.Feature',
  unknownMembers: 'refuse',
  fields: {
    id: asAttribute(text('id')),
    description: asAttribute(text('description')),
    version: asAttribute(text('version')),
    enabled: asAttribute(optionalFlag('enabled')),
  },
  xmlOrder: ['description', 'enabled', 'id', 'version'],
} as const;

/** There is no XML of it. */
export const application = {
  root: 'App',
  className: 'org.dogtagpki.common.AppInfo',
  unknownMembers: 'refuse',
  fields: { id: text('id'), name: text('name'), path: text('path') },
} as const;

export const kraConnector = {
  root: 'kraConnectorInfo',
  className: 'com.netscape.certsrv.system.KRAConnectorInfo',
  unknownMembers: 'refuse',
  fields: {
    host: text('host'),
    port: text('port'),
    transportCertificate: text('transportCert'),
    transportCertificateNickname: text('transportCertNickname'),
    uri: text('uri'),
    timeout: text('timeout'),
    local: text('local'),
    enable: text('enable'),
  },
} as const;
