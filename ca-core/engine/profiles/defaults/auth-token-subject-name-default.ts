// The name that authentication found for the requester.
import { emptyNameDer, encodeNameText } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import type { DefaultClass } from '../profile-class.ts';
import type { RequestContext } from '../request-context.ts';
import { readSubject, setSubject, subjectValues } from '../subject-values.ts';

export const authTokenSubjectNameDefault: DefaultClass = {
  classId: 'authTokenSubjectNameDefaultImpl',
  className: 'AuthTokenSubjectNameDefault',
  compile: () => ({
    text: 'This default populates the authenticated name in the authentication token to the Certificate Subject Name of the request.',
    values: subjectValues,
    parameterNames: [],
    populate: (request) => {
      request.draft.subjectDer = encodeAuthenticatedName(request);
    },
    readValue: (_name, { draft }) => readSubject(draft),
    setValue: setSubject,
  }),
};

function encodeAuthenticatedName({ attributes }: RequestContext): Uint8Array {
  const name = attributes.find('authenticatedName');
  if (name === null) return emptyNameDer;
  try {
    return encodeNameText(name);
  } catch (error) {
    throw new CaError('malformed-request', 'Subject Name Not Found', { cause: error });
  }
}
