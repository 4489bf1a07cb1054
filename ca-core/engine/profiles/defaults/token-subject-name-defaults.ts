// Subjects for certificates on smart cards, made from a pattern; looking the owner up in a directory of users is not supported.
import { encodeNameText, NameSyntaxError } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import { invalidProperty } from '../extension-default.ts';
import { parsePattern } from '../pattern.ts';
import type { DefaultClass, NamedValue } from '../profile-class.ts';
import { expandForRequest } from '../request-pattern.ts';
import { textDescriptor } from '../value-descriptor.ts';

const patternName = 'dnpattern';
const directoryNames = [
  'ldap.enable',
  'ldap.searchName',
  'ldapStringAttributes',
  'ldap.ldapconn.host',
  'ldap.ldapconn.port',
  'ldap.ldapconn.secureConn',
  'ldap.ldapconn.Version',
  'ldap.basedn',
  'ldap.minConns',
  'ldap.maxConns',
];

function tokenSubjectNameDefault(classId: string, className: string, names: readonly string[]): DefaultClass {
  const values: NamedValue[] = names.map((name) => ({ name, descriptor: textDescriptor('Subject Name') }));
  return {
    classId,
    className,
    compile: (parameters) => {
      if (names.includes('ldap.enable') && parameters.flag('ldap.enable'))
        throw parameters.unsupported('ldap.enable', 'users cannot be looked up in a directory here');
      // Dogtag puts a blank where there is no pattern, and stumbles over it.
      const pattern = parameters.text(patternName) === '' ? parsePattern(' ') : parameters.pattern(patternName);
      return {
        text: 'Subject Name',
        values,
        hidesDescriptors: true,
        parameterNames: names,
        populate: (request) => {
          const text = expandForRequest(pattern, request);
          if (text !== '') request.draft.subjectDer = encodeOrStumble(text);
        },
        // Dogtag lists its parameters as values and then knows none of them, so that such a request can be neither reviewed nor edited.
        readValue: (name) => {
          throw invalidProperty(name);
        },
        setValue: (name) => {
          throw invalidProperty(name);
        },
      };
    },
  };
}

export const tokenDeviceKeySubjectNameDefault = tokenSubjectNameDefault(
  'nsTokenDeviceKeySubjectNameDefaultImpl',
  'nsTokenDeviceKeySubjectNameDefault',
  [patternName],
);

export const tokenUserKeySubjectNameDefault = tokenSubjectNameDefault(
  'nsTokenUserKeySubjectNameDefaultImpl',
  'nsTokenUserKeySubjectNameDefault',
  [patternName, ...directoryNames],
);

/**
 * Dogtag goes on with no name at all where it cannot read one, and stumbles when it writes that down; clients are shown the word that Java puts for
 * an error without text.
 */
function encodeOrStumble(text: string): Buffer {
  try {
    if (text.trim() === '') throw new NameSyntaxError('a blank is no name');
    return encodeNameText(text);
  } catch (error) {
    const message = error instanceof NameSyntaxError ? error.stumble : null;
    throw new CaError('malformed-request', message ?? 'null', { cause: error });
  }
}
