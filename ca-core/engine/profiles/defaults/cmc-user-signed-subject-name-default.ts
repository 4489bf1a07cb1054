// The subject of the certificate with which a CMC request was signed.
import { CaError } from '../../errors.ts';
import type { DefaultClass } from '../profile-class.ts';
import { readSubject, setSubject, subjectValues } from '../subject-values.ts';

export const cmcUserSignedSubjectNameDefault: DefaultClass = {
  classId: 'cmcUserSignedSubjectNameDefaultImpl',
  className: 'CMCUserSignedSubjectNameDefault',
  compile: () => ({
    text: 'This default populates a User-Supplied Certificate Subject Name to the request.',
    values: subjectValues,
    parameterNames: [],
    populate: ({ draft, signerSubjectDer }) => {
      if (signerSubjectDer === null)
        throw new CaError(
          'malformed-request',
          'CMCUserSignedSubjectNameDefault: populate: signing user serial not found; request was unsigned?',
        );
      draft.subjectDer = signerSubjectDer;
    },
    readValue: (_name, { draft }) => readSubject(draft),
    setValue: setSubject,
  }),
};
