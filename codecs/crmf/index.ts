// CRMF: certificate request messages.
export {
  type CertificateRequestMessage,
  type CertificateTemplate,
  decodeCertificateRequestMessages,
  type ProofOfPossession,
  type RequestControl,
} from './certificate-request-messages.ts';
