// A subject name in parts, as end entity forms ask for it.
import { encodeNameText } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import type { InputClass } from '../profile-class.ts';
import type { RequestContext } from '../request-context.ts';
import type { SubmittedValues } from '../submitted-values.ts';
import { textDescriptor } from '../value-descriptor.ts';

const label = 'Subject Name';

/** Value name (which is the parameter that switches it off, too), keyword in the name, description. */
const parts: readonly (readonly [name: string, keyword: string, description: string])[] = [
  ['sn_uid', 'UID', 'UID'],
  ['sn_e', 'E', 'Email'],
  ['sn_cn', 'CN', 'Common Name'],
  ['sn_ou3', 'OU', 'Organizational Unit 3'],
  ['sn_ou2', 'OU', 'Organizational Unit 2'],
  ['sn_ou1', 'OU', 'Organizational Unit 1'],
  ['sn_ou', 'OU', 'Organizational Unit'],
  ['sn_o', 'O', 'Organization'],
  ['sn_c', 'C', 'Country'],
];

export const subjectNameInput: InputClass = {
  classId: 'subjectNameInputImpl',
  className: 'SubjectNameInput',
  compile: (parameters) => ({
    name: label,
    text: label,
    values: parts
      .filter(([name]) => ['', 'true'].includes(parameters.text(name)))
      .map(([name, , description]) => ({ name, descriptor: textDescriptor(description) })),
    // A part without parameter counts as switched on, and is shown so.
    parameters: parts.map(([name]) => ({ name, value: parameters.text(name) || 'true' })),
    populate,
  }),
};

function populate(request: RequestContext, submitted: SubmittedValues): void {
  const text = parts
    .map(([name, keyword]) => ({ keyword, value: submitted.find(name) ?? '' }))
    .filter(({ value }) => value !== '')
    .map(({ keyword, value }) => `${keyword}=${value}`)
    .join(',');
  request.attributes.set('req_subject_name', parseRequestedSubject(text));
}

/** DER of a subject name that the requester wrote. Throws CaError `malformed-request`. */
export function parseRequestedSubject(text: string): Buffer {
  if (text === '') throw new CaError('malformed-request', 'Subject Name Not Found');
  try {
    return encodeNameText(text);
  } catch (error) {
    throw new CaError('malformed-request', `Invalid Subject Name ${text}`, { cause: error });
  }
}
