// subjectDirectoryAttributes from patterns (RFC 5280 section 4.2.1.8).
import { isObjectIdentifier } from '#codecs/der';
import {
  type DirectoryAttribute,
  decodeSubjectDirectoryAttributes,
  dogtagAttributeText,
  encodeDirectoryAttributeValue,
  encodeSubjectDirectoryAttributes,
  extensionOids,
  findAttributeTypeByKeyword,
  findAttributeTypeByOid,
} from '#codecs/x509';
import { CaError } from '../../errors.ts';
import { type ClassParameters, parseJavaBoolean } from '../class-parameters.ts';
import { addExtension, encodeOrNull, findExtension, replaceExtension } from '../draft-extensions.ts';
import { invalidProperty } from '../extension-default.ts';
import { parsePattern } from '../pattern.ts';
import type { DefaultClass } from '../profile-class.ts';
import { printRecords, readEditedRecords } from '../record-text.ts';
import type { RequestContext } from '../request-context.ts';
import { expandForRequest } from '../request-pattern.ts';
import { flagDescriptor, textListDescriptor } from '../value-descriptor.ts';

/** The parameter; the value of the same meaning lacks a letter. */
const criticalParameter = 'subjDirAttrsCritical';
const critical = 'subjDirAttrCritical';
const attributesValue = 'subjDirAttrValue';
const countByDefault = 1;
const countLimit = 100;
const { subjectDirectoryAttributes: oid } = extensionOids;

export const subjectDirAttributesExtDefault: DefaultClass = {
  classId: 'subjectDirAttributesExtDefaultImpl',
  className: 'SubjectDirAttributesExtDefault',
  compile: (parameters) => {
    const count = Math.max(parameters.count('subjDirAttrsNum', countByDefault, countLimit), 0);
    const indexes = Array.from({ length: count }, (_, index) => index);
    const shown = indexes.map((index) => describeRow(parameters, index)).join('');
    return {
      text: `This default populates a Subject Directory Attributes Extension () to the request. The default values are Criticality=${parameters.text(criticalParameter)}, ${shown}`,
      values: [
        { name: critical, descriptor: flagDescriptor('Criticality') },
        { name: attributesValue, descriptor: textListDescriptor('Subject Directory Attributes') },
      ],
      parameterNames: [
        criticalParameter,
        'subjDirAttrsNum',
        ...indexes.flatMap((index) => [
          `subjDirAttrName_${index}`,
          `subjDirAttrPattern_${index}`,
          `subjDirAttrEnable_${index}`,
        ]),
      ],
      populate: (request) => {
        const attributes = createAttributes(parameters, indexes, request);
        const valueDer = attributes.length === 0 ? null : encodeAttributes(attributes);
        if (valueDer === null) return;
        // The message about a duplicate knows the criticality; the certificate does not, because JSS forgets it when it writes the value.
        addExtension(request.draft, { oid, critical: parameters.flag(criticalParameter), valueDer });
        replaceExtension(request.draft, { oid, critical: false, valueDer });
      },
      readValue: (name, { draft }) => {
        const extension = findExtension(draft, oid);
        if (extension === null) return name === critical ? null : '';
        if (name === critical) return String(extension.critical);
        return printAttributes(decodeSubjectDirectoryAttributes(extension.valueDer), count);
      },
      setValue: (name, value, draft) => {
        const extension = findExtension(draft, oid);
        if (extension === null) return;
        if (name === critical) return replaceExtension(draft, { ...extension, critical: parseJavaBoolean(value) });
        const attributes = readAttributes(name, value);
        const valueDer = attributes.length === 0 ? null : encodeAttributes(attributes);
        if (valueDer !== null) replaceExtension(draft, { oid, critical: false, valueDer });
      },
    };
  },
};

interface AttributeText {
  readonly oid: string;
  readonly values: readonly string[];
}

function describeRow(parameters: ClassParameters, index: number): string {
  const text = (name: string) => parameters.text(`${name}_${index}`);
  return `Record #${index}{Attribute Name:${text('subjDirAttrName')},Attribute Value:${text('subjDirAttrPattern')},Enable:${text('subjDirAttrEnable')}}`;
}

function createAttributes(
  parameters: ClassParameters,
  indexes: readonly number[],
  request: RequestContext,
): AttributeText[] {
  return indexes
    .filter((index) => parameters.text(`subjDirAttrEnable_${index}`) === 'true')
    .map((index) => {
      const pattern = parameters.text(`subjDirAttrPattern_${index}`) || ' ';
      const isPattern = pattern.startsWith('$') && pattern.endsWith('$');
      const value = isPattern ? expandForRequest(parsePattern(pattern), request) : pattern;
      const attribute = findAttribute(parameters.text(`subjDirAttrName_${index}`), value);
      if (typeof attribute !== 'string') return attribute;
      throw new CaError('malformed-request', attribute);
    });
}

/** The attribute, or what is wrong with it in Dogtag's words. */
function findAttribute(name: string, value: string): AttributeText | string {
  if (name === '') return 'Attribute name should not be empty';
  if (value === '') return 'Attribute value should not be empty';
  const values = value.split(',').filter((part) => part !== '');
  if (isObjectIdentifier(name)) return { oid: name, values };
  const type = findAttributeTypeByKeyword(name);
  return type === null ? `Invalid attribute ${name}` : { oid: type.oid, values };
}

function encodeAttributes(attributes: readonly AttributeText[]): Uint8Array | null {
  return encodeOrNull(() =>
    encodeSubjectDirectoryAttributes(
      attributes.map(({ oid: type, values }) => ({
        oid: type,
        valuesDer: values.map((value) => encodeValue(type, value)),
      })),
    ),
  );
}

/** In the words of the converter that JSS has for the type: two of them do not refuse but stumble, and nobody changes what they say. */
function encodeValue(type: string, value: string): Buffer {
  try {
    return encodeDirectoryAttributeValue(type, value);
  } catch (error) {
    const syntax = findAttributeTypeByOid(type)?.syntax;
    const message =
      syntax === 'printable'
        ? 'Invalid Printable String AVA Value'
        : syntax === 'ia5'
          ? 'Invalid IA5String AVA Value string'
          : 'Invalid value for attribute';
    throw new CaError('malformed-request', message, { cause: error });
  }
}

function printAttributes(attributes: readonly DirectoryAttribute[], count: number): string {
  const missing = Math.max(count - attributes.length, 0);
  return printRecords([
    ...attributes.map(({ oid: type, valuesDer }) => [
      ['Enable', 'true'] as const,
      ['Attribute Name', findAttributeTypeByOid(type)?.keyword ?? type] as const,
      ['Attribute Value', valuesDer.map((valueDer) => valueText(type, valueDer)).join(',')] as const,
    ]),
    ...Array.from({ length: missing }, () => [
      ['Enable', 'false'] as const,
      ['Attribute Name', 'GENERATIONQUALIFIER'] as const,
      ['Attribute Value', ''] as const,
    ]),
  ]);
}

function valueText(type: string, valueDer: Uint8Array): string {
  const der = Buffer.from(valueDer);
  return (
    dogtagAttributeText({ oid: type, valueTag: der[0] ?? 0, valueDer: der }) ?? `#${der.toString('hex').toUpperCase()}`
  );
}

function readAttributes(valueName: string, text: string | null): AttributeText[] {
  const attributes: AttributeText[] = [];
  for (const record of readEditedRecords(valueName, text)) {
    if (record.get('Enable') !== 'true') continue;
    const attribute = findAttribute(record.get('Attribute Name') ?? '', record.get('Attribute Value') ?? '');
    if (typeof attribute === 'string') throw new CaError('malformed-edit', attribute);
    attributes.push(attribute);
  }
  if (attributes.length > countLimit) throw invalidProperty(valueName);
  return attributes;
}
