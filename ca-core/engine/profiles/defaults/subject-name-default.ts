// A subject name made from a pattern, such as `CN=$request.req_subject_name.cn$, O=EXAMPLE.TEST`.
import { encodeNameText } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import type { DefaultClass } from '../profile-class.ts';
import { expandForRequest } from '../request-pattern.ts';
import { readSubject, setSubject, subjectValues } from '../subject-values.ts';

export const subjectNameDefault: DefaultClass = {
  classId: 'subjectNameDefaultImpl',
  className: 'SubjectNameDefault',
  compile: (parameters) => {
    const pattern = parameters.pattern('name');
    return {
      text: `This default populates a Certificate Subject Name to the request. The default values are Subject Name=${parameters.text('name')}`,
      values: subjectValues,
      parameterNames: ['name'],
      populate: (request) => {
        const text = expandForRequest(pattern, request);
        if (text !== '') request.draft.subjectDer = encodeOrRefuse(text);
      },
      readValue: (_name, { draft }) => readSubject(draft),
      setValue: setSubject,
    };
  },
};

function encodeOrRefuse(text: string): Buffer {
  try {
    return encodeNameText(text);
  } catch (error) {
    throw new CaError('malformed-request', `Invalid Subject Name ${text}`, { cause: error });
  }
}
