// CMC: certificate management over CMS (RFC 5272), requests to values and responses to bytes.
export { type CmcControlName, cmcContentTypes, cmcControls } from './cmc-oids.ts';
export {
  type ContentInfo,
  decodeContentInfo,
  type SignedData,
  type SignerIdentifier,
  type SignerInfo,
} from './content-info.ts';
export {
  type CertificateName,
  decodeCmcCertId,
  decodeGetCert,
  decodeIdentification,
  decodeIntegerValue,
  decodeLraPopWitness,
  decodeOctetStringValue,
  decodeRevokeRequest,
  type RevokeRequest,
} from './control-values.ts';
export { assembleDetachedSignature, encodeDetachedAttributes } from './detached-signature.ts';
export { decodePkiData, type OtherMessage, type PkiData, type TaggedRequest } from './pki-data.ts';
export {
  assembleSignedResponse,
  type CmcResponse,
  decodeCmcResponse,
  encodePkiResponse,
  encodeResponseAttributes,
  encodeSimpleResponse,
  type ResponseSigner,
} from './pki-response.ts';
export { type CmcFailure, type CmcStatus, decodeStatusInfo, encodeStatusInfo, type StatusInfo } from './status-info.ts';
export type { TaggedAttribute } from './tagged-attribute.ts';
