// The Netscape certificate type must be there, with the bits that the profile demands.
import { openDer } from '#codecs/der';
import { extensionOids } from '#codecs/x509';
import { demandedFlag, labelledParameters, rejected } from '../constraint-parameters.ts';
import { findExtension } from '../draft-extensions.ts';
import type { ConstraintClass } from '../profile-class.ts';
import { triStateDescriptor } from '../value-descriptor.ts';

const critical = 'nsCertCritical';

/** In the order of the bits that Dogtag looks at, which is not that of the extension: it takes bits 4 to 6 where 5 to 7 are meant. */
const demandNames: readonly (readonly [label: string, name: string])[] = [
  ['SSL Client', 'nsCertSSLClient'],
  ['SSL Server', 'nsCertSSLServer'],
  ['Email', 'nsCertEmail'],
  ['Object Signing', 'nsCertObjectSigning'],
  ['SSL CA', 'nsCertSSLCA'],
  ['Email CA', 'nsCertEmailCA'],
  ['Object Signing CA', 'nsCertObjectSigningCA'],
];

export const nsCertTypeExtConstraint: ConstraintClass = {
  classId: 'nsCertTypeExtConstraintImpl',
  className: 'NSCertTypeExtConstraint',
  compile: (parameters) => {
    const demandedCritical = demandedFlag(parameters, critical);
    const demands = demandNames.map(([label, name]) => ({
      demanded: demandedFlag(parameters, name),
      refusal: `${label} Not Matched ${parameters.text(name)}`,
    }));
    return {
      text: `This constraint accepts the NS Certificate Type extension, if present, only when ${labelledParameters(parameters, [['Criticality', critical], ...demandNames])}`,
      parameters: [
        { name: critical, descriptor: triStateDescriptor('Criticality') },
        ...demandNames.map(([label, name]) => ({ name, descriptor: triStateDescriptor(label) })),
      ],
      check: ({ draft }) => {
        const extension = findExtension(draft, extensionOids.netscapeCertType);
        if (extension === null) return rejected(`Extension ${extensionOids.netscapeCertType} Not Found`);
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
