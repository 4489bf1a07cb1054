// Every extension that is known by name: encoders and decoders of extnValue's content.
export * from './basic-constraints.ts';
export * from './certificate-policies.ts';
export * from './distribution-points.ts';
export * from './extension-oids.ts';
export {
  decodeGeneralNames,
  encodeGeneralName,
  encodeGeneralNames,
  findIpAddressOctets,
  formatGeneralName,
  formatIpAddress,
  type GeneralName,
} from './general-name.ts';
export * from './information-access.ts';
export * from './key-identifiers.ts';
export * from './key-usage.ts';
export * from './name-constraints.ts';
export * from './private-key-usage-period.ts';
export * from './single-values.ts';
export * from './subject-directory-attributes.ts';
