// A CMS signature that lies beside what it signs (RFC 5652 section 5, eContent absent), as `openssl cms -verify -content` takes it.
import { createHash } from 'node:crypto';
import {
  contextConstructed,
  DerError,
  encodeExplicit,
  encodeImplicit,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSetOf,
  encodeTime,
} from '#codecs/der';
import { decodeCertificate, type SignatureAlgorithm, signatureHashOid } from '#codecs/x509';
import { cmcContentTypes } from './cmc-oids.ts';

const contentTypeOid = '1.2.840.113549.1.9.3';
const messageDigestOid = '1.2.840.113549.1.9.4';
const signingTimeOid = '1.2.840.113549.1.9.5';

/** SignedAttributes over `content`: the bytes to be signed. `signedAt` is written in whole seconds. Throws DerError for an algorithm without a digest. */
export function encodeDetachedAttributes(
  content: Uint8Array,
  signedAt: Date,
  { hash, name }: SignatureAlgorithm,
): Buffer {
  if (hash === null) throw new DerError(`${name} has no digest of its own to name in a signature`);
  return encodeSetOf([
    encodeAttribute(contentTypeOid, encodeObjectIdentifier(cmcContentTypes.data)),
    encodeAttribute(signingTimeOid, encodeTime(signedAt)),
    encodeAttribute(messageDigestOid, encodeOctetString(createHash(hash).update(content).digest())),
  ]);
}

/** The ContentInfo around a signature over `attributesDer`, with the certificate of whoever made it. Throws DerError. */
export function assembleDetachedSignature(
  attributesDer: Uint8Array,
  signature: Uint8Array,
  algorithm: SignatureAlgorithm,
  certificateDer: Uint8Array,
): Buffer {
  const { issuerDer, serialNumber } = decodeCertificate(certificateDer);
  const digestAlgorithm = encodeSequence(encodeObjectIdentifier(signatureHashOid(algorithm.hash ?? 'sha256')));
  const signerInfo = encodeSequence(
    encodeInteger(1),
    encodeSequence(issuerDer, encodeInteger(serialNumber)),
    digestAlgorithm,
    encodeImplicit(0, attributesDer),
    algorithm.der,
    encodeOctetString(signature),
  );
  const signedData = encodeSequence(
    encodeInteger(1),
    encodeSetOf([digestAlgorithm]),
    encodeSequence(encodeObjectIdentifier(cmcContentTypes.data)),
    encodeSetOf([certificateDer], contextConstructed(0)),
    encodeSetOf([signerInfo]),
  );
  return encodeSequence(encodeObjectIdentifier(cmcContentTypes.signedData), encodeExplicit(0, signedData));
}

function encodeAttribute(oid: string, valueDer: Uint8Array): Buffer {
  return encodeSequence(encodeObjectIdentifier(oid), encodeSetOf([valueDer]));
}
