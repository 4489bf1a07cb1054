// Puts the subject back to what the requester sent, whatever an agent or another default made of it.
import { rejected } from '../constraint-parameters.ts';
import type { ConstraintClass } from '../profile-class.ts';

export const userSubjectNameConstraint: ConstraintClass = {
  classId: 'userSubjectNameConstraintImpl',
  className: 'UserSubjectNameConstraint',
  compile: () => ({
    text: 'This constraint accepts user subject name only',
    parameters: [],
    check: (request) => {
      const requested = request.attributes.findBytes('req_subject_name');
      if (requested === null) return rejected('Subject Name Not Found');
      request.draft.subjectDer = requested;
      return null;
    },
  }),
};
