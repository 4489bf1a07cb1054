// A token's public key for the token itself.
import { CaError } from '../../errors.ts';
import type { InputClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';
import { readTokenKey } from './ns-n-key-cert-req-input.ts';

const label = 'Token Key Certificate Request Input';
const tokenIdLength = 20;

export const nsHKeyCertReqInput: InputClass = {
  classId: 'nsHKeyCertReqInputImpl',
  className: 'nsHKeyCertReqInput',
  compile: () => ({
    name: label,
    text: label,
    values: [
      { name: 'tokencuid', descriptor: textDescriptor('Token Key CUID') },
      { name: 'publickey', descriptor: textDescriptor('Token Key User Public Key') },
    ],
    parameters: [],
    populate: (request, submitted) => {
      const tokenId = submitted.find('tokencuid');
      if (tokenId?.length !== tokenIdLength) throw new CaError('malformed-request', 'Missing valid token CUID');
      // Four characters at a time, which is how the subject name of a token shows it.
      request.attributes.set('pretty_print_tokencuid', tokenId.replace(/(.{4})(?=.)/gs, '$1-'));
      request.draft.subjectPublicKeyInfoDer = readTokenKey(submitted);
      request.attributes.set('tokencuid', tokenId);
    },
  }),
};
