// Who sends the request, for the people who look at it; no part of the certificate unless a pattern uses it.
import type { InputClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

const label = 'Requestor Information';

export const submitterInfoInput: InputClass = {
  classId: 'submitterInfoInputImpl',
  className: 'SubmitterInfoInput',
  compile: () => ({
    name: label,
    text: label,
    values: [
      { name: 'requestor_name', descriptor: textDescriptor('Requestor Name') },
      { name: 'requestor_email', descriptor: textDescriptor('Requestor Email') },
      { name: 'requestor_phone', descriptor: textDescriptor('Requestor Phone') },
    ],
    parameters: [],
    populate: () => {},
  }),
};
