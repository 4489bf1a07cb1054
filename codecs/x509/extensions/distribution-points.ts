// Where CRLs are found and what they cover: cRLDistributionPoints, freshestCRL (RFC 5280 section 4.2.1.13) and issuingDistributionPoint (section 5.2.5).
import {
  contextConstructed,
  contextPrimitive,
  DerError,
  type DerReader,
  encodeBitString,
  encodeBoolean,
  encodeConstructed,
  encodeExplicit,
  encodeImplicit,
  encodeNamedBits,
  encodeSequence,
  openDer,
  tags,
} from '#codecs/der';
import { encodeRelativeDistinguishedName, type NameAttribute, type RelativeDistinguishedName } from '../names/name.ts';
import { encodeGeneralNames, type GeneralName, readGeneralNames } from './general-name.ts';

/** Bits of ReasonFlags in their order. */
export const reasonFlagNames = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const;
export type ReasonFlagName = (typeof reasonFlagNames)[number];

export type DistributionPointName =
  | { readonly fullName: readonly GeneralName[] }
  | { readonly nameRelativeToCrlIssuer: RelativeDistinguishedName };

export interface DistributionPoint {
  readonly name: DistributionPointName | null;
  readonly reasons: ReadonlySet<ReasonFlagName> | null;
  /** How many bits of the reasons are written, where that is more than DER wants: Dogtag writes eight, and keeps the number that it reads. */
  readonly reasonBitCount?: number;
  readonly crlIssuer: readonly GeneralName[] | null;
}

const pointsMax = 1024;

/** Content of cRLDistributionPoints and of freshestCRL. */
export function encodeDistributionPoints(points: readonly DistributionPoint[]): Buffer {
  return encodeConstructed(tags.sequence, points.map(encodeDistributionPoint));
}

function encodeDistributionPoint(point: DistributionPoint): Buffer {
  const parts: Buffer[] = [];
  if (point.name !== null) parts.push(encodeExplicit(0, encodePointName(point.name, 'explicit')));
  if (point.reasons !== null) parts.push(encodeReasons(point.reasons, 1, point.reasonBitCount));
  if (point.crlIssuer !== null) parts.push(encodeGeneralNames(point.crlIssuer, contextConstructed(2)));
  return encodeSequence(...parts);
}

// JSS CRLDistributionPoint leaves the SET inside the tag of a relative name, where the standard replaces it; IssuingDistributionPoint does it right.
function encodePointName(name: DistributionPointName, relative: 'explicit' | 'implicit'): Buffer {
  if ('fullName' in name) return encodeGeneralNames(name.fullName, contextConstructed(0));
  const rdn = encodeRelativeDistinguishedName(name.nameRelativeToCrlIssuer);
  return relative === 'explicit' ? encodeExplicit(1, rdn) : encodeImplicit(1, rdn);
}

function encodeReasons(reasons: ReadonlySet<ReasonFlagName>, number: number, bitCount = 0): Buffer {
  const bits = reasonFlagNames.map((name) => reasons.has(name));
  if (bitCount <= bits.lastIndexOf(true) + 1) return encodeImplicit(number, encodeNamedBits(bits));
  const octets = Buffer.alloc(Math.ceil(bitCount / 8));
  for (const [bit, isSet] of bits.entries())
    if (isSet) octets.writeUInt8((octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7)), bit >> 3);
  return encodeImplicit(number, encodeBitString(octets, octets.length * 8 - bitCount));
}

/** Takes relative names in the standard's form and in that of JSS. Throws DerError. */
export function decodeDistributionPoints(valueDer: Uint8Array): DistributionPoint[] {
  const reader = openDer(valueDer);
  const sequence = reader.enterSequence('CRLDistributionPoints');
  reader.assertEnd('CRLDistributionPoints');
  const points: DistributionPoint[] = [];
  while (!sequence.isAtEnd) {
    if (points.length >= pointsMax) throw new DerError(`more than ${pointsMax} distribution points`, sequence.offset);
    const point = sequence.enterSequence('DistributionPoint');
    const name = findPointName(point);
    const reasons = readReasons(point, 1);
    const issuer = point.findEntered(contextConstructed(2), 'cRLIssuer');
    const crlIssuer = issuer === null ? null : readGeneralNames(issuer);
    point.assertEnd('DistributionPoint');
    points.push({ name, ...reasons, crlIssuer });
  }
  return points;
}

export interface IssuingDistributionPoint {
  readonly name: DistributionPointName | null;
  readonly onlyContainsUserCerts: boolean;
  readonly onlyContainsCaCerts: boolean;
  readonly onlySomeReasons: ReadonlySet<ReasonFlagName> | null;
  readonly indirectCrl: boolean;
  readonly onlyContainsAttributeCerts: boolean;
}

export function encodeIssuingDistributionPoint(point: IssuingDistributionPoint): Buffer {
  const parts: Buffer[] = [];
  if (point.name !== null) parts.push(encodeExplicit(0, encodePointName(point.name, 'implicit')));
  if (point.onlyContainsUserCerts) parts.push(encodeImplicit(1, encodeBoolean(true)));
  if (point.onlyContainsCaCerts) parts.push(encodeImplicit(2, encodeBoolean(true)));
  if (point.onlySomeReasons !== null) parts.push(encodeReasons(point.onlySomeReasons, 3));
  if (point.indirectCrl) parts.push(encodeImplicit(4, encodeBoolean(true)));
  if (point.onlyContainsAttributeCerts) parts.push(encodeImplicit(5, encodeBoolean(true)));
  return encodeSequence(...parts);
}

/** Throws DerError. */
export function decodeIssuingDistributionPoint(valueDer: Uint8Array): IssuingDistributionPoint {
  const reader = openDer(valueDer);
  const sequence = reader.enterSequence('IssuingDistributionPoint');
  reader.assertEnd('IssuingDistributionPoint');
  const name = findPointName(sequence);
  const onlyContainsUserCerts = findFlag(sequence, 1);
  const onlyContainsCaCerts = findFlag(sequence, 2);
  const { reasons: onlySomeReasons } = readReasons(sequence, 3);
  const indirectCrl = findFlag(sequence, 4);
  const onlyContainsAttributeCerts = findFlag(sequence, 5);
  sequence.assertEnd('IssuingDistributionPoint');
  return {
    name,
    onlyContainsUserCerts,
    onlyContainsCaCerts,
    onlySomeReasons,
    indirectCrl,
    onlyContainsAttributeCerts,
  };
}

function findFlag(sequence: DerReader, number: number): boolean {
  const tag = contextPrimitive(number);
  return sequence.peekTag() === tag ? sequence.readBoolean('flag', tag) : false;
}

interface Reasons {
  readonly reasons: Set<ReasonFlagName> | null;
  /** Given where DER would have had fewer bits. */
  readonly reasonBitCount?: number;
}

function readReasons(sequence: DerReader, number: number): Reasons {
  const tag = contextPrimitive(number);
  if (sequence.peekTag() !== tag) return { reasons: null };
  const { bits, unusedBits } = sequence.readBitString('ReasonFlags', tag);
  const bitCount = bits.length * 8 - unusedBits;
  const isSet = (bit: number) => bit < bitCount && ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0;
  const reasons = new Set(reasonFlagNames.filter((_, bit) => isSet(bit)));
  return bitCount === 0 || isSet(bitCount - 1) ? { reasons } : { reasons, reasonBitCount: bitCount };
}

function findPointName(sequence: DerReader): DistributionPointName | null {
  const wrapped = sequence.findEntered(contextConstructed(0), 'distributionPoint');
  if (wrapped === null) return null;
  const full = wrapped.findEntered(contextConstructed(0), 'fullName');
  const name =
    full !== null
      ? { fullName: readGeneralNames(full) }
      : { nameRelativeToCrlIssuer: readRelativeName(wrapped.enter(contextConstructed(1), 'relative name')) };
  wrapped.assertEnd('distributionPoint');
  return name;
}

function readRelativeName(reader: DerReader): RelativeDistinguishedName {
  const set = reader.findEntered(tags.set, 'relative name') ?? reader;
  const attributes: NameAttribute[] = [];
  while (!set.isAtEnd) {
    if (attributes.length >= pointsMax) throw new DerError('too many attributes in a relative name', set.offset);
    const pair = set.enterSequence('AttributeTypeAndValue');
    const oid = pair.readObjectIdentifier('attribute type');
    const value = pair.readAny('attribute value');
    pair.assertEnd('AttributeTypeAndValue');
    attributes.push({ oid, valueTag: value.tag, valueDer: value.bytes });
  }
  reader.assertEnd('relative name');
  if (attributes.length === 0) throw new DerError('empty relative name', reader.offset);
  return attributes;
}
