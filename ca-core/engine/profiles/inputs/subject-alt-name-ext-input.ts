// Names for the subject alternative name extension, for profiles whose patterns refer to `$request.req_san_pattern_0$`.
import type { InputClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

const label = 'Subject Alternative Name Extension Information';

export const subjectAltNameExtInput: InputClass = {
  classId: 'subjectAltNameExtInputImpl',
  className: 'SubjectAltNameExtInput',
  compile: (_parameters, environment) => ({
    name: label,
    text: label,
    values: Array.from({ length: environment.subjectAltNameEntries }, (_, index) => [
      { name: `req_san_type_${index}`, descriptor: textDescriptor('Request Subject Alternative Name Extension Type') },
      {
        name: `req_san_pattern_${index}`,
        descriptor: textDescriptor('Request Subject Alternative Name Extension Pattern'),
      },
    ]).flat(),
    parameters: [],
    populate: () => {},
  }),
};
