// SubjectPublicKeyInfo of RFC 5280 section 4.1.2.7: what kind of key it is, how strong, and its bytes.
import {
  DerError,
  encodeBitString,
  encodeNull,
  encodeObjectIdentifier,
  encodeSequence,
  openDer,
  tags,
} from '#codecs/der';

export type PublicKeyKind =
  | 'rsa'
  | 'ec'
  | 'dsa'
  | 'ed25519'
  | 'ed448'
  | 'x25519'
  | 'x448'
  | 'ml-dsa-44'
  | 'ml-dsa-65'
  | 'ml-dsa-87'
  | 'ml-kem-512'
  | 'ml-kem-768'
  | 'ml-kem-1024'
  | 'unknown';

export interface SubjectPublicKeyInfo {
  readonly der: Buffer;
  readonly algorithmOid: string;
  /** The whole AlgorithmIdentifier. */
  readonly algorithmDer: Buffer;
  /** Content of the subjectPublicKey BIT STRING, over which key identifiers are computed. */
  readonly keyBytes: Buffer;
  readonly kind: PublicKeyKind;
  /** RSA: length of the modulus. EC: size of the field. DSA: length of p. Null for an unknown kind or curve. */
  readonly bits: number | null;
  /** RSA only. */
  readonly modulus: Buffer | null;
  readonly publicExponent: bigint | null;
  /** EC with a named curve only. */
  readonly curveOid: string | null;
  /** Name in the profile language, `nistp256`; null for an unknown curve. */
  readonly curveName: string | null;
}

const kindByOid: Readonly<Record<string, PublicKeyKind>> = {
  '1.2.840.113549.1.1.1': 'rsa',
  '1.2.840.113549.1.1.10': 'rsa',
  '2.5.8.1.1': 'rsa',
  '1.2.840.10045.2.1': 'ec',
  '1.2.840.10040.4.1': 'dsa',
  '1.3.101.110': 'x25519',
  '1.3.101.111': 'x448',
  '1.3.101.112': 'ed25519',
  '1.3.101.113': 'ed448',
  '2.16.840.1.101.3.4.3.17': 'ml-dsa-44',
  '2.16.840.1.101.3.4.3.18': 'ml-dsa-65',
  '2.16.840.1.101.3.4.3.19': 'ml-dsa-87',
  '2.16.840.1.101.3.4.4.1': 'ml-kem-512',
  '2.16.840.1.101.3.4.4.2': 'ml-kem-768',
  '2.16.840.1.101.3.4.4.3': 'ml-kem-1024',
};

export interface NamedCurve {
  readonly oid: string;
  /** Name in the profile language. */
  readonly name: string;
  readonly otherNames: readonly string[];
  readonly bits: number;
}

/** Curves that certificates are likely to name. */
export const namedCurves: readonly NamedCurve[] = [
  { oid: '1.2.840.10045.3.1.7', name: 'nistp256', otherNames: ['secp256r1', 'prime256v1', 'P-256'], bits: 256 },
  { oid: '1.3.132.0.34', name: 'nistp384', otherNames: ['secp384r1', 'P-384'], bits: 384 },
  { oid: '1.3.132.0.35', name: 'nistp521', otherNames: ['secp521r1', 'P-521'], bits: 521 },
  { oid: '1.2.840.10045.3.1.1', name: 'nistp192', otherNames: ['secp192r1', 'prime192v1', 'P-192'], bits: 192 },
  { oid: '1.3.132.0.33', name: 'nistp224', otherNames: ['secp224r1', 'P-224'], bits: 224 },
  { oid: '1.3.132.0.10', name: 'secp256k1', otherNames: [], bits: 256 },
  { oid: '1.3.36.3.3.2.8.1.1.7', name: 'brainpoolP256r1', otherNames: [], bits: 256 },
  { oid: '1.3.36.3.3.2.8.1.1.11', name: 'brainpoolP384r1', otherNames: [], bits: 384 },
  { oid: '1.3.36.3.3.2.8.1.1.13', name: 'brainpoolP512r1', otherNames: [], bits: 512 },
];

const curveByOid = new Map(namedCurves.map((curve) => [curve.oid, curve]));
const curveByName = new Map(
  namedCurves.flatMap((curve) => [curve.name, ...curve.otherNames].map((name) => [name, curve])),
);

/** The curve with this name (`nistp256`, `secp256r1`, ...), or null. */
export function findNamedCurve(name: string): NamedCurve | null {
  return curveByName.get(name) ?? null;
}

const withoutParameters = new Set<PublicKeyKind>([
  'ed25519',
  'ed448',
  'x25519',
  'x448',
  'ml-dsa-44',
  'ml-dsa-65',
  'ml-dsa-87',
  'ml-kem-512',
  'ml-kem-768',
  'ml-kem-1024',
]);
const rsaModulusBytesMax = 4096;

/** What a SubjectPublicKeyInfo says. An unknown algorithm is no error; broken RSA or DSA numbers are. Throws DerError. */
export function decodeSubjectPublicKeyInfo(spkiDer: Uint8Array): SubjectPublicKeyInfo {
  const outer = openDer(spkiDer);
  const element = outer.readElement(tags.sequence, 'SubjectPublicKeyInfo');
  outer.assertEnd('SubjectPublicKeyInfo');
  const sequence = outer.enterElement(element);
  const algorithmElement = sequence.readElement(tags.sequence, 'algorithm');
  const algorithm = sequence.enterElement(algorithmElement);
  const algorithmOid = algorithm.readObjectIdentifier('algorithm');
  const parameters = algorithm.isAtEnd ? null : algorithm.readAny('parameters');
  algorithm.assertEnd('algorithm');
  const { bits: keyBytes, unusedBits } = sequence.readBitString('subjectPublicKey');
  if (unusedBits !== 0) throw new DerError('subjectPublicKey is not a whole number of octets');
  sequence.assertEnd('SubjectPublicKeyInfo');
  const kind = kindByOid[algorithmOid] ?? 'unknown';
  return {
    der: element.bytes,
    algorithmOid,
    algorithmDer: algorithmElement.bytes,
    keyBytes,
    kind,
    ...describeKey(kind, parameters?.bytes ?? null, keyBytes),
  };
}

type KeyDetail = Pick<SubjectPublicKeyInfo, 'bits' | 'modulus' | 'publicExponent' | 'curveOid' | 'curveName'>;
const noDetail: KeyDetail = { bits: null, modulus: null, publicExponent: null, curveOid: null, curveName: null };

function describeKey(kind: PublicKeyKind, parametersDer: Buffer | null, keyBytes: Buffer): KeyDetail {
  switch (kind) {
    case 'rsa':
      return describeRsaKey(keyBytes);
    case 'ec':
      return describeEcKey(parametersDer);
    case 'dsa':
      return { ...noDetail, bits: parametersDer === null ? null : dsaBits(parametersDer) };
    default:
      return noDetail;
  }
}

function describeRsaKey(keyBytes: Buffer): KeyDetail {
  const sequence = openDer(keyBytes).enterSequence('RSAPublicKey');
  const modulus = positive(sequence.readElement(tags.integer, 'modulus').content, 'modulus');
  const publicExponent = sequence.readInteger('publicExponent');
  sequence.assertEnd('RSAPublicKey');
  if (publicExponent <= 0n) throw new DerError('publicExponent is not positive');
  if (modulus.length > rsaModulusBytesMax) throw new DerError(`modulus longer than ${rsaModulusBytesMax} octets`);
  return { ...noDetail, bits: bitLength(modulus), modulus, publicExponent };
}

function describeEcKey(parametersDer: Buffer | null): KeyDetail {
  // Explicit curves and implicitCurve are legal in X9.62; RFC 5480 forbids them, and nothing is known of their strength.
  if (parametersDer?.[0] !== tags.objectIdentifier) return noDetail;
  const curveOid = openDer(parametersDer).readObjectIdentifier('namedCurve');
  const curve = curveByOid.get(curveOid);
  return { ...noDetail, bits: curve?.bits ?? null, curveOid, curveName: curve?.name ?? null };
}

function dsaBits(parametersDer: Buffer): number | null {
  if (parametersDer[0] !== tags.sequence) return null;
  const sequence = openDer(parametersDer).enterSequence('Dss-Parms');
  return bitLength(positive(sequence.readElement(tags.integer, 'p').content, 'p'));
}

function positive(content: Buffer, what: string): Buffer {
  const digits = content[0] === 0 ? content.subarray(1) : content;
  if (digits.length === 0 || (content[0] ?? 0) >= 0x80) throw new DerError(`${what} is not positive`);
  return digits;
}

function bitLength(magnitude: Buffer): number {
  return magnitude.length * 8 - Math.clz32(magnitude[0] ?? 0) + 24;
}

/**
 * The same key as JSS writes it into a certificate: parameters NULL where they were absent, because JSS knows no other way.
 * Keys whose standard forbids parameters (Ed25519, ML-DSA) keep their form. Throws DerError.
 */
export function encodeSubjectPublicKeyInfoForIssuance(key: SubjectPublicKeyInfo): Buffer {
  const algorithm = openDer(key.algorithmDer).enterSequence('algorithm');
  algorithm.readObjectIdentifier('algorithm');
  if (!algorithm.isAtEnd || withoutParameters.has(key.kind)) return key.der;
  return encodeSequence(
    encodeSequence(encodeObjectIdentifier(key.algorithmOid), encodeNull()),
    encodeBitString(key.keyBytes),
  );
}
