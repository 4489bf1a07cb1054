// nameConstraints as configured (RFC 5280 section 4.2.1.10).
import { parseJavaInteger } from '#codecs/dogtag-text';
import {
  decodeNameConstraints,
  encodeNameConstraints,
  extensionOids,
  type GeneralName,
  type GeneralSubtree,
} from '#codecs/x509';
import { CaError } from '../../errors.ts';
import type { DraftExtension } from '../../issuance/certificate-draft.ts';
import { type ClassParameters, parseJavaBoolean } from '../class-parameters.ts';
import { encodeOrNull } from '../draft-extensions.ts';
import { compileExtensionDefault, invalidProperty } from '../extension-default.ts';
import { GeneralNameTextError, generalNameParts, parseGeneralNameText } from '../general-name-text.ts';
import type { DefaultClass } from '../profile-class.ts';
import { printRecords, readEditedRecords } from '../record-text.ts';
import { flagDescriptor, textListDescriptor } from '../value-descriptor.ts';

const critical = 'nameConstraintsCritical';
const permittedValue = 'nameConstraintsPermittedSubtreesValue';
const excludedValue = 'nameConstraintsExcludedSubtreesValue';
const countByDefault = 1;
const countLimit = 100;
const { nameConstraints: oid } = extensionOids;

type Kind = 'Permitted' | 'Excluded';

export const nameConstraintsExtDefault: DefaultClass = {
  classId: 'nameConstraintsExtDefaultImpl',
  className: 'NameConstraintsExtDefault',
  compile: (parameters) => {
    const permitted = indexesOf(parameters, 'Permitted');
    const excluded = indexesOf(parameters, 'Excluded');
    return compileExtensionDefault({
      oid,
      // The second word's spelling is Dogtag's.
      text: `This default populates a Name Constraints Extension (2.5.29.30) to the request. The default values are Criticality=${parameters.text(critical)}, ${permitted.map((index) => `Permitted${describeRow(parameters, 'Permitted', index)}`).join('')}${excluded.map((index) => `Exluded${describeRow(parameters, 'Excluded', index)}`).join('')}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: permittedValue, descriptor: textListDescriptor('Permitted Subtrees') },
        { name: excludedValue, descriptor: textListDescriptor('Excluded Subtrees') },
      ],
      parameterNames: [
        critical,
        'nameConstraintsNumPermittedSubtrees',
        ...permitted.flatMap((index) => rowNames('Permitted', index)),
        'nameConstraintsNumExcludedSubtrees',
        ...excluded.flatMap((index) => rowNames('Excluded', index)),
      ],
      create: () => createExtension(parameters, permitted, excluded),
      read: (name, extension) => {
        if (name === critical) return String(extension.critical);
        const { permittedSubtrees, excludedSubtrees } = decodeNameConstraints(extension.valueDer);
        return printSubtrees(name === permittedValue ? permittedSubtrees : excludedSubtrees);
      },
      absent: (name) => (name === critical ? null : ''),
      edit: (name, value, extension) => {
        if (name === critical) return { ...extension, critical: parseJavaBoolean(value) };
        if (value === null || value === 'null' || value === '') return 'keep';
        const subtrees = readSubtrees(name, value);
        const present = decodeNameConstraints(extension.valueDer);
        const part = name === permittedValue ? { permittedSubtrees: subtrees } : { excludedSubtrees: subtrees };
        const valueDer = encodeOrNull(() => encodeNameConstraints({ ...present, ...part }));
        return valueDer === null ? 'keep' : { ...extension, valueDer };
      },
    });
  },
};

function indexesOf(parameters: ClassParameters, kind: Kind): number[] {
  const count = parameters.count(`nameConstraintsNum${kind}Subtrees`, countByDefault, countLimit);
  return Array.from({ length: Math.max(count, 0) }, (_, index) => index);
}

function rowNames(kind: Kind, index: number): string[] {
  return ['MinValue', 'MaxValue', 'NameChoice', 'NameValue', 'Enable'].map(
    (part) => `nameConstraints${kind}Subtree${part}_${index}`,
  );
}

function rowText(parameters: ClassParameters, kind: Kind, part: string, index: number): string {
  return parameters.text(`nameConstraints${kind}Subtree${part}_${index}`);
}

function describeRow(parameters: ClassParameters, kind: Kind, index: number): string {
  const text = (part: string) => rowText(parameters, kind, part, index);
  return ` #${index}{GeneralNameChoice:${text('NameChoice')},GeneralNameValue:${text('NameValue')},Min Value:${text('MinValue')},Max Value:${text('MaxValue')}}`;
}

/** Throws CaError `malformed-request` when one subtree cannot be made; Dogtag then has no extension to add. */
function createExtension(
  parameters: ClassParameters,
  permitted: readonly number[],
  excluded: readonly number[],
): DraftExtension {
  const subtreesOf = (kind: Kind, indexes: readonly number[]) =>
    indexes
      .filter((index) => rowText(parameters, kind, 'Enable', index) === 'true')
      .map((index) => createSubtree(parameters, kind, index));
  const constraints = {
    permittedSubtrees: subtreesOf('Permitted', permitted),
    excludedSubtrees: subtreesOf('Excluded', excluded),
  };
  const valueDer = encodeOrNull(() => encodeNameConstraints(constraints));
  if (valueDer === null) throw noExtension();
  return { oid, critical: parameters.flag(critical), valueDer };
}

function createSubtree(parameters: ClassParameters, kind: Kind, index: number): GeneralSubtree {
  const text = (part: string) => rowText(parameters, kind, part, index);
  const value = text('NameValue');
  const base = findName(`${text('NameChoice')}:${value}`);
  if (base === null) throw noExtension();
  if (!isValidSubtree(base)) throw new CaError('malformed-request', `Not valid for Name Constraints: ${value}`);
  const minimum = distance(text('MinValue'), 0);
  const maximum = distance(text('MaxValue'), noMaximum);
  if (minimum === null || maximum === null) throw noExtension();
  return { base, minimum, maximum: maximum === noMaximum ? null : maximum };
}

function noExtension(): CaError {
  return new CaError('malformed-request', `addExtension: extension '${oid}' is null`);
}

const noMaximum = -1;

function distance(text: string, fallback: number): number | null {
  return text === '' ? fallback : parseJavaInteger(text);
}

function findName(text: string): GeneralName | null {
  try {
    return parseGeneralNameText(text);
  } catch (error) {
    if (error instanceof GeneralNameTextError) return null;
    throw error;
  }
}

/** An address must have its mask here. */
function isValidSubtree(name: GeneralName): boolean {
  return name.kind !== 'iPAddress' || name.octets.length === 8 || name.octets.length === 32;
}

function printSubtrees(subtrees: readonly GeneralSubtree[]): string {
  return printRecords(
    subtrees.map(({ base, minimum, maximum }) => {
      const { kind, value } = generalNameParts(base);
      return [
        ['GeneralNameChoice', kind],
        ['GeneralNameValue', value],
        ['Min Value', String(minimum)],
        ['Max Value', String(maximum ?? noMaximum)],
        ['Enable', 'true'],
      ];
    }),
  );
}

// A record that leaves a line out takes over that of the record before it, because Dogtag never clears them; nor does it ask for Enable.
function readSubtrees(name: string, text: string): GeneralSubtree[] {
  const fields = new Map<string, string>();
  return readEditedRecords(name, text).map((record) => {
    for (const [field, value] of record) fields.set(field, value);
    const choice = fields.get('GeneralNameChoice') ?? '';
    const value = fields.get('GeneralNameValue') ?? '';
    const base = choice === '' ? null : findName(`${choice}:${value}`);
    if (base === null) throw new CaError('malformed-edit', 'General Name Not Found');
    if (!isValidSubtree(base)) throw new CaError('malformed-edit', `Not valid for Name Constraints: ${value}`);
    const minimum = distance(fields.get('Min Value') ?? '', 0);
    const maximum = distance(fields.get('Max Value') ?? '', noMaximum);
    if (minimum === null || maximum === null) throw invalidProperty(name);
    return { base, minimum, maximum: maximum === noMaximum ? null : maximum };
  });
}
