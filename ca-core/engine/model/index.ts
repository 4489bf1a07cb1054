// The nouns of the authority, without behaviour.
export type * from './access-directory.ts';
export type * from './authority-description.ts';
export type * from './authority-intent.ts';
export * from './caller.ts';
export * from './certificate-record.ts';
export type * from './cmc-submission.ts';
export type * from './enrollment.ts';
export * from './identifiers.ts';
export * from './kept-entry.ts';
export type * from './profile-definition.ts';
export type * from './profile-description.ts';
export type * from './request-record.ts';
export type * from './revocation-order.ts';
export type * from './roster.ts';
export * from './security-domain.ts';
