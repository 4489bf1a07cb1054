// policyConstraints as configured (RFC 5280 section 4.2.1.11).
import { parseJavaInteger } from '#codecs/dogtag-text';
import { decodePolicyConstraints, encodePolicyConstraints, extensionOids } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import { type ClassParameters, parseJavaBoolean } from '../class-parameters.ts';
import { compileExtensionDefault, invalidProperty } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import { flagDescriptor, integerDescriptor } from '../value-descriptor.ts';

const critical = 'policyConstraintsCritical';
const explicitName = 'policyConstraintsReqExplicitPolicy';
const mappingName = 'policyConstraintsInhibitPolicyMapping';
const { policyConstraints: oid } = extensionOids;

export const policyConstraintsExtDefault: DefaultClass = {
  classId: 'policyConstraintsExtDefaultImpl',
  className: 'PolicyConstraintsExtDefault',
  compile: (parameters) => {
    const text = (name: string) => parameters.text(name);
    return compileExtensionDefault({
      oid,
      text: `This default populates a Policy Constraints Extension () to the request. The default values are Criticality=${text(critical)}, Required Explicit Policy=${text(explicitName)}, Inhibit Policy Mapping=${text(mappingName)}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: explicitName, descriptor: integerDescriptor('Required Explicit Policy', null) },
        { name: mappingName, descriptor: integerDescriptor('Inhibit Policy Mapping', null) },
      ],
      parameterNames: [critical, explicitName, mappingName],
      create: () => {
        const requireExplicitPolicy = countOf(parameters, explicitName);
        const inhibitPolicyMapping = countOf(parameters, mappingName);
        // A count that is no number makes Dogtag leave the extension out.
        if (requireExplicitPolicy === null || inhibitPolicyMapping === null) return null;
        const valueDer = encode(requireExplicitPolicy, inhibitPolicyMapping);
        return { oid, critical: parameters.flag(critical), valueDer };
      },
      read: (name, extension) => {
        if (name === critical) return String(extension.critical);
        const constraints = decodePolicyConstraints(extension.valueDer);
        const count = name === explicitName ? constraints.requireExplicitPolicy : constraints.inhibitPolicyMapping;
        return String(count ?? noCount);
      },
      absent: (name) => (name === critical ? null : ''),
      edit: (name, value, extension) => {
        if (name === critical) return { ...extension, critical: parseJavaBoolean(value) };
        const count = parseJavaInteger(value ?? '');
        if (count === null) throw invalidProperty(name);
        const constraints = decodePolicyConstraints(extension.valueDer);
        const requireExplicitPolicy = name === explicitName ? count : (constraints.requireExplicitPolicy ?? noCount);
        const inhibitPolicyMapping = name === mappingName ? count : (constraints.inhibitPolicyMapping ?? noCount);
        return { ...extension, valueDer: encode(requireExplicitPolicy, inhibitPolicyMapping) };
      },
    });
  },
};

/** Stands for a count that is not there. */
const noCount = -1;

function countOf(parameters: ClassParameters, name: string): number | null {
  const text = parameters.text(name);
  return text === '' ? noCount : parseJavaInteger(text);
}

function encode(requireExplicitPolicy: number, inhibitPolicyMapping: number): Buffer {
  if (requireExplicitPolicy < noCount || inhibitPolicyMapping < noCount)
    throw new CaError('malformed-request', `addExtension: extension '${oid}' is null`);
  return encodePolicyConstraints({
    requireExplicitPolicy: requireExplicitPolicy === noCount ? null : requireExplicitPolicy,
    inhibitPolicyMapping: inhibitPolicyMapping === noCount ? null : inhibitPolicyMapping,
  });
}
