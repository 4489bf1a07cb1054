// The key must be of a type, and of one of the lengths or curves, that the profile names.
import { DerError } from '#codecs/der';
import { decodeSubjectPublicKeyInfo, type SubjectPublicKeyInfo } from '#codecs/x509';
import { rejected } from '../constraint-parameters.ts';
import { hasChange } from '../dogtag-version.ts';
import { curveNames, keyAlgorithmName, keyLength, numberedKey } from '../key-names.ts';
import type { ConstraintClass } from '../profile-class.ts';
import type { Rejection } from '../request-context.ts';
import { choiceDescriptor, textDescriptor } from '../value-descriptor.ts';

const typeName = 'keyType';
const parametersName = 'keyParameters';

interface KeyDemand {
  /** Null when any type will do. */
  readonly type: string | null;
  readonly sizesOrCurves: readonly string[];
  readonly dogtagVersion: string | undefined;
  readonly typeText: string;
  readonly parametersText: string;
}

export const keyConstraint: ConstraintClass = {
  classId: 'keyConstraintImpl',
  className: 'KeyConstraint',
  compile: (parameters, { dogtagVersion }) => {
    const typeText = parameters.text(typeName);
    const parametersText = parameters.text(parametersName);
    const demand: KeyDemand = {
      type: typeText === '' || typeText === '-' ? null : typeText,
      sizesOrCurves: parametersText.split(','),
      dogtagVersion,
      typeText,
      parametersText,
    };
    return {
      text: `This constraint accepts the key only if Key Type=${typeText}, Key Parameters =${parametersText}`,
      parameters: [
        { name: typeName, descriptor: choiceDescriptor(offeredTypes(dogtagVersion), 'Key Type', 'RSA') },
        {
          name: parametersName,
          descriptor: textDescriptor(offeredParameters(dogtagVersion), ''),
        },
      ],
      check: ({ draft }) =>
        draft.subjectPublicKeyInfoDer === null
          ? rejected('Key Not Found')
          : judge(decodeOrNull(draft.subjectPublicKeyInfoDer), demand),
    };
  },
};

function offeredTypes(dogtagVersion: string | undefined): string {
  const [mlDsa, mlKem] = [hasChange(dogtagVersion, 'ml-dsa'), hasChange(dogtagVersion, 'ml-kem')];
  return `-,RSA,EC${mlDsa ? ',MLDSA' : ''}${mlKem ? ',MLKEM' : ''}`;
}

function offeredParameters(dogtagVersion: string | undefined): string {
  const [otherwise, examples] = hasChange(dogtagVersion, 'ml-dsa')
    ? ['otherwise', ' for RSA, 44,65,87 for MLDSA']
    : ['otherise', ''];
  return `Key Lengths or Curves. For EC use comma separated list of curves, ${otherwise} use list of key sizes. Ex: 1024,2048,4096,8192${examples} or: nistp256,nistp384,nistp521,sect163k1,nistk163 for EC.`;
}

function decodeOrNull(subjectPublicKeyInfoDer: Uint8Array): SubjectPublicKeyInfo | null {
  try {
    return decodeSubjectPublicKeyInfo(subjectPublicKeyInfoDer);
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

function judge(key: SubjectPublicKeyInfo | null, demand: KeyDemand): Rejection | null {
  if (key === null) return rejected('Key Not Found');
  const numbered = numberedKey(key, demand.dogtagVersion);
  const type = numbered?.keyType ?? keyAlgorithmName(key, demand.dogtagVersion).toUpperCase();
  if (demand.type !== null && demand.type !== type) return rejected(`Key Type ${demand.typeText} Not Matched`);
  if (numbered === null && !['RSA', 'DSA', 'EC'].includes(type)) return rejected(`Invalid Key Type ${type}`);
  const size = numbered?.parameter ?? String(keyLength(key));
  const fits = type === 'EC' ? isCurveAllowed(key, demand) : demand.sizesOrCurves.includes(size);
  return fits ? null : rejected(`Key Parameters ${demand.parametersText} Not Matched`);
}

// Where any type will do, any curve that has a name will do as well; lengths are looked at all the same.
function isCurveAllowed(key: SubjectPublicKeyInfo, demand: KeyDemand): boolean {
  const names = curveNames(key.curveOid);
  if (demand.type === null) return names.length > 0;
  return names.some((name) => demand.sizesOrCurves.includes(name));
}
