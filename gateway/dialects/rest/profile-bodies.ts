// Profiles as the REST interface shows them to those who administer them.
import type { ProfileData } from '#codecs/dogtag-rest';
import type { Caller, PolicySetDescription, ProfileDefinition, ProfileDescription } from '../../contract.ts';
import type { RestRequest } from './rest-dialect.ts';

/** These see profiles that are not for everybody; Dogtag asks for the groups by name, whatever its rules say. */
const seesInvisible: ReadonlySet<string> = new Set([
  'Certificate Manager Agents',
  'Certificate Manager Administrators',
]);

export function isShownTo({ groups }: Caller, { visible }: Pick<ProfileDescription, 'visible'>): boolean {
  return visible || groups.some((group) => seesInvisible.has(group));
}

export function profileAddress({ dialect, baseUrl }: RestRequest, id: string): string | null {
  // What RESTEasy leaves as it is in a segment of a path.
  const segment = encodeURIComponent(id).replaceAll(/%(?:2[46BC]|3[ABD]|40)/g, decodeURIComponent);
  return dialect.addressOf('profiles', segment, baseUrl);
}

/** Two members are false whatever the profile says: Dogtag asks Java for a property of that name. */
const neverTrue = { renewal: false, xmlOutput: false };

export function profileDataOf(profile: ProfileDefinition, request: RestRequest): ProfileData {
  const address = profileAddress(request, profile.id);
  return {
    id: profile.id,
    classId: profile.classId,
    name: profile.name,
    description: profile.text,
    enabled: profile.enabled,
    visible: profile.visible,
    enabledBy: profile.enabled ? profile.enabledBy : null,
    authenticatorId: profile.authenticationInstance,
    authzAcl: profile.authorizationRule ?? '',
    ...neverTrue,
    link: address === null ? null : { rel: 'self', href: address, type: null },
    inputs: profile.inputs.map(({ id, classId, name, values }) => ({
      id,
      classId,
      name,
      text: null,
      attributes: values.map(withoutValue),
      configurationAttributes: [],
    })),
    outputs: profile.outputs.map(({ id, classId, name, values }) => ({
      id,
      name,
      text: null,
      classId,
      attributes: values.map(withoutValue),
    })),
    policySets: { sets: profile.policySets.filter(({ policies }) => policies.length > 0).map(policySetOf) },
  };
}

type Value = PolicySetDescription['policies'][number]['default']['values'][number];

function withoutValue({ name, descriptor }: Value) {
  return { name, value: null, descriptor };
}

function policySetOf({ id, policies }: PolicySetDescription) {
  return {
    id,
    policies: policies.map((policy) => ({
      id: policy.id,
      default: {
        classId: policy.default.classId,
        name: policy.default.name,
        text: policy.default.text,
        attributes: policy.default.values.map(withoutValue),
        parameters: policy.default.parameters,
      },
      constraint: {
        classId: policy.constraint.classId,
        name: policy.constraint.name,
        text: policy.constraint.text,
        values: policy.constraint.parameters,
      },
    })),
  };
}
