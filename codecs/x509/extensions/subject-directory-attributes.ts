// subjectDirectoryAttributes (RFC 5280 section 4.2.1.8).
import { DerError, encodeConstructed, encodeObjectIdentifier, encodeSequence, openDer, tags } from '#codecs/der';
import { findAttributeTypeByOid } from '../names/attribute-types.ts';
import { directoryStringTypes, encodeNameString, genericStringTypes } from '../names/name-string.ts';

export interface DirectoryAttribute {
  readonly oid: string;
  /** Whole value elements, in the order of the encoding (JSS does not sort them). */
  readonly valuesDer: readonly Uint8Array[];
}

const listMax = 1024;

export function encodeSubjectDirectoryAttributes(attributes: readonly DirectoryAttribute[]): Buffer {
  return encodeConstructed(
    tags.sequence,
    attributes.map((attribute) =>
      encodeSequence(encodeObjectIdentifier(attribute.oid), encodeConstructed(tags.set, attribute.valuesDer)),
    ),
  );
}

/** A textual attribute value in the string type that JSS picks for its attribute type. Throws NameSyntaxError when it does not fit. */
export function encodeDirectoryAttributeValue(oid: string, text: string): Buffer {
  switch (findAttributeTypeByOid(oid)?.syntax) {
    case 'printable':
      return encodeNameString(text, ['printableString']);
    case 'ia5':
      return encodeNameString(text, ['ia5String']);
    case 'directory':
      return encodeNameString(text, directoryStringTypes);
    case undefined:
      return encodeNameString(text, genericStringTypes);
  }
}

/** Throws DerError. */
export function decodeSubjectDirectoryAttributes(valueDer: Uint8Array): DirectoryAttribute[] {
  const reader = openDer(valueDer);
  const sequence = reader.enterSequence('SubjectDirectoryAttributes');
  reader.assertEnd('SubjectDirectoryAttributes');
  const attributes: DirectoryAttribute[] = [];
  while (!sequence.isAtEnd) {
    const attribute = sequence.enterSequence('Attribute');
    const oid = attribute.readObjectIdentifier('attribute type');
    const set = attribute.enter(tags.set, 'attribute values');
    attribute.assertEnd('Attribute');
    const valuesDer: Buffer[] = [];
    while (!set.isAtEnd && valuesDer.length < listMax) valuesDer.push(set.readAny('attribute value').bytes);
    set.assertEnd('attribute values');
    attributes.push({ oid, valuesDer });
    if (attributes.length > listMax) throw new DerError(`more than ${listMax} attributes`, sequence.offset);
  }
  return attributes;
}
