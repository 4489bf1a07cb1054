// What an agent sees of a request, value by value, and what an agent's changes do to it. Ruled by RequestProcessor of Dogtag 10.10.
import { CaError } from '../errors.ts';
import type { ReviewEdit, ReviewPolicy } from '../model/index.ts';
import { checkRequest, getPolicySet } from './apply-profile.ts';
import type { CompiledProfile, ProfilePolicy } from './compiled-profile.ts';
import type { ApplicationContext } from './profile-environment.ts';
import type { RequestContext } from './request-context.ts';

/** Every policy of the request's policy set with its values as they stand. Leaves the request as it is. */
export function reviewRequest(
  profile: CompiledProfile,
  request: RequestContext,
  context: ApplicationContext,
): ReviewPolicy[] {
  // Looking at the value of an absent extension adds it, so that later policies see it; as in Dogtag, only for this look.
  const copy = { ...request, draft: { ...request.draft, extensions: [...request.draft.extensions] } };
  return getPolicySet(profile, request.policySetId).policies.map((policy) => reviewPolicy(policy, copy, context));
}

function reviewPolicy(policy: ProfilePolicy, request: RequestContext, context: ApplicationContext): ReviewPolicy {
  const { constraint } = policy;
  return {
    id: policy.id,
    defaultClass: policy.defaultClass.classId,
    defaultName: policy.defaultName,
    defaultText: policy.default.text,
    values: policy.default.values.map(({ name, descriptor }) => ({
      name,
      value: policy.default.readValue(name, request, context),
      descriptor,
    })),
    defaultParameters: policy.defaultParameters,
    constraintClass: policy.constraintClass.classId,
    constraintName: policy.constraintName,
    constraintText: constraint.text,
    constraintParameters: policy.constraintParameters.map(({ name, value }, index) => ({
      name,
      value,
      descriptor: constraint.parameters[index]?.descriptor ?? noDescriptor,
    })),
  };
}

const noDescriptor = { syntax: 'string', constraint: null, description: '', defaultValue: null };

/**
 * Sets the values that an agent gave, then asks every constraint. As in Dogtag a value goes to every default that has one of that name,
 * whatever policy it was meant for, the last one counting; and a value that was not given at all counts as absent, which for most
 * is false or empty. Throws CaError `malformed-edit` or `edit-rejected`; the request is then not fit for use any more.
 */
export async function applyEdits(
  profile: CompiledProfile,
  request: RequestContext,
  edits: readonly ReviewEdit[],
  context: ApplicationContext,
): Promise<void> {
  const given = new Map(edits.map(({ name, value }) => [name, value]));
  for (const policy of getPolicySet(profile, request.policySetId).policies) {
    for (const { name } of policy.default.values)
      policy.default.setValue(name, given.get(name) ?? null, request.draft, context);
  }
  const rejection = await checkRequest(profile, request, context);
  if (rejection !== null) throw new CaError('edit-rejected', rejection.message);
}
