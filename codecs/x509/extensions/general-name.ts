// GeneralName of RFC 5280 section 4.2.1.6 in all its kinds, encoded as JSS does.
import {
  constructedBit,
  contextConstructed,
  contextPrimitive,
  DerError,
  type DerReader,
  encodeCharacterString,
  encodeCharacterStringContent,
  encodeConstructed,
  encodeElement,
  encodeExplicit,
  encodeObjectIdentifier,
  encodeObjectIdentifierContent,
  openDer,
  tags,
} from '#codecs/der';
import { formatName } from '../names/format-name.ts';
import { decodeName } from '../names/name.ts';

export type GeneralName =
  | { readonly kind: 'otherName'; readonly oid: string; readonly valueDer: Uint8Array }
  | { readonly kind: 'rfc822Name'; readonly value: string }
  | { readonly kind: 'dNSName'; readonly value: string }
  /** ORAddress as it came; nobody makes new ones. */
  | { readonly kind: 'x400Address'; readonly content: Uint8Array }
  | { readonly kind: 'directoryName'; readonly nameDer: Uint8Array }
  | { readonly kind: 'ediPartyName'; readonly nameAssigner: string | null; readonly partyName: string }
  | { readonly kind: 'uniformResourceIdentifier'; readonly value: string }
  /** 4 or 16 octets; 8 or 32 (address and mask) in name constraints. */
  | { readonly kind: 'iPAddress'; readonly octets: Uint8Array }
  | { readonly kind: 'registeredID'; readonly oid: string };

const generalNamesMax = 4096;

/** One GeneralName. Throws DerError for characters outside IA5String. */
export function encodeGeneralName(name: GeneralName): Buffer {
  switch (name.kind) {
    case 'otherName':
      return encodeConstructed(contextConstructed(0), [
        encodeObjectIdentifier(name.oid),
        encodeExplicit(0, name.valueDer),
      ]);
    case 'rfc822Name':
      return encodeElement(contextPrimitive(1), encodeCharacterStringContent('ia5String', name.value));
    case 'dNSName':
      return encodeElement(contextPrimitive(2), encodeCharacterStringContent('ia5String', name.value));
    case 'x400Address':
      return encodeElement(contextConstructed(3), name.content);
    case 'directoryName':
      return encodeExplicit(4, name.nameDer);
    case 'ediPartyName':
      return encodeEdiPartyName(name.nameAssigner, name.partyName);
    case 'uniformResourceIdentifier':
      return encodeElement(contextPrimitive(6), encodeCharacterStringContent('ia5String', name.value));
    case 'iPAddress':
      return encodeElement(contextPrimitive(7), name.octets);
    case 'registeredID':
      return encodeElement(contextPrimitive(8), encodeObjectIdentifierContent(name.oid));
  }
}

// JSS tags the two strings as primitive although a string type is inside (EDIPartyName.java); certificates of Dogtag have it so.
function encodeEdiPartyName(nameAssigner: string | null, partyName: string): Buffer {
  const parts = [encodeElement(contextPrimitive(1), encodeCharacterString('printableString', partyName))];
  if (nameAssigner !== null) {
    parts.unshift(encodeElement(contextPrimitive(0), encodeCharacterString('printableString', nameAssigner)));
  }
  return encodeConstructed(contextConstructed(5), parts);
}

/** SEQUENCE OF GeneralName. Throws DerError for an empty list, which RFC 5280 forbids and JSS cannot write. */
export function encodeGeneralNames(names: readonly GeneralName[], tag: number = tags.sequence): Buffer {
  if (names.length === 0) throw new DerError('empty list of general names');
  return encodeConstructed(tag, names.map(encodeGeneralName));
}

/** The GeneralNames in `der` and nothing else. Throws DerError. */
export function decodeGeneralNames(der: Uint8Array): GeneralName[] {
  const reader = openDer(der);
  const names = readGeneralNames(reader.enterSequence('GeneralNames'));
  reader.assertEnd('GeneralNames');
  return names;
}

/** General names up to the end of `reader`. At least one. */
export function readGeneralNames(reader: DerReader): GeneralName[] {
  const names = [readGeneralName(reader)];
  while (!reader.isAtEnd) {
    if (names.length >= generalNamesMax)
      throw new DerError(`more than ${generalNamesMax} general names`, reader.offset);
    names.push(readGeneralName(reader));
  }
  return names;
}

export function readGeneralName(reader: DerReader): GeneralName {
  const tag = reader.peekTag() ?? 0;
  switch (tag & ~constructedBit) {
    case contextPrimitive(0):
      return readOtherName(reader);
    case contextPrimitive(1):
      return { kind: 'rfc822Name', value: reader.readCharacterString('ia5String', 'rfc822Name', contextPrimitive(1)) };
    case contextPrimitive(2):
      return { kind: 'dNSName', value: reader.readCharacterString('ia5String', 'dNSName', contextPrimitive(2)) };
    case contextPrimitive(3):
      return { kind: 'x400Address', content: reader.readElement(contextConstructed(3), 'x400Address').content };
    case contextPrimitive(4):
      return readDirectoryName(reader);
    case contextPrimitive(5):
      return readEdiPartyName(reader);
    case contextPrimitive(6):
      return {
        kind: 'uniformResourceIdentifier',
        value: reader.readCharacterString('ia5String', 'uniformResourceIdentifier', contextPrimitive(6)),
      };
    case contextPrimitive(7):
      return { kind: 'iPAddress', octets: reader.readOctetString('iPAddress', contextPrimitive(7)) };
    case contextPrimitive(8):
      return { kind: 'registeredID', oid: reader.readObjectIdentifier('registeredID', contextPrimitive(8)) };
    default:
      throw new DerError('unknown kind of general name', reader.offset);
  }
}

function readOtherName(reader: DerReader): GeneralName {
  const inner = reader.enter(contextConstructed(0), 'otherName');
  const oid = inner.readObjectIdentifier('type-id');
  const wrapped = inner.enter(contextConstructed(0), 'otherName value');
  const valueDer = wrapped.readAny('otherName value').bytes;
  wrapped.assertEnd('otherName value');
  inner.assertEnd('otherName');
  return { kind: 'otherName', oid, valueDer };
}

function readDirectoryName(reader: DerReader): GeneralName {
  const inner = reader.enter(contextConstructed(4), 'directoryName');
  const nameDer = inner.readElement(tags.sequence, 'directoryName').bytes;
  inner.assertEnd('directoryName');
  decodeName(nameDer);
  return { kind: 'directoryName', nameDer };
}

function readEdiPartyName(reader: DerReader): GeneralName {
  const inner = reader.enter(contextConstructed(5), 'ediPartyName');
  const nameAssigner = findEdiString(inner, 0);
  const partyName = findEdiString(inner, 1);
  inner.assertEnd('ediPartyName');
  if (partyName === null) throw new DerError('ediPartyName without partyName');
  return { kind: 'ediPartyName', nameAssigner, partyName };
}

/** Takes the primitive tag of JSS as well as the constructed one of the standard. */
function findEdiString(reader: DerReader, number: number): string | null {
  const tag = reader.peekTag();
  if (tag !== contextPrimitive(number) && tag !== contextConstructed(number)) return null;
  return reader.enter(tag, 'ediPartyName').readAnyCharacterString('ediPartyName');
}

/** Text as Dogtag shows a general name: `DNSName: a.example`, `IPAddress: 10.0.0.1`, ... (JSS toString). */
export function formatGeneralName(name: GeneralName): string {
  switch (name.kind) {
    case 'otherName':
      return `OtherName: ${formatOtherName(name.oid, name.valueDer)}`;
    case 'rfc822Name':
      return `RFC822Name: ${name.value}`;
    case 'dNSName':
      return `DNSName: ${name.value}`;
    case 'x400Address':
      return `X400Address: ${Buffer.from(name.content).toString('hex')}`;
    case 'directoryName':
      return formatName(name.nameDer);
    case 'ediPartyName':
      return `EDIPartyName: ${name.nameAssigner === null ? '' : `  nameAssigner = ${name.nameAssigner},`}  partyName = ${name.partyName}`;
    case 'uniformResourceIdentifier':
      return `URIName: ${name.value}`;
    case 'iPAddress':
      return `IPAddress: ${formatIpAddress(name.octets)}`;
    case 'registeredID':
      return `OIDName: ${name.oid}`;
  }
}

function formatOtherName(oid: string, valueDer: Uint8Array): string {
  const value = openDer(valueDer).readAny();
  switch (value.tag) {
    case tags.printableString:
      return `(PrintableString)${oid},${value.content.toString('latin1')}`;
    case tags.ia5String:
      return `(IA5String)${oid},${value.content.toString('latin1')}`;
    case tags.utf8String:
      return `(UTF8String)${oid},${value.content.toString('utf8')}`;
    default:
      return `(Any)${oid},${value.bytes.toString('hex')}`;
  }
}

/** Text of the octets of an iPAddress, with the mask after a comma where there is one; IPv6 in full form, as JSS prints it. */
export function formatIpAddress(octets: Uint8Array): string {
  const bytes = Buffer.from(octets);
  switch (bytes.length) {
    case 4:
      return bytes.join('.');
    case 8:
      return `${bytes.subarray(0, 4).join('.')},${bytes.subarray(4).join('.')}`;
    case 16:
      return formatIpv6(bytes);
    case 32:
      return `${formatIpv6(bytes.subarray(0, 16))},${formatIpv6(bytes.subarray(16))}`;
    default:
      return '0.0.0.0';
  }
}

function formatIpv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return groups.join(':');
}

/** Octets of a textual IPv4 or IPv6 address, or null when it is neither. (JSS also takes `1.2.3.256`, as 1.2.3.0; we don't.) */
export function findIpAddressOctets(text: string): Buffer | null {
  return text.includes(':') ? findIpv6Octets(text) : findIpv4Octets(text);
}

function findIpv4Octets(text: string): Buffer | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return null;
  return Buffer.from(parts.map(Number));
}

// RFC 4291 section 2.2: eight groups, one `::` for a run of zero groups, perhaps a dotted IPv4 address in place of the last two groups.
function findIpv6Octets(text: string): Buffer | null {
  const dotted = /^(.*:)([\d.]+)$/.exec(text);
  let groupsText = text;
  if (dotted?.[2]?.includes('.')) {
    const tail = findIpv4Octets(dotted[2]);
    if (tail === null) return null;
    groupsText = `${dotted[1]}${tail.readUInt16BE(0).toString(16)}:${tail.readUInt16BE(2).toString(16)}`;
  }
  const halves = groupsText.split('::');
  if (halves.length > 2) return null;
  const [before = [], after = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const zeros = 8 - before.length - after.length;
  if (halves.length === 2 ? zeros < 1 : zeros !== 0) return null;
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return null;
  const octets = Buffer.alloc(16);
  groups.forEach((group, i) => {
    octets.writeUInt16BE(Number.parseInt(group, 16), i * 2);
  });
  return octets;
}
