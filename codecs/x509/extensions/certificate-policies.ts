// Certificate policies and what limits them: certificatePolicies, policyMappings, policyConstraints, inhibitAnyPolicy (RFC 5280 sections 4.2.1.4, .5, .11, .14).
import {
  type CharacterStringType,
  contextPrimitive,
  DerError,
  type DerReader,
  encodeCharacterString,
  encodeConstructed,
  encodeElement,
  encodeInteger,
  encodeIntegerContent,
  encodeObjectIdentifier,
  encodeSequence,
  findCharacterStringType,
  openDer,
  tags,
} from '#codecs/der';
import { encodeNameString } from '../names/name-string.ts';

export const policyQualifierOids = { cps: '1.3.6.1.5.5.7.2.1', userNotice: '1.3.6.1.5.5.7.2.2' } as const;

export interface DisplayText {
  readonly type: CharacterStringType;
  readonly text: string;
}

export type PolicyQualifier =
  | { readonly kind: 'cps'; readonly uri: string }
  | {
      readonly kind: 'userNotice';
      readonly noticeReference: { readonly organization: DisplayText; readonly numbers: readonly bigint[] } | null;
      readonly explicitText: DisplayText | null;
    }
  | { readonly kind: 'other'; readonly oid: string; readonly qualifierDer: Uint8Array };

export interface PolicyInformation {
  readonly policyOid: string;
  /** Null leaves the list out, an empty list is written as one: JSS knows both. */
  readonly qualifiers: readonly PolicyQualifier[] | null;
}

const listMax = 256;

export function encodeCertificatePolicies(policies: readonly PolicyInformation[]): Buffer {
  return encodeConstructed(tags.sequence, policies.map(encodePolicyInformation));
}

function encodePolicyInformation(policy: PolicyInformation): Buffer {
  const policyOid = encodeObjectIdentifier(policy.policyOid);
  if (policy.qualifiers === null) return encodeSequence(policyOid);
  return encodeSequence(policyOid, encodeConstructed(tags.sequence, policy.qualifiers.map(encodeQualifier)));
}

function encodeQualifier(qualifier: PolicyQualifier): Buffer {
  switch (qualifier.kind) {
    case 'cps':
      return encodeSequence(
        encodeObjectIdentifier(policyQualifierOids.cps),
        encodeCharacterString('ia5String', qualifier.uri),
      );
    case 'userNotice':
      return encodeSequence(encodeObjectIdentifier(policyQualifierOids.userNotice), encodeUserNotice(qualifier));
    case 'other':
      return encodeSequence(encodeObjectIdentifier(qualifier.oid), qualifier.qualifierDer);
  }
}

function encodeUserNotice(notice: Extract<PolicyQualifier, { kind: 'userNotice' }>): Buffer {
  const parts: Buffer[] = [];
  if (notice.noticeReference !== null) {
    const { organization, numbers } = notice.noticeReference;
    const numbersDer = encodeConstructed(tags.sequence, numbers.map(encodeInteger));
    parts.push(encodeSequence(encodeDisplayText(organization), numbersDer));
  }
  if (notice.explicitText !== null) parts.push(encodeDisplayText(notice.explicitText));
  return encodeSequence(...parts);
}

// JSS writes DisplayText with the same loose string encoders as names.
function encodeDisplayText(text: DisplayText): Buffer {
  return encodeNameString(text.text, [text.type]);
}

/** Throws DerError. */
export function decodeCertificatePolicies(valueDer: Uint8Array): PolicyInformation[] {
  return readList(valueDer, 'certificatePolicies', (reader) => {
    const sequence = reader.enterSequence('PolicyInformation');
    const policyOid = sequence.readObjectIdentifier('policyIdentifier');
    const list = sequence.findEntered(tags.sequence, 'policyQualifiers');
    const qualifiers = list === null ? null : readAll(list, readQualifier);
    sequence.assertEnd('PolicyInformation');
    return { policyOid, qualifiers };
  });
}

function readQualifier(reader: DerReader): PolicyQualifier {
  const sequence = reader.enterSequence('PolicyQualifierInfo');
  const oid = sequence.readObjectIdentifier('policyQualifierId');
  const qualifier = sequence.readAny('qualifier');
  sequence.assertEnd('PolicyQualifierInfo');
  if (oid === policyQualifierOids.cps && qualifier.tag === tags.ia5String) {
    return { kind: 'cps', uri: openDer(qualifier.bytes).readCharacterString('ia5String') };
  }
  if (oid === policyQualifierOids.userNotice && qualifier.tag === tags.sequence) {
    return readUserNotice(sequence.enterElement(qualifier));
  }
  return { kind: 'other', oid, qualifierDer: qualifier.bytes };
}

function readUserNotice(reader: DerReader): PolicyQualifier {
  const reference = reader.findEntered(tags.sequence, 'noticeRef');
  let noticeReference: Extract<PolicyQualifier, { kind: 'userNotice' }>['noticeReference'] = null;
  if (reference !== null) {
    const organization = readDisplayText(reference);
    const numbers = readAll(reference.enterSequence('noticeNumbers'), (list) => list.readInteger('notice number'));
    reference.assertEnd('noticeRef');
    noticeReference = { organization, numbers };
  }
  const explicitText = reader.isAtEnd ? null : readDisplayText(reader);
  reader.assertEnd('UserNotice');
  return { kind: 'userNotice', noticeReference, explicitText };
}

function readDisplayText(reader: DerReader): DisplayText {
  const type = findCharacterStringType(reader.peekTag() ?? 0);
  if (type === null) throw new DerError('DisplayText is not a character string', reader.offset);
  return { type, text: reader.readCharacterString(type, 'DisplayText') };
}

export interface PolicyMapping {
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

export function encodePolicyMappings(mappings: readonly PolicyMapping[]): Buffer {
  return encodeConstructed(
    tags.sequence,
    mappings.map((mapping) =>
      encodeSequence(
        encodeObjectIdentifier(mapping.issuerDomainPolicy),
        encodeObjectIdentifier(mapping.subjectDomainPolicy),
      ),
    ),
  );
}

/** Throws DerError. */
export function decodePolicyMappings(valueDer: Uint8Array): PolicyMapping[] {
  return readList(valueDer, 'policyMappings', (reader) => {
    const sequence = reader.enterSequence('policy mapping');
    const issuerDomainPolicy = sequence.readObjectIdentifier('issuerDomainPolicy');
    const subjectDomainPolicy = sequence.readObjectIdentifier('subjectDomainPolicy');
    sequence.assertEnd('policy mapping');
    return { issuerDomainPolicy, subjectDomainPolicy };
  });
}

export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | null;
  readonly inhibitPolicyMapping: number | null;
}

export function encodePolicyConstraints(constraints: PolicyConstraints): Buffer {
  const { requireExplicitPolicy, inhibitPolicyMapping } = constraints;
  const parts: Buffer[] = [];
  if (requireExplicitPolicy !== null) {
    parts.push(encodeElement(contextPrimitive(0), encodeIntegerContent(requireExplicitPolicy)));
  }
  if (inhibitPolicyMapping !== null) {
    parts.push(encodeElement(contextPrimitive(1), encodeIntegerContent(inhibitPolicyMapping)));
  }
  return encodeSequence(...parts);
}

/** Throws DerError. */
export function decodePolicyConstraints(valueDer: Uint8Array): PolicyConstraints {
  const reader = openDer(valueDer);
  const sequence = reader.enterSequence('PolicyConstraints');
  reader.assertEnd('PolicyConstraints');
  const findSkipCerts = (number: number): number | null => {
    const tag = contextPrimitive(number);
    return sequence.peekTag() === tag ? sequence.readSmallInteger('SkipCerts', tag) : null;
  };
  const constraints = { requireExplicitPolicy: findSkipCerts(0), inhibitPolicyMapping: findSkipCerts(1) };
  sequence.assertEnd('PolicyConstraints');
  return constraints;
}

export function encodeInhibitAnyPolicy(skipCerts: bigint | number): Buffer {
  return encodeInteger(skipCerts);
}

/** Throws DerError. */
export function decodeInhibitAnyPolicy(valueDer: Uint8Array): bigint {
  const reader = openDer(valueDer);
  const skipCerts = reader.readInteger('InhibitAnyPolicy');
  reader.assertEnd('InhibitAnyPolicy');
  return skipCerts;
}

function readList<T>(der: Uint8Array, what: string, readItem: (reader: DerReader) => T): T[] {
  const reader = openDer(der);
  const items = readAll(reader.enterSequence(what), readItem);
  reader.assertEnd(what);
  return items;
}

function readAll<T>(reader: DerReader, readItem: (reader: DerReader) => T): T[] {
  const items: T[] = [];
  while (!reader.isAtEnd) {
    if (items.length >= listMax) throw new DerError(`more than ${listMax} items`, reader.offset);
    items.push(readItem(reader));
  }
  return items;
}
