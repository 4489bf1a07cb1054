// What is said to the short-lived process that makes and imports keys. Answers carry certificates and public keys only.
import type { SecretSource } from './secret-source.ts';
import type { MlDsaKeyType } from './signature-scheme.ts';

/** `value` is for a password that a person has just typed; it travels over the process's own channel and is not kept. */
export type PasswordSource = SecretSource | { readonly value: string };

export type KeyKind =
  | { readonly type: 'rsa'; readonly bits: 2048 | 3072 | 4096 | 8192 }
  | { readonly type: 'ec'; readonly curve: 'P-256' | 'P-384' | 'P-521' }
  | { readonly type: 'ed25519' }
  | { readonly type: MlDsaKeyType };

export interface CreateKeyOrder {
  readonly keyFolder: string;
  readonly keyId: string;
  /** Where the passphrase comes from with which the key file is encrypted; null leaves it to the folder's permissions. */
  readonly passphrase: SecretSource | null;
  readonly keyKind: KeyKind;
}

export interface ImportPkcs12Order {
  readonly keyFolder: string;
  readonly keyId: string;
  readonly passphrase: SecretSource | null;
  readonly pkcs12File: string;
  readonly pkcs12Password: PasswordSource;
  /** Which key, by the friendly name of its certificate (Dogtag's nickname), where the file holds several; null for the only one. */
  readonly friendlyName: string | null;
  /** The key whose SubjectPublicKeyInfo this is, whatever names the file gives; absent for one that is chosen by its name. */
  readonly publicKeyDer?: Uint8Array;
}

export interface ImportedKey {
  readonly keyId: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyDer: Uint8Array;
  /** True when this very key was there already. */
  readonly wasPresent: boolean;
  /** The key's own certificate as it stood in the file. */
  readonly certificateDer: Uint8Array;
  /** Every other certificate of the file, in its order. */
  readonly otherCertificatesDer: readonly Uint8Array[];
}

export type ToKeyTool =
  | { readonly kind: 'create'; readonly order: CreateKeyOrder }
  | { readonly kind: 'import-pkcs12'; readonly order: ImportPkcs12Order };

export type FromKeyTool =
  | { readonly kind: 'created'; readonly keyId: string; readonly publicKeyDer: Uint8Array }
  | { readonly kind: 'imported'; readonly key: ImportedKey }
  | { readonly kind: 'refused'; readonly message: string };
