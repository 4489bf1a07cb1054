// The signature algorithm must be one of those that the profile names.
import { findSignatureAlgorithm } from '#codecs/x509';
import { rejected } from '../constraint-parameters.ts';
import { hasChange } from '../dogtag-version.ts';
import { undecidedAlgorithm } from '../draft-codec.ts';
import type { ConstraintClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

const allowedName = 'signingAlgsAllowed';

/** Offered to whoever writes a profile. */
const everyAlgorithm =
  'SHA256withRSA,SHA384withRSA,SHA512withRSA,SHA1withRSA,SHA256withRSA/PSS,SHA384withRSA/PSS,SHA512withRSA/PSS,SHA256withEC,SHA384withEC,SHA512withEC,SHA1withEC';

export const signingAlgConstraint: ConstraintClass = {
  classId: 'signingAlgConstraintImpl',
  className: 'SigningAlgConstraint',
  compile: (parameters, { dogtagVersion }) => {
    const allowedText = parameters.text(allowedName);
    const allowed = new Set(allowedText.split(','));
    const offered = hasChange(dogtagVersion, 'ml-dsa')
      ? `${everyAlgorithm},ML-DSA-44,ML-DSA-65,ML-DSA-87`
      : everyAlgorithm;
    return {
      text: `This constraint accepts only the Signing Algorithms of ${allowedText}`,
      parameters: [{ name: allowedName, descriptor: textDescriptor('Allowed Signing Algorithms', offered) }],
      check: ({ draft }) => {
        const name = findSignatureAlgorithm(draft.signatureAlgorithm ?? undecidedAlgorithm)?.name;
        if (name === undefined) return rejected('Signing Algorithm Not Found');
        return allowed.has(name) ? null : rejected(`Signing Algorithm Not Matched ${name}`);
      },
    };
  },
};
