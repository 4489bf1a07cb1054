// The subject's text must match a pattern, and its parts must not be longer than X.520 allows.
import { decodeName, dogtagAttributeText, formatName } from '#codecs/x509';
import { failed, rejected } from '../constraint-parameters.ts';
import { compileJavaPattern, JavaPatternError } from '../java-pattern.ts';
import type { ConstraintClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

const patternName = 'pattern';

/** Attribute type, most characters (upper bounds of X.520, but for country and email), wording of the refusal; in the order of the refusal. */
const upperBounds: readonly (readonly [oid: string, lengthMax: number, wording: string])[] = [
  ['2.5.4.3', 64, ' Common Name '],
  ['2.5.4.6', 3, ' , Country '],
  ['2.5.4.11', 64, ' , Org Unit '],
  ['2.5.4.10', 64, ' , Org '],
  ['2.5.4.7', 128, ' , Locality '],
  ['2.5.4.8', 128, ' , State '],
  ['1.2.840.113549.1.9.1', 255, ' , Email '],
  ['0.9.2342.19200300.100.1.1', 64, ' , UID'],
];

export const subjectNameConstraint: ConstraintClass = {
  classId: 'subjectNameConstraintImpl',
  className: 'SubjectNameConstraint',
  compile: (parameters) => {
    const patternText = parameters.text(patternName);
    const matches = compileOrNull(patternText);
    return {
      text: `This constraint accepts the subject name that matches ${patternText}`,
      parameters: [{ name: patternName, descriptor: textDescriptor('Subject Name Pattern') }],
      check: ({ draft }) => {
        if (draft.subjectDer === null) return rejected('Subject Name Not Found');
        if (matches === null) return failed(parameters.unsupported(patternName, 'not a regular expression'));
        const subject = formatName(draft.subjectDer);
        if (!matches(subject)) return rejected(`Subject Name Not Matched ${subject}`);
        const tooLong = findTooLong(draft.subjectDer);
        return tooLong === '' ? null : rejected(`Invalid Subject Name ${subject} [ Invalid fields: ${tooLong} ] `);
      },
    };
  },
};

function compileOrNull(pattern: string): ((text: string) => boolean) | null {
  try {
    return compileJavaPattern(pattern);
  } catch (error) {
    if (error instanceof JavaPatternError) return null;
    throw error;
  }
}

// Of several attributes of a type only the first in the order of the encoding is measured.
function findTooLong(subjectDer: Uint8Array): string {
  const attributes = decodeName(subjectDer).flat();
  return upperBounds
    .filter(([oid, lengthMax]) => {
      const attribute = attributes.find((candidate) => candidate.oid === oid);
      return attribute !== undefined && (dogtagAttributeText(attribute)?.length ?? 0) > lengthMax;
    })
    .map(([, , wording]) => wording)
    .join('');
}
