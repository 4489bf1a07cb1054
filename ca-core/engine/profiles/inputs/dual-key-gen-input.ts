// A signing and an encryption key in one CRMF message, which make two requests.
import { certificateRequestInput } from './certificate-request-input.ts';

export const dualKeyGenInput = certificateRequestInput({
  classId: 'dualKeyGenInputImpl',
  className: 'DualKeyGenInput',
  name: 'Dual Key Generation',
  typeSyntax: 'dual_keygen_request_type',
  typeDescription: 'Key Generation Request Type',
  requestSyntax: 'dual_keygen_request',
  requestDescription: 'Key Generation Request',
  pkcs10ByExactName: false,
});
