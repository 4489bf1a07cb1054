// A certificate request pasted into a form or sent by a program: PKCS#10, CRMF or the browsers' own format.
import { certificateRequestInput } from './certificate-request-input.ts';

export const certReqInput = certificateRequestInput({
  classId: 'certReqInputImpl',
  className: 'CertReqInput',
  name: 'Certificate Request Input',
  typeSyntax: 'cert_request_type',
  typeDescription: 'Certificate Request Type',
  requestSyntax: 'cert_request',
  requestDescription: 'Certificate Request',
  pkcs10ByExactName: true,
});
