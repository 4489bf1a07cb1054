// extKeyUsage must be there and may hold only purposes that the profile names.
import { decodeExtKeyUsage, extensionOids } from '#codecs/x509';
import { demandedFlag, rejected } from '../constraint-parameters.ts';
import { findExtension } from '../draft-extensions.ts';
import type { ConstraintClass } from '../profile-class.ts';
import { textDescriptor, triStateDescriptor } from '../value-descriptor.ts';

const critical = 'exKeyUsageCritical';
const purposes = 'exKeyUsageOIDs';

export const extendedKeyUsageExtConstraint: ConstraintClass = {
  classId: 'extendedKeyUsageExtConstraintImpl',
  className: 'ExtendedKeyUsageExtConstraint',
  compile: (parameters) => {
    const demandedCritical = demandedFlag(parameters, critical);
    const allowed = new Set(parameters.text(purposes).split(','));
    return {
      text: `This constraint accepts the Extended Key Usage extension, if present, only when Criticality=${parameters.text(critical)}, OIDs=${parameters.text(purposes)}`,
      parameters: [
        { name: critical, descriptor: triStateDescriptor('Criticality') },
        { name: purposes, descriptor: textDescriptor('Comma-Separated list of Object Identifiers') },
      ],
      check: ({ draft }) => {
        const extension = findExtension(draft, extensionOids.extKeyUsage);
        if (extension === null) return rejected(`Extension ${extensionOids.extKeyUsage} Not Found`);
        if (demandedCritical !== null && demandedCritical !== extension.critical) {
          return rejected('Criticality Not Matched');
        }
        const foreign = decodeExtKeyUsage(extension.valueDer).find((oid) => !allowed.has(oid));
        return foreign === undefined ? null : rejected(`OID ${foreign} Not Matched`);
      },
    };
  },
};
