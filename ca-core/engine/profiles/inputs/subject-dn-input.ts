// A subject name in one piece.
import type { InputClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';
import { parseRequestedSubject } from './subject-name-input.ts';

const label = 'Subject Name';

export const subjectDnInput: InputClass = {
  classId: 'subjectDNInputImpl',
  className: 'SubjectDNInput',
  compile: () => ({
    name: label,
    text: label,
    values: [{ name: 'subject', descriptor: textDescriptor(label) }],
    parameters: [],
    populate: (request, submitted) => {
      request.attributes.set('req_subject_name', parseRequestedSubject(submitted.find('subject') ?? ''));
    },
  }),
};
