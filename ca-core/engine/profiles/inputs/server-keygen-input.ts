// Type, size and password for a key that the key recovery authority generates. Described so that its profiles can be shown; applying it
// needs that authority, which this part does not reach.
import { CaError } from '../../errors.ts';
import type { ValueDescriptor } from '../../model/index.ts';
import type { InputClass } from '../profile-class.ts';

const label = 'Server-Side Key Generation';
const obstacle = 'Server-side key generation is not supported';

function descriptor(syntax: string, description: string): ValueDescriptor {
  return { syntax, constraint: null, description, defaultValue: null };
}

export const serverKeygenInput: InputClass = {
  classId: 'serverKeygenInputImpl',
  className: 'ServerKeygenInput',
  obstacle,
  compile: () => ({
    name: label,
    text: label,
    values: [
      {
        name: 'serverSideKeygenP12Passwd',
        descriptor: descriptor('server_side_keygen_request_type', `${label} P12 Password`),
      },
      { name: 'keyType', descriptor: descriptor('server_side_keygen_key_type', `${label} Key Type`) },
      { name: 'keySize', descriptor: descriptor('server_side_keygen_key_size', `${label} Key Size`) },
    ],
    parameters: [],
    populate: () => {
      throw new CaError('unsupported-profile', obstacle);
    },
  }),
};
