// A key pair made by the key recovery authority; profiles with it can be looked at, but not used here.
import { CaError } from '../../errors.ts';
import type { DefaultClass } from '../profile-class.ts';
import { readOnlyDescriptor } from '../value-descriptor.ts';

export const serverKeygenUserKeyDefault: DefaultClass = {
  classId: 'serverKeygenUserKeyDefaultImpl',
  className: 'ServerKeygenUserKeyDefault',
  compile: () => ({
    text: 'This default triggers server-side keygen and then populates the Certificate Key to the request.',
    values: [
      { name: 'TYPE', descriptor: readOnlyDescriptor('Key Type') },
      { name: 'LEN', descriptor: readOnlyDescriptor('Key Length') },
    ],
    parameterNames: ['enableArchival', 'keyType', 'keySize'],
    populate: () => {
      throw new CaError('unsupported-profile', 'Keys are not generated on the server here');
    },
    readValue: () => null,
    setValue: () => {},
  }),
};
