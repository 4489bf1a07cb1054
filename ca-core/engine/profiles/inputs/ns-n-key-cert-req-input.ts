// A token's public key for a user, as token processing systems send it.
import { CaError } from '../../errors.ts';
import type { InputClass } from '../profile-class.ts';
import type { SubmittedValues } from '../submitted-values.ts';
import { textDescriptor } from '../value-descriptor.ts';
import { decodeRequestText, invalidRequest } from './certificate-request.ts';
import { encodeKeyForIssuance } from './request-facts.ts';

const label = 'Token Key Certificate Request Input';

export const nsNKeyCertReqInput: InputClass = {
  classId: 'nsNKeyCertReqInputImpl',
  className: 'nsNKeyCertReqInput',
  compile: () => ({
    name: label,
    text: label,
    values: [
      { name: 'screenname', descriptor: textDescriptor('Token Key User ID') },
      { name: 'publickey', descriptor: textDescriptor('Token Key User Public Key') },
    ],
    parameters: [],
    populate: (request, submitted) => {
      const userName = submitted.find('screenname');
      if (userName === null) throw new CaError('malformed-request', 'Token Key input ID not found');
      request.draft.subjectPublicKeyInfoDer = readTokenKey(submitted);
      for (const name of ['screenname', 'aoluid', 'uid']) request.attributes.set(name, userName);
    },
  }),
};

/** The `publickey` value as a key. Throws CaError `malformed-request`. */
export function readTokenKey(submitted: SubmittedValues): Buffer {
  const text = submitted.find('publickey');
  if (text === null) throw new CaError('malformed-request', 'Token Key input publickey not found');
  const der = decodeRequestText(text);
  if (der.length === 0) throw new CaError('malformed-request', invalidRequest);
  return encodeKeyForIssuance(der);
}
