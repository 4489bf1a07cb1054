// The PKCS formats and their kin: certificate requests, certificate chains, key files.
export {
  type CertificateChainFormat,
  decodeCertificateChain,
  decodeSignedDataContents,
  encodeCertificateChain,
} from './certificate-chain.ts';
export {
  type CertificationRequest,
  decodeCertificationRequest,
  extensionRequestOid,
  type RequestedAttribute,
} from './certification-request.ts';
export {
  assembleCertificationRequest,
  type CertificationRequestContent,
  encodeCertificationRequestInfo,
} from './encode-certification-request.ts';
export {
  decodePkcs12,
  type Pkcs12Certificate,
  type Pkcs12Content,
  Pkcs12Error,
  type Pkcs12ErrorCode,
  type Pkcs12Key,
} from './pkcs12.ts';
export { findRequestBytes } from './request-text.ts';
export { decodeSignedPublicKey, type SignedPublicKey } from './signed-public-key.ts';
