// basicConstraints must be there and say what the profile demands.
import { parseJavaInteger } from '#codecs/dogtag-text';
import { extensionOids } from '#codecs/x509';
import { readBasicConstraints } from '../basic-constraints-reading.ts';
import type { ClassParameters } from '../class-parameters.ts';
import { demandedFlag, failed, rejected } from '../constraint-parameters.ts';
import { findExtension } from '../draft-extensions.ts';
import type { ConstraintClass } from '../profile-class.ts';
import { integerDescriptor, triStateDescriptor } from '../value-descriptor.ts';

const critical = 'basicConstraintsCritical';
const isCaName = 'basicConstraintsIsCA';
const minimumName = 'basicConstraintsMinPathLen';
const maximumName = 'basicConstraintsMaxPathLen';

export const basicConstraintsExtConstraint: ConstraintClass = {
  classId: 'basicConstraintsExtConstraintImpl',
  className: 'BasicConstraintsExtConstraint',
  compile: (parameters) => {
    const demandedCritical = demandedFlag(parameters, critical);
    const demandedCa = demandedFlag(parameters, isCaName);
    const minimum = pathLengthLimit(parameters, minimumName);
    const maximum = pathLengthLimit(parameters, maximumName);
    const text = (name: string) => parameters.text(name);
    return {
      text: `This constraint accepts the Basic Constraint extension, if present, only when Criticality=${text(critical)}, Is CA=${text(isCaName)}, Min Path Length=${text(minimumName)}, Max Path Length=${text(maximumName)}`,
      parameters: [
        { name: critical, descriptor: triStateDescriptor('Criticality') },
        { name: isCaName, descriptor: triStateDescriptor('Is CA') },
        { name: minimumName, descriptor: integerDescriptor('Min Path Length', '-1') },
        { name: maximumName, descriptor: integerDescriptor('Max Path Length', '100') },
      ],
      check: ({ draft }) => {
        const extension = findExtension(draft, extensionOids.basicConstraints);
        if (extension === null) return rejected(`Extension ${extensionOids.basicConstraints} Not Found`);
        if (demandedCritical !== null && demandedCritical !== extension.critical) {
          return rejected('Criticality Not Matched');
        }
        const { isCa, pathLength } = readBasicConstraints(extension.valueDer);
        if (demandedCa !== null && demandedCa !== isCa) return rejected('Is CA Not Matched');
        if (minimum === 'unreadable') return failed(parameters.unsupported(minimumName, 'not a whole number'));
        // No limit counts as -1, so a maximum never refuses it and a minimum of 0 does.
        if (minimum !== null && minimum > pathLength) return rejected('Min Path Length not matched');
        if (maximum === 'unreadable') return failed(parameters.unsupported(maximumName, 'not a whole number'));
        return maximum !== null && maximum < pathLength ? rejected('Max Path Length not matched') : null;
      },
    };
  },
};

function pathLengthLimit(parameters: ClassParameters, name: string): number | 'unreadable' | null {
  const text = parameters.text(name);
  return text === '' || text === '-' ? null : (parseJavaInteger(text) ?? 'unreadable');
}
