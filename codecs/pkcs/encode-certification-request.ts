// Writes PKCS#10 requests (RFC 2986) in two steps, so that whoever holds the key signs between them.
import {
  encodeBitString,
  encodeConstructed,
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeSequence,
  encodeSet,
} from '#codecs/der';
import { encodeExtension } from '#codecs/x509';
import { extensionRequestOid } from './certification-request.ts';

export interface CertificationRequestContent {
  /** DER of the Name. */
  readonly subjectDer: Uint8Array;
  readonly subjectPublicKeyInfoDer: Uint8Array;
  /** Asked for in an extensionRequest attribute (RFC 2985 section 5.4.2); none leaves the attribute out. */
  readonly extensions?: readonly { readonly oid: string; readonly critical: boolean; readonly valueDer: Uint8Array }[];
}

const attributesTag = 0xa0;

/** DER of the CertificationRequestInfo, over which the signature is made. */
export function encodeCertificationRequestInfo({
  subjectDer,
  subjectPublicKeyInfoDer,
  extensions = [],
}: CertificationRequestContent): Buffer {
  const attributes =
    extensions.length === 0
      ? encodeElement(attributesTag, Buffer.alloc(0))
      : encodeConstructed(attributesTag, [
          encodeSequence(
            encodeObjectIdentifier(extensionRequestOid),
            encodeSet(encodeSequence(...extensions.map(encodeExtension))),
          ),
        ]);
  return encodeSequence(encodeInteger(0), subjectDer, subjectPublicKeyInfoDer, attributes);
}

/** DER of the CertificationRequest. `signature` is the content of the BIT STRING. */
export function assembleCertificationRequest(
  infoDer: Uint8Array,
  signatureAlgorithmDer: Uint8Array,
  signature: Uint8Array,
): Buffer {
  return encodeSequence(infoDer, signatureAlgorithmDer, encodeBitString(signature));
}
