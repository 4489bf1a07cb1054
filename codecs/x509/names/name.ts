// The X.501 Name of RFC 5280 section 4.1.2.4 as a structure, and its DER.
import {
  type DerReader,
  decodeCharacterStringContent,
  encodeConstructed,
  encodeObjectIdentifier,
  encodeSequence,
  findCharacterStringType,
  openDer,
  tags,
} from '#codecs/der';

/** AttributeTypeAndValue. The value is kept as the bytes it came in, because re-encoding a string would change the name. */
export interface NameAttribute {
  readonly oid: string;
  /** Identifier octet of the value, such as that of UTF8String. */
  readonly valueTag: number;
  /** The whole value element. */
  readonly valueDer: Buffer;
}

/** One or more attributes in the order of the encoding. */
export type RelativeDistinguishedName = readonly NameAttribute[];

/** In the order of the encoding, which is least specific first: `O=X` before `CN=a`. */
export type DistinguishedName = readonly RelativeDistinguishedName[];

/** RDNs in a name, and attributes in an RDN, beyond which a name is refused; JSS stops at 50 attributes in one RDN. */
const partsMax = 256;

/** The structure of a Name. Throws DerError when `nameDer` is anything but one Name. */
export function decodeName(nameDer: Uint8Array): DistinguishedName {
  const reader = openDer(nameDer);
  const name = readName(reader);
  reader.assertEnd('Name');
  return name;
}

/** The structure of the Name that is next in `reader`. */
export function readName(reader: DerReader, what = 'Name'): DistinguishedName {
  const rdnSequence = reader.enterSequence(what);
  const name: NameAttribute[][] = [];
  while (!rdnSequence.isAtEnd && name.length < partsMax) {
    const set = rdnSequence.enter(tags.set, 'RelativeDistinguishedName');
    const attributes = [readAttribute(set)];
    while (!set.isAtEnd && attributes.length < partsMax) attributes.push(readAttribute(set));
    set.assertEnd('RelativeDistinguishedName');
    name.push(attributes);
  }
  rdnSequence.assertEnd(what);
  return name;
}

function readAttribute(reader: DerReader): NameAttribute {
  const pair = reader.enterSequence('AttributeTypeAndValue');
  const oid = pair.readObjectIdentifier('attribute type');
  const value = pair.readAny('attribute value');
  pair.assertEnd('AttributeTypeAndValue');
  return { oid, valueTag: value.tag, valueDer: value.bytes };
}

/** DER of a Name. Attributes of a multi-valued RDN stay in the order given: JSS does not sort them either. */
export function encodeName(name: DistinguishedName): Buffer {
  return encodeSequence(...name.map(encodeRelativeDistinguishedName));
}

export function encodeRelativeDistinguishedName(rdn: RelativeDistinguishedName): Buffer {
  return encodeConstructed(
    tags.set,
    rdn.map((attribute) => encodeSequence(encodeObjectIdentifier(attribute.oid), attribute.valueDer)),
  );
}

/**
 * Plain text of an attribute's value by its string type; null when it is not a character string or its octets don't fit the type.
 * `formatName` is what prints names as Dogtag does.
 */
export function findAttributeText(attribute: NameAttribute): string | null {
  const type = findCharacterStringType(attribute.valueTag);
  if (type === null) return null;
  try {
    return decodeCharacterStringContent(type, openDer(attribute.valueDer).readAny().content);
  } catch {
    return null;
  }
}

/** Texts of all attributes of a type, most specific first. Values that are no text are left out. */
export function attributeTexts(name: DistinguishedName, oid: string): string[] {
  const texts: string[] = [];
  for (const rdn of [...name].reverse()) {
    for (const attribute of rdn) {
      const text = attribute.oid === oid ? findAttributeText(attribute) : null;
      if (text !== null) texts.push(text);
    }
  }
  return texts;
}

/** DER of the Name without RDNs. */
export const emptyNameDer: Buffer = encodeSequence();
