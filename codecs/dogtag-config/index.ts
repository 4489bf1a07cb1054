// The configuration of a Dogtag CA as its instance folder keeps it: CS.cfg and password.conf.
export { type CaConfiguration, parseCaConfiguration } from './ca-configuration.ts';
export { type CrlPointConfiguration, describeSchedule } from './crl-points.ts';
export type { DirectoryConfiguration } from './directory-configuration.ts';
export { findPassword, listPasswordNames } from './password-file.ts';
export type { ProfileFileReference, ProfileStorage } from './profile-storage.ts';
export { type ConfiguredRange, describeNumbers, type NumberConfiguration } from './serial-numbers.ts';
export type { SystemCertificate } from './system-certificates.ts';
