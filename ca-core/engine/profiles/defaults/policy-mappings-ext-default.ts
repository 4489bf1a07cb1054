// policyMappings as configured (RFC 5280 section 4.2.1.5).
import { isObjectIdentifier } from '#codecs/der';
import { decodePolicyMappings, encodePolicyMappings, extensionOids, type PolicyMapping } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import type { DraftExtension } from '../../issuance/certificate-draft.ts';
import { type ClassParameters, parseJavaBoolean } from '../class-parameters.ts';
import { compileExtensionDefault, invalidProperty } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import { printRecords, readEditedRecords } from '../record-text.ts';
import { flagDescriptor, textListDescriptor } from '../value-descriptor.ts';

const critical = 'policyMappingsCritical';
const domains = 'policyMappingsDomains';
const countByDefault = 1;
/** Dogtag has no limit here; nobody maps as many policies. */
const countMax = 1000;
const { policyMappings: oid } = extensionOids;

export const policyMappingsExtDefault: DefaultClass = {
  classId: 'policyMappingsExtDefaultImpl',
  className: 'PolicyMappingsExtDefault',
  compile: (parameters) => {
    const count = Math.max(parameters.count('policyMappingsNum', countByDefault, countMax), 0);
    const indexes = Array.from({ length: count }, (_, index) => index);
    const extension = createExtension(parameters, indexes);
    const shown = indexes.map((index) => describeRow(parameters, index)).join('');
    return compileExtensionDefault({
      oid,
      text: `This default populates a Policy Mappings Extension () to the request. The default values are Criticality=${parameters.text(critical)}, ${shown}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: domains, descriptor: textListDescriptor('Domains') },
      ],
      parameterNames: [
        critical,
        'policyMappingsNum',
        ...indexes.flatMap((index) => [
          `policyMappingsIssuerDomainPolicy_${index}`,
          `policyMappingsSubjectDomainPolicy_${index}`,
          `policyMappingsEnable_${index}`,
        ]),
      ],
      create: () => extension,
      read: (name, present) =>
        name === critical ? String(present.critical) : printMappings(decodePolicyMappings(present.valueDer), count),
      absent: (name) => (name === critical ? null : ''),
      edit: (name, value, present) => {
        if (name === critical) return { ...present, critical: parseJavaBoolean(value) };
        // New mappings make the extension uncritical: JSS forgets the criticality when it writes them.
        return { oid, critical: false, valueDer: encodePolicyMappings(readMappings(name, value)) };
      },
    });
  },
};

function describeRow(parameters: ClassParameters, index: number): string {
  const text = (name: string) => parameters.text(`policyMappings${name}_${index}`);
  return `Record #${index}{Issuer Policy Id:${text('IssuerDomainPolicy')},Subject Policy Id:${text('SubjectDomainPolicy')},Enable:${text('Enable')}}`;
}

/** None at all when one of the mappings is incomplete. */
function createExtension(parameters: ClassParameters, indexes: readonly number[]): DraftExtension | null {
  const mappings: PolicyMapping[] = [];
  for (const index of indexes) {
    if (parameters.text(`policyMappingsEnable_${index}`) !== 'true') continue;
    const issuerDomainPolicy = parameters.text(`policyMappingsIssuerDomainPolicy_${index}`);
    const subjectDomainPolicy = parameters.text(`policyMappingsSubjectDomainPolicy_${index}`);
    if (!isObjectIdentifier(issuerDomainPolicy) || !isObjectIdentifier(subjectDomainPolicy)) return null;
    mappings.push({ issuerDomainPolicy, subjectDomainPolicy });
  }
  return { oid, critical: parameters.flag(critical), valueDer: encodePolicyMappings(mappings) };
}

function printMappings(mappings: readonly PolicyMapping[], count: number): string {
  return printRecords(
    Array.from({ length: count }, (_, index) => [
      ['Issuer Policy Id', mappings[index]?.issuerDomainPolicy ?? ''],
      ['Subject Policy Id', mappings[index]?.subjectDomainPolicy ?? ''],
      ['Enable', String(mappings[index] !== undefined)],
    ]),
  );
}

// A record that leaves a line out takes over that of the record before it, because Dogtag never clears them.
function readMappings(name: string, text: string | null): PolicyMapping[] {
  const mappings: PolicyMapping[] = [];
  const fields = new Map<string, string>();
  for (const record of readEditedRecords(name, text)) {
    for (const [field, value] of record) fields.set(field, value);
    if (fields.get('Enable') !== 'true') continue;
    const issuerDomainPolicy = fields.get('Issuer Policy Id') ?? '';
    const subjectDomainPolicy = fields.get('Subject Policy Id') ?? '';
    // The wrong word is Dogtag's.
    if (issuerDomainPolicy === '' || subjectDomainPolicy === '')
      throw new CaError('malformed-edit', 'Profile ID Not Found');
    if (!isObjectIdentifier(issuerDomainPolicy) || !isObjectIdentifier(subjectDomainPolicy))
      throw invalidProperty(name);
    mappings.push({ issuerDomainPolicy, subjectDomainPolicy });
  }
  return mappings;
}
