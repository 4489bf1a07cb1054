// A profile with its policies, as the servlets that show or approve one print it (Dogtag's ProfileSelectServlet, ProfileApproveServlet).
import { type ArgsetSet, escapeScriptText } from '#codecs/dogtag-servlets';
import type { PolicySetDescription, ProfileDefinition, ValueDescriptor } from '../../contract.ts';
import { findParameter, type ServletCall } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';

type Policy = PolicySetDescription['policies'][number];

/** The profile that the request names. Throws ServletFault. */
export async function readProfile({ request, ra }: ServletCall): Promise<ProfileDefinition> {
  const id = findParameter(request, 'profileId');
  const profile = id === null ? null : await ra.defineProfile(id as ProfileDefinition['id']);
  if (profile === null) throw new ServletFault(`Profile ${id === null ? 'null' : escapeScriptText(id)} Not Found`);
  return profile;
}

/** `parameters`: whether those of the constraints are wanted beside their words. */
export function profileValues(profile: ProfileDefinition, parameters: 'with-parameters' | 'without'): ArgsetSet['set'] {
  const setOf = (policy: Policy) => policySet(policy, parameters);
  return [
    [
      'policySetList',
      {
        list: profile.policySets.map(({ id, policies }) => ({
          set: [
            ['setId', id],
            ['policy', { list: policies.map(setOf) }],
          ],
        })),
      },
    ],
    ['profileId', profile.id],
    ['profileIsEnable', String(profile.enabled)],
    // Dogtag forgets who enabled a profile once it is disabled.
    ['profileEnableBy', profile.enabled ? profile.enabledBy : null],
    ['profileName', profile.name],
    ['profileDesc', profile.text],
  ];
}

function policySet(
  { id, default: populated, constraint }: Policy,
  parameters: 'with-parameters' | 'without',
): ArgsetSet {
  return {
    set: [
      ['policyId', id],
      ['defDesc', populated.text],
      [
        'defList',
        {
          list: populated.values.flatMap(({ name, descriptor }) =>
            descriptor === null ? [] : [valueSet('def', name, descriptor)],
          ),
        },
      ],
      ['conDesc', constraint.text],
      ...(parameters === 'without' ? [] : [['constraint', { list: constraint.parameters.map(parameterSet) }] as const]),
    ],
  };
}

/** A value with nothing in it yet, under the names that such values have in their list. */
export function valueSet(
  prefix: 'def' | 'input',
  name: string,
  { syntax, constraint, description }: ValueDescriptor,
): ArgsetSet {
  return {
    set: [
      [`${prefix}Id`, name],
      [`${prefix}Syntax`, syntax],
      [`${prefix}Constraint`, constraint],
      [`${prefix}Name`, description],
      [`${prefix}Val`, null],
    ],
  };
}

function parameterSet({ name, value }: Policy['constraint']['parameters'][number]): ArgsetSet {
  return {
    set: [
      ['name', name],
      ['value', value],
    ],
  };
}
