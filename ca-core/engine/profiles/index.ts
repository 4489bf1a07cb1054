// The profile engine: compiles Dogtag's profile language and applies it to requests. See README.md for the order of calls.
export { checkRequest, populateRequest } from './apply-profile.ts';
export {
  authenticateCaller,
  authenticateRenewal,
  type CallerAuthentication,
  standardAuthenticationInstances,
} from './caller-authentication.ts';
export { compileProfile } from './compile-profile.ts';
export type { CompiledProfile, PolicySet, ProfileAuthenticationRule, ProfilePolicy } from './compiled-profile.ts';
export { defineProfile } from './define-profile.ts';
export { defineUncompiledProfile, describeUncompiledProfile, type ProfileSource } from './describe-profile.ts';
export { decodeDraft, encodeDraft } from './draft-codec.ts';
export {
  assertCertificationRequestProof,
  decodeCertificateRequest,
  invalidRequest,
  proofFailed,
} from './inputs/certificate-request.ts';
export { challengeFact } from './inputs/tagged-request-facts.ts';
export { type LintFinding, lintProfile } from './lint-profile.ts';
export {
  assertEnabled,
  type ProfileRenewal,
  type ProfileSubmission,
  parseRenewal,
  parseSubmission,
} from './parse-submission.ts';
export { findProfileDifferences, type ProfileDifference } from './profile-differences.ts';
export type {
  ApplicationContext,
  AuthenticationInstance,
  AuthorityFacts,
  ExternalCheck,
  ObservedValidity,
  ProfileEnvironment,
  ProfileRecords,
} from './profile-environment.ts';
export { findProfileFault } from './profile-fault.ts';
export { RequestAttributes } from './request-attributes.ts';
export type { Rejection, RequestContext } from './request-context.ts';
export { memberFacts, restoreRequest } from './restore-request.ts';
export { applyEdits, reviewRequest } from './review-request.ts';
export { isSettledAsAgreed, settleDraft } from './settle-draft.ts';
