// Encryption of stored keys under a passphrase (RFC 8018). Reading PKCS#12 files is codecs/pkcs.
import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { encodeInteger, encodeNull, encodeObjectIdentifier, encodeOctetString, encodeSequence } from '#codecs/der';
import { randomBytes } from '#platform';

const ownIterations = 600_000;
const hmacWithSha256 = '1.2.840.113549.2.9';
const aes256Cbc = '2.16.840.1.101.3.4.1.42';
const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2 = '1.2.840.113549.1.5.12';

/**
 * EncryptedPrivateKeyInfo (RFC 5958 section 3) around a PrivateKeyInfo: PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC. OpenSSL's own
 * export is not used because its 2,048 iterations leave a passphrase open to guessing.
 */
export function encryptWithPassword(pkcs8Der: Uint8Array, password: string): Buffer {
  const salt = randomBytes(16);
  const initializationVector = randomBytes(16);
  const key = pbkdf2Sync(password, salt, ownIterations, 32, 'sha256');
  const process = createCipheriv('aes-256-cbc', key, initializationVector);
  const encrypted = Buffer.concat([process.update(pkcs8Der), process.final()]);
  const prf = encodeSequence(encodeObjectIdentifier(hmacWithSha256), encodeNull());
  const derivation = encodeSequence(
    encodeObjectIdentifier(pbkdf2),
    encodeSequence(encodeOctetString(salt), encodeInteger(ownIterations), prf),
  );
  const encryption = encodeSequence(encodeObjectIdentifier(aes256Cbc), encodeOctetString(initializationVector));
  const algorithm = encodeSequence(encodeObjectIdentifier(pbes2), encodeSequence(derivation, encryption));
  return encodeSequence(algorithm, encodeOctetString(encrypted));
}
