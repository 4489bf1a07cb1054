// keyUsage must be there, with the bits that the profile demands.
import { openDer } from '#codecs/der';
import { extensionOids } from '#codecs/x509';
import { demandedFlag, labelledParameters, rejected } from '../constraint-parameters.ts';
import { findExtension } from '../draft-extensions.ts';
import { keyUsageValues } from '../key-usage-values.ts';
import type { ConstraintClass } from '../profile-class.ts';
import { triStateDescriptor } from '../value-descriptor.ts';

const critical = 'keyUsageCritical';

export const keyUsageExtConstraint: ConstraintClass = {
  classId: 'keyUsageExtConstraintImpl',
  className: 'KeyUsageExtConstraint',
  compile: (parameters) => {
    const demandedCritical = demandedFlag(parameters, critical);
    const demands = keyUsageValues.map(({ name, description }) => ({
      demanded: demandedFlag(parameters, name),
      refusal: `${description} Not Matched ${parameters.text(name)}`,
    }));
    const labels = keyUsageValues.map(({ label, name }) => [label, name] as const);
    return {
      text: `This constraint accepts the Key Usage extension, if present, only when ${labelledParameters(parameters, [['Criticality', critical], ...labels])}`,
      parameters: [
        { name: critical, descriptor: triStateDescriptor('Criticality') },
        ...keyUsageValues.map(({ name, description }) => ({ name, descriptor: triStateDescriptor(description) })),
      ],
      check: ({ draft }) => {
        const extension = findExtension(draft, extensionOids.keyUsage);
        if (extension === null) return rejected(`Extension ${extensionOids.keyUsage} Not Found`);
        if (demandedCritical !== null && demandedCritical !== extension.critical) {
          return rejected('Criticality Not Matched');
        }
        const bits = openDer(extension.valueDer).readNamedBits();
        const violated = demands.find(
          ({ demanded }, index) => demanded !== null && demanded !== (bits[index] === true),
        );
        return violated === undefined ? null : rejected(violated.refusal);
      },
    };
  },
};
