// Which certificate to renew; it is looked up before the profile is applied.
import type { InputClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

const label = 'Serial Number of Certificate to Renew';

export const serialNumRenewInput: InputClass = {
  classId: 'serialNumRenewInputImpl',
  className: 'SerialNumRenewInput',
  compile: () => ({
    name: label,
    text: label,
    values: [{ name: 'serial_num', descriptor: textDescriptor(label) }],
    parameters: [],
    populate: () => {},
  }),
};
