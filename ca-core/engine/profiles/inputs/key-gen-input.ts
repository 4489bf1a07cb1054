// A key that the requester's browser generates.
import { certificateRequestInput } from './certificate-request-input.ts';

export const keyGenInput = certificateRequestInput({
  classId: 'keyGenInputImpl',
  className: 'KeyGenInput',
  name: 'Key Generation',
  typeSyntax: 'keygen_request_type',
  typeDescription: 'Key Generation Request Type',
  requestSyntax: 'keygen_request',
  requestDescription: 'Key Generation Request',
  pkcs10ByExactName: false,
});
