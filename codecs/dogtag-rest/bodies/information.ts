// What the server says of itself: /pki/rest/info and /ca/rest/info.
import { attributes, shownWhen, sinceEleven, text } from '../body-schema.ts';

export const serverInformation = {
  root: 'Info',
  className: 'org.dogtagpki.common.Info',
  unknownMembers: 'ignore',
  fields: shownWhen('not-null', {
    attributes: attributes('Attributes'),
    name: text('Name'),
    version: text('Version'),
    banner: text('Banner'),
  }),
  later: ['name', 'version', 'banner', 'attributes'],
  xmlOrder: ['attributes', 'banner', 'name', 'version'],
} as const;

/** How keys are sent to the key recovery authority; all null where there is none. */
export const authorityInformation = {
  root: 'CAInfo',
  className: 'org.dogtagpki.common.CAInfo',
  unknownMembers: 'ignore',
  fields: shownWhen('not-empty', {
    attributes: attributes('Attributes'),
    archivalMechanism: text('ArchivalMechanism'),
    encryptAlgorithm: text('EncryptAlgorithm'),
    wrapAlgorithm: text('WrapAlgorithm'),
    rsaWrapAlgorithm: sinceEleven(text('RsaPublicKeyWrapAlgorithm')),
    authorityRsaWrapAlgorithm: sinceEleven(text('CaRsaPublicKeyWrapAlgorithm')),
  }),
  later: [
    'archivalMechanism',
    ['encryptAlgorithm', 'EncryptionAlgorithm'],
    ['wrapAlgorithm', 'KeyWrapAlgorithm'],
    'rsaWrapAlgorithm',
    'authorityRsaWrapAlgorithm',
    'attributes',
  ],
} as const;
