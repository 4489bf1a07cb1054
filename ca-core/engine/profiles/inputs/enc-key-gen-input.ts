// An encryption key that the requester's browser generates.
import { certificateRequestInput } from './certificate-request-input.ts';

export const encKeyGenInput = certificateRequestInput({
  classId: 'encKeyGenInputImpl',
  className: 'EncryptionKeyGenInput',
  name: 'Encryption Key Generation',
  typeSyntax: 'enc_keygen_request_type',
  typeDescription: 'Key Generation Request Type',
  requestSyntax: 'enc_keygen_request',
  requestDescription: 'Key Generation Request',
  pkcs10ByExactName: false,
});
