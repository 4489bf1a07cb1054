// Extensions that carry names: alternative names, name constraints, distribution points, directory attributes.
import { DerError, openDer } from '#codecs/der';
import {
  type DistributionPoint,
  decodeDistributionPoints,
  decodeGeneralNames,
  decodeNameConstraints,
  decodeSubjectDirectoryAttributes,
  extensionOids,
  formatGeneralName,
  formatRelativeDistinguishedName,
  type GeneralName,
  type GeneralSubtree,
} from '#codecs/x509';
import type { ExtensionText } from './extension-text.ts';
import { indent } from './text-lines.ts';

/** Only directory names lack a word for their kind in their own text. */
export function formatNameWithKind(name: GeneralName): string {
  return name.kind === 'directoryName' ? `DirectoryName: ${formatGeneralName(name)}` : formatGeneralName(name);
}

/** A heading with the names under it. */
export function formatNameList(heading: string): ExtensionText['format'] {
  return (valueDer, spaces) => {
    const names = decodeGeneralNames(valueDer).map((name) => `${indent(spaces + 8)}${formatNameWithKind(name)}\n`);
    return `${indent(spaces + 4)}${heading}\n${names.join('')}`;
  };
}

function formatNameConstraints(valueDer: Buffer, spaces: number): string {
  const { permittedSubtrees, excludedSubtrees } = decodeNameConstraints(valueDer);
  const at = spaces + 4;
  const part = (title: string, subtrees: readonly GeneralSubtree[]): string =>
    subtrees.length === 0
      ? ''
      : `\n${indent(at + 2)}${title}:${subtrees.map((tree) => formatSubtree(tree, at + 4)).join('')}`;
  return `${indent(at)}GeneralSubtrees: ${part('Permitted', permittedSubtrees)}${part('Excluded', excludedSubtrees)}\n`;
}

function formatSubtree(subtree: GeneralSubtree, spaces: number): string {
  const lines = [
    indent(spaces + 4),
    `${indent(spaces)}GeneralSubtree: [`,
    `${indent(spaces + 2)}GeneralName: ${formatGeneralName(subtree.base)}`,
    `${indent(spaces + 2)}Minimum: ${subtree.minimum}`,
    `${indent(spaces + 2)}Maximum: ${subtree.maximum ?? 'undefined'}]`,
  ];
  return `${lines.join('\n')}\n\n`;
}

function formatDistributionPoints(valueDer: Buffer, spaces: number): string {
  const points = decodeDistributionPoints(valueDer);
  const texts = points.map((point, index) => {
    const lines = distributionPointLines(point).map((line) => `${indent(spaces + 8)}${line}\n`);
    return `${indent(spaces + 4)}Point ${index}\n${lines.join('')}`;
  });
  return `${indent(spaces + 4)}Number of Points: ${points.length}\n${texts.join('')}`;
}

function distributionPointLines(point: DistributionPoint): string[] {
  const lines: string[] = [];
  if (point.name !== null) {
    const name =
      'fullName' in point.name
        ? listOfNames(point.name.fullName)
        : formatRelativeDistinguishedName(point.name.nameRelativeToCrlIssuer);
    lines.push(`Distribution Point: ${name}`);
  }
  if (point.reasons !== null) lines.push(`Reason Flags: ${[...point.reasons].join(', ')}`);
  if (point.crlIssuer !== null) lines.push(`CRL Issuer: ${listOfNames(point.crlIssuer)}`);
  return lines.length === 0 ? ['<i>empty</i>'] : lines;
}

/** As Java prints a vector. */
const listOfNames = (names: readonly GeneralName[]): string => `[${names.map(formatGeneralName).join(', ')}]`;

function formatDirectoryAttributes(valueDer: Buffer, spaces: number): string {
  const attributes = decodeSubjectDirectoryAttributes(valueDer);
  if (attributes.length === 0) return `${indent(spaces + 4)}Attributes:none\n`;
  const texts = attributes.map((attribute, index) => {
    const values = attribute.valuesDer.map(attributeValueText);
    const shown = values.length === 0 ? 'none\n' : values.join(',');
    return (
      `${indent(spaces + 8)}Attribute ${index}:\n${indent(spaces + 12)}Identifier: ${attribute.oid}\n` +
      `${indent(spaces + 12)}Values: ${shown}\n`
    );
  });
  return `${indent(spaces + 4)}Attributes:\n${texts.join('')}`;
}

function attributeValueText(valueDer: Uint8Array): string {
  try {
    return openDer(valueDer).readAnyCharacterString('attribute value');
  } catch (error) {
    if (error instanceof DerError) return `#${Buffer.from(valueDer).toString('hex')}`;
    throw error;
  }
}

export const nameExtensionTexts: Readonly<Record<string, ExtensionText>> = {
  [extensionOids.subjectAltName]: { title: 'Subject Alternative Name', format: formatNameList('Value: ') },
  [extensionOids.issuerAltName]: { title: 'Issuer Alternative Name', format: formatNameList('Issuer Names: ') },
  [extensionOids.nameConstraints]: { title: 'Name Constraints', format: formatNameConstraints },
  [extensionOids.cRLDistributionPoints]: { title: 'CRL Distribution Points', format: formatDistributionPoints },
  [extensionOids.freshestCRL]: { title: 'Freshest CRL', format: formatDistributionPoints },
  [extensionOids.subjectDirectoryAttributes]: {
    title: 'Subject Directory Attributes',
    format: formatDirectoryAttributes,
  },
};
