// Builds CMC requests (RFC 5272), right and wrong ones, byte by byte: PKIData, and the SignedData around it (RFC 5652).
import { createHash, type KeyObject, sign } from 'node:crypto';
import {
  contextConstructed,
  contextPrimitive,
  encodeConstructed,
  encodeElement,
  encodeExplicit,
  encodeImplicit,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSetOf,
  openDer,
  tags,
} from '#codecs/der';
import { decodeCertificate } from '#codecs/x509';

export const cmcTestOids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  pkiData: '1.3.6.1.5.5.7.12.2',
  identification: '1.3.6.1.5.5.7.7.2',
  identityProof: '1.3.6.1.5.5.7.7.3',
  dataReturn: '1.3.6.1.5.5.7.7.4',
  transactionId: '1.3.6.1.5.5.7.7.5',
  senderNonce: '1.3.6.1.5.5.7.7.6',
  recipientNonce: '1.3.6.1.5.5.7.7.7',
  addExtensions: '1.3.6.1.5.5.7.7.8',
  encryptedPop: '1.3.6.1.5.5.7.7.9',
  decryptedPop: '1.3.6.1.5.5.7.7.10',
  lraPopWitness: '1.3.6.1.5.5.7.7.11',
  getCert: '1.3.6.1.5.5.7.7.15',
  revokeRequest: '1.3.6.1.5.5.7.7.17',
  regInfo: '1.3.6.1.5.5.7.7.18',
  queryPending: '1.3.6.1.5.5.7.7.21',
  popLinkRandom: '1.3.6.1.5.5.7.7.22',
  confirmCertAcceptance: '1.3.6.1.5.5.7.7.24',
  identityProofV2: '1.3.6.1.5.5.7.7.34',
} as const;

export interface TestControl {
  readonly oid: string;
  readonly valuesDer: readonly Uint8Array[];
  /** Numbered from 1000 on in the order of the list where it is absent. */
  readonly bodyPartId?: number;
}

export interface PkiDataPlan {
  readonly controls?: readonly TestControl[];
  /** TaggedRequests. */
  readonly requestsDer?: readonly Uint8Array[];
  readonly otherMessagesDer?: readonly Uint8Array[];
}

export function encodePkiData({ controls = [], requestsDer = [], otherMessagesDer = [] }: PkiDataPlan): Buffer {
  return encodeSequence(
    encodeConstructed(tags.sequence, controls.map(encodeControl)),
    encodeConstructed(tags.sequence, requestsDer),
    encodeSequence(),
    encodeConstructed(tags.sequence, otherMessagesDer),
  );
}

function encodeControl({ oid, valuesDer, bodyPartId }: TestControl, index: number): Buffer {
  return encodeSequence(
    encodeInteger(bodyPartId ?? 1000 + index),
    encodeObjectIdentifier(oid),
    encodeConstructed(tags.set, valuesDer),
  );
}

/** A PKCS#10 request as one of the requests of a PKIData. */
export function tagCertificationRequest(bodyPartId: number | bigint, requestDer: Uint8Array): Buffer {
  return encodeImplicit(0, encodeSequence(encodeInteger(bodyPartId), requestDer));
}

/** The one message of CertReqMessages as one of the requests of a PKIData. */
export function tagCrmf(messagesDer: Uint8Array): Buffer {
  return encodeImplicit(1, openDer(messagesDer).enterSequence().readElement(tags.sequence).bytes);
}

export interface TestSigner {
  /** The certificate whose issuer and serial number name the signer, or the key identifier of a request's own key. */
  readonly by: { readonly certificateDer: Uint8Array } | { readonly keyIdentifier: Uint8Array };
  readonly key: KeyObject;
}

export interface SignedDataPlan {
  readonly contentDer: Uint8Array;
  readonly signers: readonly TestSigner[];
  /** Instead of the signers' own. */
  readonly certificatesDer?: readonly Uint8Array[];
  readonly contentType?: string;
  readonly hash?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly withoutSignedAttributes?: boolean;
  readonly breakSignature?: boolean;
  /** Digests something else than the content. */
  readonly breakDigest?: boolean;
}

const digestOids = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;
const ecSignatureOids = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
} as const;
const nullDer = Buffer.from([0x05, 0x00]);

/** ContentInfo of type SignedData. */
export function encodeSignedData(plan: SignedDataPlan): Buffer {
  const { contentDer, signers, contentType = cmcTestOids.pkiData, hash = 'sha256' } = plan;
  const certificates =
    plan.certificatesDer ?? signers.flatMap(({ by }) => ('certificateDer' in by ? [by.certificateDer] : []));
  const signedData = encodeSequence(
    encodeInteger(3),
    encodeSetOf([digestAlgorithm(hash)]),
    encodeSequence(encodeObjectIdentifier(contentType), encodeExplicit(0, encodeOctetString(contentDer))),
    ...(certificates.length === 0 ? [] : [encodeConstructed(contextConstructed(0), certificates)]),
    encodeSetOf(signers.map((signer) => encodeSignerInfo(signer, plan, contentType, hash))),
  );
  return encodeContentInfo(cmcTestOids.signedData, signedData);
}

export function encodeContentInfo(type: string, contentDer: Uint8Array): Buffer {
  return encodeSequence(encodeObjectIdentifier(type), encodeExplicit(0, contentDer));
}

function digestAlgorithm(hash: keyof typeof digestOids): Buffer {
  return encodeSequence(encodeObjectIdentifier(digestOids[hash]), nullDer);
}

function encodeSignerInfo(
  { by, key }: TestSigner,
  { contentDer, withoutSignedAttributes, breakSignature, breakDigest }: SignedDataPlan,
  contentType: string,
  hash: keyof typeof digestOids,
): Buffer {
  const digest = createHash(hash)
    .update(breakDigest === true ? 'something else' : contentDer)
    .digest();
  const attributes = [
    attribute('1.2.840.113549.1.9.3', encodeObjectIdentifier(contentType)),
    attribute('1.2.840.113549.1.9.4', encodeOctetString(digest)),
  ];
  const signature = sign(hash, withoutSignedAttributes === true ? contentDer : encodeSetOf(attributes), key);
  if (breakSignature === true) signature.writeUInt8(signature.readUInt8(9) ^ 1, 9);
  return encodeSequence(
    encodeInteger('certificateDer' in by ? 1 : 3),
    encodeSignerIdentifier(by),
    digestAlgorithm(hash),
    ...(withoutSignedAttributes === true ? [] : [encodeSetOf(attributes, contextConstructed(0))]),
    key.asymmetricKeyType === 'ec'
      ? encodeSequence(encodeObjectIdentifier(ecSignatureOids[hash]))
      : encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.1.1'), nullDer),
    encodeOctetString(signature),
  );
}

function encodeSignerIdentifier(by: TestSigner['by']): Buffer {
  if ('keyIdentifier' in by) return encodeElement(contextPrimitive(0), by.keyIdentifier);
  const { issuerDer, serialNumber } = decodeCertificate(by.certificateDer, { rules: 'ber' });
  return encodeSequence(issuerDer, encodeInteger(serialNumber));
}

function attribute(oid: string, valueDer: Uint8Array): Buffer {
  return encodeSequence(encodeObjectIdentifier(oid), encodeSetOf([valueDer]));
}
