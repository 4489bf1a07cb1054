// Extensions about certificate policies.
import {
  type DisplayText,
  decodeCertificatePolicies,
  decodePolicyConstraints,
  decodePolicyMappings,
  extensionOids,
  type PolicyQualifier,
  policyQualifierOids,
} from '#codecs/x509';
import type { ExtensionText } from './extension-text.ts';
import { indent } from './text-lines.ts';

const displayTypes: Readonly<Record<string, string>> = {
  ia5String: 'IA5String',
  bmpString: 'BMPString',
  visibleString: 'VisibleString',
};

function formatCertificatePolicies(valueDer: Buffer, spaces: number): string {
  const policies = decodeCertificatePolicies(valueDer).map((policy) => {
    const qualifiers = (policy.qualifiers ?? [])
      .flatMap(qualifierLines)
      .map((line) => `${indent(spaces + 12)}${line}\n`);
    return `${indent(spaces + 8)}Policy Identifier: ${policy.policyOid}\n${qualifiers.join('')}`;
  });
  return `${indent(spaces + 4)}Certificate Policies: \n${policies.join('')}`;
}

function qualifierLines(qualifier: PolicyQualifier): string[] {
  switch (qualifier.kind) {
    case 'cps':
      return [
        `Policy Qualifier Identifier: CPS Pointer Qualifier - ${policyQualifierOids.cps}`,
        `Policy Qualifier Data: ${qualifier.uri}`,
      ];
    case 'userNotice': {
      const { noticeReference, explicitText } = qualifier;
      return [
        `Policy Qualifier Identifier: CPS User Notice Qualifier - ${policyQualifierOids.userNotice}`,
        'Policy Qualifier Data: ',
        ...(noticeReference === null
          ? []
          : [
              `    Organization: ${displayText(noticeReference.organization)}`,
              `    Notice Numbers: ${noticeReference.numbers.join(',')}`,
            ]),
        ...(explicitText === null ? [] : [`    Explicit Text: ${displayText(explicitText)}`]),
      ];
    }
    case 'other':
      return [];
  }
}

function displayText(shown: DisplayText): string {
  return `${displayTypes[shown.type] ?? 'UTF8String'}: ${shown.text}`;
}

function formatPolicyConstraints(valueDer: Buffer, spaces: number): string {
  const { requireExplicitPolicy, inhibitPolicyMapping } = decodePolicyConstraints(valueDer);
  return (
    `${indent(spaces + 4)}Require Explicit Policy: ${requireExplicitPolicy ?? 'not set'}\n` +
    `${indent(spaces + 4)}Inhibit Policy Mapping: ${inhibitPolicyMapping ?? 'not set'}\n`
  );
}

function formatPolicyMappings(valueDer: Buffer, spaces: number): string {
  const mappings = decodePolicyMappings(valueDer);
  if (mappings.length === 0) return `${indent(spaces + 4)}Mappings: none\n`;
  const texts = mappings.map(
    (mapping, index) =>
      `${indent(spaces + 8)}Map ${index}:\n` +
      `${indent(spaces + 12)}Issuer Domain Policy: ${mapping.issuerDomainPolicy}\n` +
      `${indent(spaces + 12)}Subject Domain Policy: ${mapping.subjectDomainPolicy}\n`,
  );
  return `${indent(spaces + 4)}Mappings: \n${texts.join('')}`;
}

export const policyExtensionTexts: Readonly<Record<string, ExtensionText>> = {
  [extensionOids.certificatePolicies]: { title: 'Certificate Policies:', format: formatCertificatePolicies },
  [extensionOids.policyConstraints]: { title: 'Policy Constraints', format: formatPolicyConstraints },
  [extensionOids.policyMappings]: { title: 'Policy Mappings', format: formatPolicyMappings },
};
