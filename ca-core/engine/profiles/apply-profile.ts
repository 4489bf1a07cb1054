// Applies a compiled profile to a request: all defaults of its policy set in order, then all constraints in order.
import { CaError } from '../errors.ts';
import type { CompiledProfile, PolicySet } from './compiled-profile.ts';
import type { ApplicationContext } from './profile-environment.ts';
import type { Rejection, RequestContext } from './request-context.ts';

/** The policy set that a request was made for. Throws CaError `malformed-request` when the profile has no such set any more. */
export function getPolicySet(profile: CompiledProfile, policySetId: string | null): PolicySet {
  const policySet = profile.policySets.find((candidate) => candidate.id === policySetId);
  if (policySet === undefined) throw new CaError('malformed-request', 'Policy Set Not Found', { subject: profile.id });
  return policySet;
}

/**
 * Lets every default fill in its part of `request.draft`. Throws CaError `malformed-request` or `unsupported-profile`; Dogtag creates no
 * request then, and answers with the message.
 */
export function populateRequest(profile: CompiledProfile, request: RequestContext, context: ApplicationContext): void {
  for (const policy of getPolicySet(profile, request.policySetId).policies) policy.default.populate(request, context);
}

/** Asks every constraint about `request.draft`; the first no is the answer. Null when nothing stands against the certificate. */
export async function checkRequest(
  profile: CompiledProfile,
  request: RequestContext,
  context: ApplicationContext,
): Promise<Rejection | null> {
  for (const policy of getPolicySet(profile, request.policySetId).policies) {
    const answer = policy.constraint.check(request, context);
    const rejection = answer instanceof Promise ? await answer : answer;
    if (rejection !== null) return rejection;
  }
  if (request.draft.subjectPublicKeyInfoDer === null) {
    return { kind: 'rejected', message: 'Key is missing in the request. Check your profile policy.' };
  }
  return null;
}
