// A file to be signed, fetched by the authority. Described so that its profile can be shown; not applied, because an authority that
// fetches whatever address a requester names can be made to reach places that the requester cannot.
import { CaError } from '../../errors.ts';
import type { InputClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

const label = 'File Signing Input';
const obstacle = 'Fetching a file to be signed is not supported';

export const fileSigningInput: InputClass = {
  classId: 'fileSigningInputImpl',
  className: 'FileSigningInput',
  obstacle,
  compile: () => ({
    name: label,
    // The text of this input is its name, as everywhere else.
    text: 'Text Being Signed',
    values: [
      { name: 'file_signing_url', descriptor: textDescriptor('URL Of File Being Signed') },
      { name: 'file_signing_text', descriptor: textDescriptor('Text Being Signed') },
    ],
    parameters: [],
    populate: () => {
      throw new CaError('unsupported-profile', obstacle);
    },
  }),
};
