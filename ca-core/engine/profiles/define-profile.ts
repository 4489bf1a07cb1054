// All that a profile is made of, for those who administer profiles.
import type { PolicyDescription, ProfileDefinition } from '../model/index.ts';
import type { CompiledProfile, ProfilePolicy } from './compiled-profile.ts';

export function defineProfile({ description, policySets }: CompiledProfile): ProfileDefinition {
  return {
    ...description,
    policySets: policySets.map(({ id, policies }) => ({ id, policies: policies.map(describePolicy) })),
  };
}

function describePolicy(policy: ProfilePolicy): PolicyDescription {
  const values = new Map(policy.constraintParameters.map(({ name, value }) => [name, value]));
  return {
    id: policy.id,
    default: {
      classId: policy.defaultClass.classId,
      name: policy.defaultName,
      text: policy.default.text,
      values: policy.default.values.map(({ name, descriptor }) => ({
        name,
        descriptor: policy.default.hidesDescriptors === true ? null : descriptor,
      })),
      parameters: policy.defaultParameters,
    },
    constraint: {
      classId: policy.constraintClass.classId,
      name: policy.constraintName,
      text: policy.constraint.text,
      parameters: policy.constraint.parameters.map((parameter) => ({
        ...parameter,
        value: values.get(parameter.name) ?? '',
      })),
    },
  };
}
