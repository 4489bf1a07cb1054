// A signing key that the requester's browser generates.
import { certificateRequestInput } from './certificate-request-input.ts';

export const signKeyGenInput = certificateRequestInput({
  classId: 'signKeyGenInputImpl',
  className: 'SigningKeyGenInput',
  name: 'Signing Key Generation',
  typeSyntax: 'sign_keygen_request_type',
  typeDescription: 'Key Generation Request Type',
  requestSyntax: 'sign_keygen_request',
  requestDescription: 'Key Generation Request',
  pkcs10ByExactName: false,
});
