// The Full PKI Response (RFC 5272 section 4.2) in two steps: the attributes to be signed, then the message around their signature. As Dogtag writes it.
import { createHash } from 'node:crypto';
import {
  contextConstructed,
  DerError,
  encodeExplicit,
  encodeImplicit,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSetOf,
  openDer,
} from '#codecs/der';
import { type SignatureAlgorithm, signatureHashOid } from '#codecs/x509';
import { cmcContentTypes } from './cmc-oids.ts';
import { decodeContentInfo, type SignerInfo } from './content-info.ts';
import { readItems } from './read-items.ts';
import { encodeTaggedAttribute, readTaggedAttribute, type TaggedAttribute } from './tagged-attribute.ts';

const contentTypeOid = '1.2.840.113549.1.9.3';
const messageDigestOid = '1.2.840.113549.1.9.4';

/** PKIResponse with controls only, which are numbered from 1 on in the order given. */
export function encodePkiResponse(controls: readonly Omit<TaggedAttribute, 'bodyPartId'>[]): Buffer {
  const numbered = controls.map((control, index) =>
    encodeTaggedAttribute({ ...control, bodyPartId: BigInt(index + 1) }),
  );
  return encodeSequence(encodeSequence(...numbered), encodeSequence(), encodeSequence());
}

/** SignedAttributes over a PKIResponse: the bytes that the authority signs. */
export function encodeResponseAttributes(responseDer: Uint8Array, { hash }: SignatureAlgorithm): Buffer {
  const digest = createHash(hash ?? 'sha512')
    .update(responseDer)
    .digest();
  return encodeSetOf([
    encodeAttribute(contentTypeOid, encodeObjectIdentifier(cmcContentTypes.pkiResponse)),
    encodeAttribute(messageDigestOid, encodeOctetString(digest)),
  ]);
}

export interface ResponseSigner {
  readonly issuerDer: Uint8Array;
  readonly serialNumber: bigint;
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
}

/** The whole message. Certificates stand in the order of their bytes, as in any SET OF. */
export function assembleSignedResponse(
  responseDer: Uint8Array,
  attributesDer: Uint8Array,
  { issuerDer, serialNumber, algorithm, signature }: ResponseSigner,
  certificatesDer: readonly Uint8Array[],
): Buffer {
  const digestAlgorithm = encodeSequence(
    encodeObjectIdentifier(signatureHashOid(algorithm.hash ?? 'sha512')),
    encodeNull(),
  );
  const signerInfo = encodeSequence(
    encodeInteger(1),
    encodeSequence(issuerDer, encodeInteger(serialNumber)),
    digestAlgorithm,
    encodeImplicit(0, attributesDer),
    algorithm.der,
    encodeOctetString(signature),
  );
  const signedData = encodeSequence(
    encodeInteger(3),
    encodeSetOf([digestAlgorithm]),
    encodeSequence(
      encodeObjectIdentifier(cmcContentTypes.pkiResponse),
      encodeExplicit(0, encodeOctetString(responseDer)),
    ),
    encodeSetOf(certificatesDer, contextConstructed(0)),
    encodeSetOf([signerInfo]),
  );
  return encodeSequence(encodeObjectIdentifier(cmcContentTypes.signedData), encodeExplicit(0, signedData));
}

/** The Simple PKI Response (RFC 5272 section 4.1): certificates in a SignedData that nobody signed. */
export function encodeSimpleResponse(certificatesDer: readonly Uint8Array[]): Buffer {
  const signedData = encodeSequence(
    encodeInteger(3),
    encodeSetOf([]),
    encodeSequence(encodeObjectIdentifier(cmcContentTypes.data)),
    encodeSetOf(certificatesDer, contextConstructed(0)),
    encodeSetOf([]),
  );
  return encodeSequence(encodeObjectIdentifier(cmcContentTypes.signedData), encodeExplicit(0, signedData));
}

export interface CmcResponse {
  /** Null for a Simple PKI Response. */
  readonly controls: readonly TaggedAttribute[] | null;
  readonly responseDer: Buffer | null;
  readonly certificatesDer: readonly Buffer[];
  readonly signerInfos: readonly SignerInfo[];
}

/** Decodes either response without judging its signature. Throws DerError. */
export function decodeCmcResponse(der: Uint8Array): CmcResponse {
  const message = decodeContentInfo(der);
  if (message.kind !== 'signed') throw new DerError('a CMC response is SignedData');
  const { content, contentType, signerInfos } = message;
  const certificatesDer = message.certificatesDer ?? [];
  if (contentType === cmcContentTypes.data) return { controls: null, responseDer: null, certificatesDer, signerInfos };
  if (contentType !== cmcContentTypes.pkiResponse || content === null)
    throw new DerError(`content of type ${contentType} is no PKIResponse`);
  const sequence = openDer(content).enterSequence('PKIResponse');
  const controls = readItems(sequence.enterSequence('controlSequence'), readTaggedAttribute);
  sequence.enterSequence('cmsSequence');
  sequence.enterSequence('otherMsgSequence');
  sequence.assertEnd('PKIResponse');
  return { controls, responseDer: content, certificatesDer, signerInfos };
}

function encodeAttribute(oid: string, valueDer: Uint8Array): Buffer {
  return encodeSequence(encodeObjectIdentifier(oid), encodeSetOf([valueDer]));
}
