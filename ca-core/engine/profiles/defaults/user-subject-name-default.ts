// The subject name that the requester sent.
import { encodeNameText, formatName } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import { invalidProperty } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

const encodingParameter = 'useSysEncoding';

export const userSubjectNameDefault: DefaultClass = {
  classId: 'userSubjectNameDefaultImpl',
  className: 'UserSubjectNameDefault',
  compile: (parameters) => {
    const usesOwnEncoding = parameters.flag(encodingParameter);
    return {
      text: 'This default populates a User-Supplied Certificate Subject Name to the request.',
      values: [{ name: 'name', descriptor: textDescriptor('Subject Name') }],
      parameterNames: [encodingParameter],
      populate: (request) => {
        const requested = request.attributes.findBytes('req_subject_name');
        if (requested === null) throw new CaError('malformed-request', 'Subject Name Not Found');
        const text = formatName(requested);
        const rewritten = encodeNameOrNull(text);
        // The requester's own bytes stay as long as the text, written anew, comes to the same text.
        const keepsBytes = rewritten === null || (!usesOwnEncoding && formatName(rewritten) === text);
        request.draft.subjectDer = keepsBytes ? requested : rewritten;
      },
      readValue: (_name, { draft }) => (draft.subjectDer === null ? null : formatName(draft.subjectDer)),
      setValue: (name, value, draft) => {
        if (value === null) return;
        const edited = encodeNameOrNull(value);
        if (edited === null) throw invalidProperty(name);
        const isUnchanged = draft.subjectDer !== null && formatName(draft.subjectDer) === formatName(edited);
        if (usesOwnEncoding || !isUnchanged) draft.subjectDer = edited;
      },
    };
  },
};

function encodeNameOrNull(text: string): Buffer | null {
  try {
    return encodeNameText(text);
  } catch {
    return null;
  }
}
