// What the authority may ask of whoever holds its keys: who are you, and sign this. No call returns a key.
import type { KeyKind } from './key-tool-protocol.ts';
import type { PreparedBytes } from './prepared.ts';

/** One key as the signer shows it. */
export interface SignerKey {
  /** Name of the key within the signer, such as the authority's id. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo, by which an authority finds its key. */
  readonly publicKeyDer: Uint8Array;
  /** Names of the signature algorithms that this key can make, as in the profile language (`SHA256withRSA`). */
  readonly algorithms: readonly string[];
}

export interface Signer {
  /** The keys, in the order of their ids. Throws SignerError `unavailable`. */
  describe(): Promise<readonly SignerKey[]>;
  /**
   * The signature over exactly the prepared bytes, in the encoding that X.509 carries (ECDSA as DER).
   * Throws SignerError: `unknown-key`, `unsuitable-algorithm`, `not-prepared`, `unavailable`, `failed`.
   */
  sign(keyId: string, algorithm: string, prepared: PreparedBytes): Promise<Uint8Array>;
}

/** Keys of authorities that come and go while the installation runs: made, kept and destroyed where they sign, and nowhere else. */
export interface KeyKeeper {
  /**
   * A fresh key under this id, durable when it is told of. Throws SignerError `failed` when one of that id is there, and `unavailable`
   * when the process does not answer; the key may have been made then.
   */
  createKey(keyId: string, kind: KeyKind): Promise<SignerKey>;
  /** Does away with a key for good; nothing when there is none. Throws SignerError `unavailable`, `failed`. */
  destroyKey(keyId: string): Promise<void>;
}

export type SignerErrorCode =
  | 'unknown-key'
  | 'unsuitable-algorithm'
  /** The bytes did not come from issuance or revocation. */
  | 'not-prepared'
  /** The process that holds the keys is gone or does not answer; the signature may or may not have been made. */
  | 'unavailable'
  /** The key itself refused or the cryptographic library failed. */
  | 'failed';

/** A refusal or failure of the signer; its message never holds key material or passphrases. */
export class SignerError extends Error {
  readonly code: SignerErrorCode;
  constructor(code: SignerErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'SignerError';
    this.code = code;
  }
}
