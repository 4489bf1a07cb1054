// An extension must be there, and critical or not as the profile says.
import { demandedFlag, rejected } from '../constraint-parameters.ts';
import { findExtension } from '../draft-extensions.ts';
import type { ConstraintClass } from '../profile-class.ts';
import { textDescriptor, triStateDescriptor } from '../value-descriptor.ts';

const critical = 'extCritical';
const oidName = 'extOID';

export const extensionConstraint: ConstraintClass = {
  classId: 'extensionConstraintImpl',
  className: 'ExtensionConstraint',
  compile: (parameters) => {
    const oid = parameters.text(oidName);
    const demanded = demandedFlag(parameters, critical);
    return {
      text: `This constraint accepts the extension only when Criticality=${parameters.text(critical)}, OID=${oid}`,
      parameters: [
        { name: critical, descriptor: triStateDescriptor('Criticality') },
        { name: oidName, descriptor: textDescriptor('Object Identifier') },
      ],
      check: ({ draft }) => {
        const extension = findExtension(draft, oid);
        if (extension === null) return rejected(`Extension ${oid} Not Found`);
        return demanded !== null && demanded !== extension.critical ? rejected('Criticality Not Matched') : null;
      },
    };
  },
};
