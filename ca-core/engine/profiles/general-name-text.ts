// General names as parameters and agents write them, `DNSName: a.example`, in Dogtag's reading (EnrollDefault.parseGeneralName).

import {
  DerError,
  encodeCharacterString,
  encodeConstructed,
  encodeElement,
  encodeExplicit,
  encodeInteger,
  encodeSequence,
  isObjectIdentifier,
  openDer,
  tags,
} from '#codecs/der';
import { parseJavaInteger } from '#codecs/dogtag-text';
import {
  encodeNameText,
  findIpAddressOctets,
  formatGeneralName,
  formatName,
  type GeneralName,
  NameSyntaxError,
} from '#codecs/x509';

/** Text that names a kind of general name but holds nothing of that kind. */
export class GeneralNameTextError extends Error {
  /** What clients are told of errors that Dogtag lets through where it swallows the others; null for one of those. */
  readonly escapingMessage: string | null;
  constructor(text: string, cause?: unknown, escapingMessage: string | null = null) {
    super(`Invalid General Name ${text}`, { cause });
    this.name = 'GeneralNameTextError';
    this.escapingMessage = escapingMessage;
  }
}

const kinds = new Set([
  'rfc822name',
  'dnsname',
  'x400',
  'directoryname',
  'edipartyname',
  'uriname',
  'ipaddress',
  'oidname',
  'othername',
]);

/** True when a parameter names one of the kinds, in any case. */
export function isGeneralNameKind(text: string): boolean {
  return kinds.has(text.toLowerCase());
}

/**
 * The name in `Kind: value`. Null where Dogtag makes nothing of it: no colon, an unknown kind, an OtherName of an unknown form.
 * Throws GeneralNameTextError where it fails.
 */
export function parseGeneralNameText(text: string): GeneralName | null {
  const colon = text.indexOf(':');
  if (colon === -1) return null;
  return parseGeneralNameOfKind(text.slice(0, colon).trim(), text.slice(colon + 1).trim());
}

/** As `parseGeneralNameText`, with the kind apart. */
export function parseGeneralNameOfKind(kind: string, value: string): GeneralName | null {
  switch (kind.toLowerCase()) {
    case 'rfc822name':
      return { kind: 'rfc822Name', value };
    case 'dnsname':
      return { kind: 'dNSName', value };
    case 'uriname':
      return { kind: 'uniformResourceIdentifier', value };
    case 'directoryname':
      return { kind: 'directoryName', nameDer: encodeDirectoryName(value) };
    case 'edipartyname':
      return { kind: 'ediPartyName', nameAssigner: null, partyName: value };
    case 'ipaddress':
      return { kind: 'iPAddress', octets: encodeAddress(value) };
    case 'oidname':
      return isObjectIdentifier(value) ? { kind: 'registeredID', oid: value } : null;
    default:
      // This one kind is not taken in any case.
      return kind === 'OtherName' ? parseOtherName(value) : null;
  }
}

function encodeDirectoryName(text: string): Buffer {
  try {
    return encodeNameText(text);
  } catch (error) {
    if (error instanceof NameSyntaxError || error instanceof DerError) throw new GeneralNameTextError(text, error);
    throw error;
  }
}

/** An address; `address/bits` and `address,mask` for name constraints. */
function encodeAddress(text: string): Buffer {
  const octets = findAddress(text);
  if (octets === null) throw new GeneralNameTextError(text, undefined, `Invalid IP Address '${text}'`);
  return octets;
}

function findAddress(text: string): Buffer | null {
  const parts = (separator: string) => text.split(separator).filter((part) => part !== '');
  if (text.includes('/')) {
    const [address = '', bits = ''] = parts('/');
    return findAddressWithPrefix(findIpAddressOctets(address), parseJavaInteger(bits));
  }
  if (!text.includes(',')) return findIpAddressOctets(text);
  const [address, mask] = parts(',').map(findIpAddressOctets);
  if (address === undefined || address === null || mask?.length !== address.length) return null;
  return Buffer.concat([address, mask]);
}

function findAddressWithPrefix(address: Buffer | null, bits: number | null): Buffer | null {
  if (address === null || bits === null || bits < 0 || bits > address.length * 8) return null;
  const mask = Buffer.alloc(address.length);
  for (let bit = 0; bit < bits; bit++) mask[bit >> 3] = (mask[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return Buffer.concat([address, mask]);
}

const stringForms = {
  PrintableString: 'printableString',
  IA5String: 'ia5String',
  UTF8String: 'utf8String',
  BMPString: 'bmpString',
} as const;

const otherNameForm = /^\((PrintableString|IA5String|UTF8String|BMPString|Any|KerberosName)\)(.*)$/s;

/** `(UTF8String)1.2.3,value`, `(Any)1.2.3,0403...` in hexadecimal, or `(KerberosName)REALM|type|name,name`. */
function parseOtherName(whole: string): GeneralName | null {
  const match = otherNameForm.exec(whole);
  if (match === null) return null;
  const [, form = '', rest = ''] = match;
  if (form === 'KerberosName') return encodeKerberosName(rest, whole);
  const comma = rest.indexOf(',');
  if (comma === -1) return null;
  const oid = rest.slice(0, comma).trim();
  const value = rest.slice(comma + 1).trim();
  if (!isObjectIdentifier(oid)) return null;
  if (form === 'Any') return { kind: 'otherName', oid, valueDer: decodeHexadecimal(value, whole) };
  try {
    const type = stringForms[form as keyof typeof stringForms];
    // Java puts a byte order mark in front of its UTF-16, which a BMPString does not have.
    const text = type === 'bmpString' ? `\ufeff${value}` : value;
    return { kind: 'otherName', oid, valueDer: encodeCharacterString(type, text) };
  } catch (error) {
    throw new GeneralNameTextError(whole, error);
  }
}

function decodeHexadecimal(value: string, text: string): Buffer {
  if (value.length % 2 !== 0 || value === '') throw new GeneralNameTextError(text);
  const wrong = value.match(/../gs)?.find((octet) => !/^[0-9A-Fa-f]{2}$/.test(octet));
  if (wrong !== undefined) throw new GeneralNameTextError(text, undefined, `For input string: "${wrong}"`);
  const der = Buffer.from(value, 'hex');
  try {
    // JSS copies the one element that is there and drops what follows it.
    return openDer(der).readAny().bytes;
  } catch (error) {
    throw new GeneralNameTextError(text, error);
  }
}

/** Dogtag puts the principal under id-krb5 itself (1.3.6.1.5.2.2), as KRB5PrincipalName of RFC 4556 section 3.2.2. */
function encodeKerberosName(rest: string, text: string): GeneralName {
  const first = rest.indexOf('|');
  const last = rest.lastIndexOf('|');
  const nameType = parseJavaInteger(rest.slice(first + 1, last).trim());
  if (first === -1 || last === first) throw new GeneralNameTextError(text);
  if (nameType === null) {
    const number = rest.slice(first + 1, last).trim();
    throw new GeneralNameTextError(text, undefined, `For input string: "${number}"`);
  }
  const realm = rest.slice(0, first).trim();
  const names = rest
    .slice(last + 1)
    .trim()
    .split(',')
    .filter((name) => name !== '');
  const nameString = encodeConstructed(
    tags.sequence,
    names.map((name) => generalString(name)),
  );
  const principalName = encodeSequence(encodeExplicit(0, encodeInteger(nameType)), encodeExplicit(1, nameString));
  const valueDer = encodeSequence(encodeExplicit(0, generalString(realm)), encodeExplicit(1, principalName));
  return { kind: 'otherName', oid: '1.3.6.1.5.2.2', valueDer };
}

function generalString(text: string): Buffer {
  return encodeElement(tags.generalString, Buffer.from(text, 'utf8'));
}

/** True unless it is an address with a mask, which belongs into name constraints only. */
export function isValidAlone(name: GeneralName): boolean {
  return name.kind !== 'iPAddress' || name.octets.length === 4 || name.octets.length === 16;
}

const kindTexts = {
  rfc822Name: 'RFC822Name',
  dNSName: 'DNSName',
  uniformResourceIdentifier: 'URIName',
  iPAddress: 'IPAddress',
  directoryName: 'DirectoryName',
  ediPartyName: 'EDIPartyName',
  otherName: 'OtherName',
  registeredID: 'OIDName',
  x400Address: 'X400Name',
} as const;

/** Kind and value of a name as two values of a record. */
export function generalNameParts(name: GeneralName): { readonly kind: string; readonly value: string } {
  const kind = kindTexts[name.kind];
  if (name.kind === 'directoryName') return { kind, value: formatName(name.nameDer) };
  const text = formatGeneralName(name);
  return { kind, value: text.slice(text.indexOf(':') + 1).trim() };
}

/** One line per name, as agents are shown it; a directory name gets its kind in front, which its own text lacks. */
export function generalNameLine(name: GeneralName): string {
  return name.kind === 'directoryName' ? `DirectoryName: ${formatName(name.nameDer)}` : formatGeneralName(name);
}
