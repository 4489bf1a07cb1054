// OCSP (RFC 6960): requests and responses, bytes to values and back.
export {
  type CertId,
  type CertIdHash,
  type CertIdIssuer,
  decodeCertId,
  encodeCertId,
  isCertIdOfIssuer,
} from './cert-id.ts';
export { decodeOcspRequest, encodeOcspRequest, nonceOid, type OcspRequest } from './ocsp-request.ts';
export {
  assembleOcspResponse,
  type BasicOcspResponse,
  type CertStatus,
  type DecodedSingleResponse,
  decodeOcspResponse,
  encodeOcspFailure,
  encodeResponseData,
  type OcspResponse,
  type OcspResponseStatus,
  ocspResponseStatuses,
  type ResponderId,
  type ResponseData,
  type SingleResponse,
} from './ocsp-response.ts';
