// CRLs: their encoding, decoding, and the order of their entries.
export * from './certificate-list.ts';
export { orderRevokedCertificates } from './order-revoked-certificates.ts';
export {
  encodeRevokedCertificate,
  type RevokedCertificate,
  RevokedCertificatesEncoder,
} from './revoked-certificate.ts';
export { indexRevokedCertificates, type RevokedCertificateIndex } from './revoked-certificate-index.ts';
