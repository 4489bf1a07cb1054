// subjectKeyIdentifier and authorityKeyIdentifier (RFC 5280 sections 4.2.1.1 and 4.2.1.2).
import { createHash } from 'node:crypto';
import {
  contextConstructed,
  contextPrimitive,
  encodeElement,
  encodeIntegerContent,
  encodeOctetString,
  encodeSequence,
  openDer,
} from '#codecs/der';
import type { SubjectPublicKeyInfo } from '../subject-public-key-info.ts';
import { encodeGeneralNames, type GeneralName, readGeneralNames } from './general-name.ts';

export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Uint8Array | null;
  readonly authorityCertIssuer: readonly GeneralName[] | null;
  readonly authorityCertSerialNumber: bigint | null;
}

/** SHA-1 over the key's bytes, method 1 of RFC 5280 section 4.2.1.2, which is what Dogtag uses unless a profile says otherwise. */
export function computeKeyIdentifier(key: Pick<SubjectPublicKeyInfo, 'keyBytes'>, hash = 'sha1'): Buffer {
  return createHash(hash).update(key.keyBytes).digest();
}

export function encodeSubjectKeyIdentifier(keyIdentifier: Uint8Array): Buffer {
  return encodeOctetString(keyIdentifier);
}

/** Throws DerError. */
export function decodeSubjectKeyIdentifier(valueDer: Uint8Array): Buffer {
  const reader = openDer(valueDer);
  const keyIdentifier = reader.readOctetString('SubjectKeyIdentifier');
  reader.assertEnd('SubjectKeyIdentifier');
  return keyIdentifier;
}

export function encodeAuthorityKeyIdentifier(identifier: AuthorityKeyIdentifier): Buffer {
  const { keyIdentifier, authorityCertIssuer, authorityCertSerialNumber } = identifier;
  const parts: Buffer[] = [];
  if (keyIdentifier !== null) parts.push(encodeElement(contextPrimitive(0), keyIdentifier));
  if (authorityCertIssuer !== null) parts.push(encodeGeneralNames(authorityCertIssuer, contextConstructed(1)));
  if (authorityCertSerialNumber !== null) {
    parts.push(encodeElement(contextPrimitive(2), encodeIntegerContent(authorityCertSerialNumber)));
  }
  return encodeSequence(...parts);
}

/** Throws DerError. */
export function decodeAuthorityKeyIdentifier(valueDer: Uint8Array): AuthorityKeyIdentifier {
  const reader = openDer(valueDer);
  const sequence = reader.enterSequence('AuthorityKeyIdentifier');
  reader.assertEnd('AuthorityKeyIdentifier');
  const hasKeyIdentifier = sequence.peekTag() === contextPrimitive(0);
  const keyIdentifier = hasKeyIdentifier ? sequence.readOctetString('keyIdentifier', contextPrimitive(0)) : null;
  const issuer = sequence.findEntered(contextConstructed(1), 'authorityCertIssuer');
  const authorityCertIssuer = issuer === null ? null : readGeneralNames(issuer);
  const hasSerial = sequence.peekTag() === contextPrimitive(2);
  const authorityCertSerialNumber = hasSerial ? sequence.readInteger('serial number', contextPrimitive(2)) : null;
  sequence.assertEnd('AuthorityKeyIdentifier');
  return { keyIdentifier, authorityCertIssuer, authorityCertSerialNumber };
}
