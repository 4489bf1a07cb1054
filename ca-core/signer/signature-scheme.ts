// Signature algorithms by their name in the profile language, in terms of node:crypto; made and verified off the event loop.
import { constants, type KeyObject, sign, verify } from 'node:crypto';

/** The parameter sets of FIPS 204; each signs with the algorithm of its own name (RFC 9881 section 2), hedged as OpenSSL does by itself. */
export const mlDsaKeyTypes = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const;
export type MlDsaKeyType = (typeof mlDsaKeyTypes)[number];

export interface SignatureScheme {
  readonly name: string;
  readonly keyType: 'rsa' | 'ec' | 'ed25519' | MlDsaKeyType;
  /** Null where the algorithm has its own digest (Ed25519, ML-DSA). */
  readonly digest: string | null;
  readonly padding: number | null;
}

const { RSA_PKCS1_PADDING: pkcs1, RSA_PKCS1_PSS_PADDING: pss } = constants;

// In the order in which Dogtag offers them to an agent. SHA-1 stays because old authorities re-sign CRLs for clients that know nothing
// newer; whether a certificate may be signed with it is its profile's affair.
const schemes = new Map<string, SignatureScheme>(
  [
    scheme('SHA256withRSA', 'rsa', 'sha256', pkcs1),
    scheme('SHA384withRSA', 'rsa', 'sha384', pkcs1),
    scheme('SHA512withRSA', 'rsa', 'sha512', pkcs1),
    scheme('SHA1withRSA', 'rsa', 'sha1', pkcs1),
    scheme('SHA256withRSA/PSS', 'rsa', 'sha256', pss),
    scheme('SHA384withRSA/PSS', 'rsa', 'sha384', pss),
    scheme('SHA512withRSA/PSS', 'rsa', 'sha512', pss),
    scheme('SHA256withEC', 'ec', 'sha256', null),
    scheme('SHA384withEC', 'ec', 'sha384', null),
    scheme('SHA512withEC', 'ec', 'sha512', null),
    scheme('SHA1withEC', 'ec', 'sha1', null),
    scheme('Ed25519', 'ed25519', null, null),
    ...mlDsaKeyTypes.map((keyType) => scheme(keyType.toUpperCase(), keyType, null, null)),
  ].map((entry) => [entry.name, entry]),
);

const allowedCurves = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** Null for a name that this authority does not sign with. */
export function findSignatureScheme(name: string): SignatureScheme | null {
  return schemes.get(name) ?? null;
}

/** Names of the schemes that fit a key; empty for a kind of key that is not supported. */
export function schemeNamesFor(key: KeyObject): readonly string[] {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === 'ec' && !allowedCurves.has(asymmetricKeyDetails?.namedCurve ?? '')) return [];
  return [...schemes.values()].filter(({ keyType }) => keyType === asymmetricKeyType).map(({ name }) => name);
}

/** Signs on the thread pool. Rejects with the library's own error. */
export function signBytes(key: KeyObject, { digest, padding }: SignatureScheme, bytes: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(digest, bytes, keyInput(key, padding), (error, signature) =>
      error === null ? resolve(signature) : reject(error),
    );
  });
}

/**
 * False for a signature that does not fit. Rejects only when the key can't be used at all. RSA is verified at once, because that takes less
 * time (20 µs for 2048 bits) than handing it to another thread; elliptic curves take ten times as long and go to the thread pool.
 */
export async function verifySignature(
  key: KeyObject,
  { keyType, digest, padding }: SignatureScheme,
  bytes: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (keyType === 'rsa') return verify(digest, bytes, keyInput(key, padding), signature);
  return new Promise((resolve, reject) => {
    verify(digest, bytes, keyInput(key, padding), signature, (error, fits) =>
      error === null ? resolve(fits) : reject(error),
    );
  });
}

/** The bare key wherever Node's defaults are the right ones (PKCS#1 v1.5, ECDSA as DER): an object around it costs 12 µs each time. */
function keyInput(key: KeyObject, padding: number | null) {
  // RFC 4055 section 3.1: the salt is as long as the digest.
  return padding === pss ? { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : key;
}

function scheme(
  name: string,
  keyType: SignatureScheme['keyType'],
  digest: string | null,
  padding: number | null,
): SignatureScheme {
  return Object.freeze({ name, keyType, digest, padding });
}
