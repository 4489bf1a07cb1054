// Builds certificate requests, right and wrong ones, byte by byte: PKCS#10 (RFC 2986) and CRMF (RFC 4211).
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  encodeBitString,
  encodeBoolean,
  encodeConstructed,
  encodeElement,
  encodeExplicit,
  encodeImplicit,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  tags,
} from '#codecs/der';

/** An attribute of a name: type, tag of its string type, and its octets or text (Latin-1 for anything but UTF8String). */
export type NamePart = readonly [oid: string, tag: number, value: string | Uint8Array];

export interface RequestedExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly valueDer: Uint8Array;
}

export interface KeyPair {
  readonly publicKeyDer: Buffer;
  readonly privateKey: KeyObject;
}

export const stringTags = {
  utf8: 0x0c,
  numeric: 0x12,
  printable: 0x13,
  t61: 0x14,
  ia5: 0x16,
  universal: 0x1c,
  bmp: 0x1e,
} as const;

export const nameOids = {
  cn: '2.5.4.3',
  sn: '2.5.4.4',
  serialNumber: '2.5.4.5',
  c: '2.5.4.6',
  l: '2.5.4.7',
  st: '2.5.4.8',
  street: '2.5.4.9',
  o: '2.5.4.10',
  ou: '2.5.4.11',
  title: '2.5.4.12',
  givenName: '2.5.4.42',
  dnQualifier: '2.5.4.46',
  email: '1.2.840.113549.1.9.1',
  unstructuredName: '1.2.840.113549.1.9.2',
  uid: '0.9.2342.19200300.100.1.1',
  mail: '0.9.2342.19200300.100.1.3',
  dc: '0.9.2342.19200300.100.1.25',
} as const;

/** Name of RDNs, each a list of parts that are written in the order of DER's SET OF. */
export function encodeTestName(rdns: readonly (readonly NamePart[])[]): Buffer {
  return encodeConstructed(
    tags.sequence,
    rdns.map((parts) =>
      encodeConstructed(
        tags.set,
        parts
          .map(([oid, tag, value]) =>
            encodeSequence(encodeObjectIdentifier(oid), encodeElement(tag, octets(tag, value))),
          )
          .sort(Buffer.compare),
      ),
    ),
  );
}

function octets(tag: number, value: string | Uint8Array): Uint8Array {
  if (typeof value !== 'string') return value;
  if (tag === stringTags.utf8) return Buffer.from(value, 'utf8');
  if (tag === stringTags.bmp) return Buffer.from(value, 'utf16le').swap16();
  if (tag === stringTags.universal)
    return Buffer.concat([...value].map((character) => uint32(character.codePointAt(0) ?? 0)));
  return Buffer.from(value, 'latin1');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function generateRsaKey(bits: number): KeyPair {
  return keyPair(generateKeyPairSync('rsa', { modulusLength: bits }).privateKey);
}

export function generateEcKey(curve: string): KeyPair {
  return keyPair(generateKeyPairSync('ec', { namedCurve: curve }).privateKey);
}

export function generateEd25519Key(): KeyPair {
  return keyPair(generateKeyPairSync('ed25519').privateKey);
}

export function generateMlDsaKey(parameterSet: '44' | '65' | '87'): KeyPair {
  return keyPair(generateKeyPairSync(`ml-dsa-${parameterSet}` as 'ml-dsa-44').privateKey);
}

export function keyFromPem(pem: string): KeyPair {
  return keyPair(createPrivateKey(pem));
}

function keyPair(privateKey: KeyObject): KeyPair {
  return { privateKey, publicKeyDer: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }) };
}

const algorithms = {
  'rsa-sha1': ['1.2.840.113549.1.1.5', 'sha1', true],
  'rsa-sha256': ['1.2.840.113549.1.1.11', 'sha256', true],
  'rsa-sha512': ['1.2.840.113549.1.1.13', 'sha512', true],
  'ec-sha256': ['1.2.840.10045.4.3.2', 'sha256', false],
  'ec-sha384': ['1.2.840.10045.4.3.3', 'sha384', false],
  'ec-sha512': ['1.2.840.10045.4.3.4', 'sha512', false],
  ed25519: ['1.3.101.112', null, false],
  'ml-dsa-44': ['2.16.840.1.101.3.4.3.17', null, false],
  'ml-dsa-65': ['2.16.840.1.101.3.4.3.18', null, false],
  'ml-dsa-87': ['2.16.840.1.101.3.4.3.19', null, false],
} as const;
export type SigningAlgorithm = keyof typeof algorithms;

export interface CertificationRequestPlan {
  readonly subjectDer: Uint8Array;
  readonly key: KeyPair;
  readonly extensions?: readonly RequestedExtension[];
  /** Bytes to stand for the whole `[0] attributes`, instead of those made of `extensions`. */
  readonly attributesDer?: Uint8Array;
  readonly algorithm?: SigningAlgorithm;
  readonly breakSignature?: boolean;
  readonly version?: number;
}

export function encodeCertificationRequest(plan: CertificationRequestPlan): Buffer {
  const informationDer = encodeSequence(
    encodeInteger(plan.version ?? 0),
    plan.subjectDer,
    plan.key.publicKeyDer,
    plan.attributesDer ?? encodeConstructed(0xa0, extensionAttributes(plan.extensions ?? [])),
  );
  const { algorithmDer, signature } = signWith(plan.key, informationDer, plan.algorithm);
  if (plan.breakSignature === true)
    signature.writeUInt8(signature.readUInt8(signature.length - 1) ^ 1, signature.length - 1);
  return encodeSequence(informationDer, algorithmDer, encodeBitString(signature));
}

const extensionRequest = '1.2.840.113549.1.9.14';

function extensionAttributes(extensions: readonly RequestedExtension[]): Buffer[] {
  if (extensions.length === 0) return [];
  const list = encodeConstructed(tags.sequence, extensions.map(encodeRequestedExtension));
  return [encodeSequence(encodeObjectIdentifier(extensionRequest), encodeConstructed(tags.set, [list]))];
}

export function encodeRequestedExtension({ oid, critical, valueDer }: RequestedExtension): Buffer {
  return encodeSequence(
    encodeObjectIdentifier(oid),
    ...(critical ? [encodeBoolean(true)] : []),
    encodeOctetString(valueDer),
  );
}

function signWith(key: KeyPair, bytes: Uint8Array, wanted?: SigningAlgorithm) {
  const type = key.privateKey.asymmetricKeyType;
  const name: SigningAlgorithm =
    wanted ?? (type === 'rsa' || type === 'ec' ? `${type}-sha256` : (type as SigningAlgorithm));
  const [oid, hash, hasNull] = algorithms[name];
  const algorithmDer = encodeSequence(encodeObjectIdentifier(oid), ...(hasNull ? [Buffer.from([0x05, 0x00])] : []));
  return { algorithmDer, signature: sign(hash, bytes, key.privateKey) };
}

/** SignedPublicKeyAndChallenge, as browsers' `<keygen>` sent it. */
export function encodeSignedPublicKey(key: KeyPair, challenge: string): Buffer {
  const signedDer = encodeSequence(key.publicKeyDer, encodeElement(stringTags.ia5, Buffer.from(challenge, 'latin1')));
  const { algorithmDer, signature } = signWith(key, signedDer);
  return encodeSequence(signedDer, algorithmDer, encodeBitString(signature));
}

/** `CERTIFICATE REQUEST` in PEM, 64 characters a line. */
export function pemOf(requestDer: Uint8Array, label = 'CERTIFICATE REQUEST', lineEnd = '\n'): string {
  const lines =
    Buffer.from(requestDer)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join(lineEnd);
}

export interface CertificateRequestMessagePlan {
  readonly subjectDer: Uint8Array | null;
  readonly key: KeyPair;
  readonly extensions?: readonly RequestedExtension[];
  /** `none` leaves the proof out. */
  readonly proof: 'signature' | 'broken-signature' | 'ra-verified' | 'none';
  readonly requestId?: number;
}

/** CertReqMessages. */
export function encodeCertificateRequestMessages(plans: readonly CertificateRequestMessagePlan[]): Buffer {
  return encodeConstructed(tags.sequence, plans.map(encodeMessage));
}

function encodeMessage(plan: CertificateRequestMessagePlan, index: number): Buffer {
  const { subjectDer, key, extensions = [] } = plan;
  const template = [
    ...(subjectDer === null ? [] : [encodeExplicit(5, subjectDer)]),
    encodeImplicit(6, key.publicKeyDer),
    ...(extensions.length === 0
      ? []
      : [encodeImplicit(9, encodeConstructed(tags.sequence, extensions.map(encodeRequestedExtension)))]),
  ];
  const certificateRequest = encodeSequence(
    encodeInteger(plan.requestId ?? index + 1),
    encodeConstructed(tags.sequence, template),
  );
  return encodeSequence(certificateRequest, ...encodeProof(plan, certificateRequest));
}

function encodeProof({ proof, key }: CertificateRequestMessagePlan, certificateRequest: Buffer): Buffer[] {
  if (proof === 'none') return [];
  if (proof === 'ra-verified') return [encodeElement(0x80, Buffer.alloc(0))];
  const { algorithmDer, signature } = signWith(key, certificateRequest);
  if (proof === 'broken-signature') signature.writeUInt8(signature.readUInt8(9) ^ 1, 9);
  return [encodeImplicit(1, encodeSequence(algorithmDer, encodeBitString(signature)))];
}
