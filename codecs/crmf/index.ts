// CRMF: certificate request messages.
export {
  type CertificateRequestMessage,
  type CertificateTemplate,
  decodeCertificateRequestMessages,
  type ProofOfPossession,
  type RequestControl,
  readCertificateRequestMessage,
} from './certificate-request-messages.ts';
