// SignedPublicKeyAndChallenge: what browsers' <keygen> element sent (never standardized; described in HTML 5.1 section 4.10.12).
import { type BitString, openDer, tags } from '#codecs/der';

export interface SignedPublicKey {
  readonly signedDer: Buffer;
  readonly subjectPublicKeyInfoDer: Buffer;
  readonly challenge: string;
  readonly signatureAlgorithmDer: Buffer;
  readonly signature: BitString;
}

const bytesMax = 64 * 1024;

/** Throws DerError. */
export function decodeSignedPublicKey(der: Uint8Array): SignedPublicKey {
  const outer = openDer(der, { bytesMax });
  const message = outer.enterSequence('SignedPublicKeyAndChallenge');
  const signed = message.readElement(tags.sequence, 'PublicKeyAndChallenge');
  const signatureAlgorithm = message.readElement(tags.sequence, 'signatureAlgorithm');
  const signature = message.readBitString('signature');
  message.assertEnd('SignedPublicKeyAndChallenge');
  const reader = message.enterElement(signed);
  const key = reader.readElement(tags.sequence, 'spki');
  const challenge = reader.readElement(tags.ia5String, 'challenge').content.toString('latin1');
  reader.assertEnd('PublicKeyAndChallenge');
  return {
    signedDer: signed.bytes,
    subjectPublicKeyInfoDer: key.bytes,
    challenge,
    signatureAlgorithmDer: signatureAlgorithm.bytes,
    signature,
  };
}
