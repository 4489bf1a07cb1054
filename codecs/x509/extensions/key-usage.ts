// keyUsage, extendedKeyUsage and Netscape's certificate type: what a key may be used for (RFC 5280 sections 4.2.1.3 and 4.2.1.12).
import { DerError, encodeConstructed, encodeNamedBits, encodeObjectIdentifier, openDer, tags } from '#codecs/der';

/** Bits of KeyUsage in their order. */
export const keyUsageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsageName = (typeof keyUsageNames)[number];

/** Bits of netscape-cert-type in their order; bit 4 is reserved. */
export const netscapeCertTypeNames = [
  'sslClient',
  'sslServer',
  'smime',
  'objectSigning',
  'reserved',
  'sslCA',
  'smimeCA',
  'objectSigningCA',
] as const;
export type NetscapeCertTypeName = (typeof netscapeCertTypeNames)[number];

export function encodeKeyUsage(usages: ReadonlySet<KeyUsageName>): Buffer {
  return encodeNamedBits(keyUsageNames.map((name) => usages.has(name)));
}

/** Bits that have no name are ignored. Throws DerError. */
export function decodeKeyUsage(valueDer: Uint8Array): Set<KeyUsageName> {
  return decodeNamed(valueDer, keyUsageNames, 'KeyUsage');
}

export function encodeNetscapeCertType(types: ReadonlySet<NetscapeCertTypeName>): Buffer {
  return encodeNamedBits(netscapeCertTypeNames.map((name) => types.has(name)));
}

/** Bits that have no name are ignored. Throws DerError. */
export function decodeNetscapeCertType(valueDer: Uint8Array): Set<NetscapeCertTypeName> {
  return decodeNamed(valueDer, netscapeCertTypeNames, 'NetscapeCertType');
}

function decodeNamed<Name extends string>(valueDer: Uint8Array, names: readonly Name[], what: string): Set<Name> {
  const reader = openDer(valueDer);
  const bits = reader.readNamedBits(what);
  reader.assertEnd(what);
  return new Set(names.filter((_, i) => bits[i] === true));
}

const purposesMax = 256;

/** Key purposes in the order given. */
export function encodeExtKeyUsage(purposeOids: readonly string[]): Buffer {
  return encodeConstructed(tags.sequence, purposeOids.map(encodeObjectIdentifier));
}

/** Throws DerError. */
export function decodeExtKeyUsage(valueDer: Uint8Array): string[] {
  const reader = openDer(valueDer);
  const sequence = reader.enterSequence('ExtKeyUsageSyntax');
  reader.assertEnd('ExtKeyUsageSyntax');
  const oids: string[] = [];
  while (!sequence.isAtEnd) {
    if (oids.length >= purposesMax) throw new DerError(`more than ${purposesMax} key purposes`);
    oids.push(sequence.readObjectIdentifier('KeyPurposeId'));
  }
  return oids;
}
