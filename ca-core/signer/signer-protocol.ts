// What the authority's process and the process that holds the keys say to each other. No message can carry a private key.
import type { KeyKind } from './key-tool-protocol.ts';
import type { SecretSource } from './secret-source.ts';
import type { SignerErrorCode, SignerKey } from './signer.ts';

export interface OpenMessage {
  readonly kind: 'open';
  readonly keyFolder: string;
  readonly passphrase: SecretSource | null;
}

export interface SignRequest {
  readonly id: number;
  readonly keyId: string;
  readonly algorithm: string;
  readonly bytes: Uint8Array;
}

/** All requests of one turn of the event loop. */
export interface SignMessage {
  readonly kind: 'sign';
  readonly requests: readonly SignRequest[];
}

export interface CreateKeyMessage {
  readonly kind: 'create-key';
  readonly id: number;
  readonly keyId: string;
  readonly keyKind: KeyKind;
}

export interface DestroyKeyMessage {
  readonly kind: 'destroy-key';
  readonly id: number;
  readonly keyId: string;
}

export type KeyMessage = CreateKeyMessage | DestroyKeyMessage;

export type ToSigner = OpenMessage | SignMessage | KeyMessage;

export type SignResult =
  | { readonly id: number; readonly signature: Uint8Array }
  | { readonly id: number; readonly errorCode: SignerErrorCode; readonly message: string };

export type FromSigner =
  /** Sent once, after every key has signed random bytes and the signature has verified. */
  | { readonly kind: 'ready'; readonly keys: readonly SignerKey[] }
  /** A key was put into the folder since; all keys, that one among them. */
  | { readonly kind: 'keys-added'; readonly keys: readonly SignerKey[] }
  /** A key was made or destroyed as asked; all keys that there are now. */
  | { readonly kind: 'keys-changed'; readonly id: number; readonly keys: readonly SignerKey[] }
  | { readonly kind: 'key-work-failed'; readonly id: number; readonly message: string }
  /** A file that was put into the folder since cannot be used; those that were there go on. */
  | { readonly kind: 'key-refused'; readonly message: string }
  /** The keys can't be used; the process ends. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'signed'; readonly results: readonly SignResult[] };
