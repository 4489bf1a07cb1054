// The only holder of private keys. Imported by issuance, revocation and wiring alone (tidy rule signer-is-hidden).
export {
  type CreateKeyOrder,
  createKey,
  type ImportedKey,
  type ImportPkcs12Order,
  importPkcs12Key,
  type KeyKind,
} from './key-tool.ts';
export { type ImportNssKeyOrder, importNssKey } from './nss-key.ts';
export { type PreparedBytes, type PreparedKind, prepareForSigning } from './prepared.ts';
export { createProcessSigner, type ProcessSigner, type ProcessSignerOptions } from './process-signer.ts';
export type { SecretSource } from './secret-source.ts';
export { findSignatureScheme, type SignatureScheme, verifySignature } from './signature-scheme.ts';
export { type KeyKeeper, type Signer, SignerError, type SignerErrorCode, type SignerKey } from './signer.ts';
export { createThrowawaySigner } from './throwaway-signer.ts';
