// The signature algorithm as configured, or what the host authority signs with by itself.
import { findSignatureAlgorithm } from '#codecs/x509';
import { draftAlgorithm, undecidedAlgorithm } from '../draft-codec.ts';
import { invalidProperty } from '../extension-default.ts';
import type { DefaultClass } from '../profile-class.ts';
import { choiceDescriptor } from '../value-descriptor.ts';

const valueName = 'signingAlg';

export const signingAlgDefault: DefaultClass = {
  classId: 'signingAlgDefaultImpl',
  className: 'SigningAlgDefault',
  compile: (parameters, environment) => {
    const configured = parameters.text(valueName);
    const chosen = configured === '' || configured === '-' ? environment.defaultSigningAlgorithm : configured;
    const algorithm = findSignatureAlgorithm(chosen);
    return {
      text: `This default populates the Certificate Signing Algorithm. The default values are Algorithm=${chosen}`,
      values: [
        {
          name: valueName,
          descriptor: choiceDescriptor(environment.signingAlgorithms.join(','), 'Signing Algorithm', null),
        },
      ],
      parameterNames: [valueName],
      populate: (request) => {
        // An unknown name leaves what there is.
        if (algorithm !== null) request.draft.signatureAlgorithm = draftAlgorithm(algorithm);
      },
      readValue: (_name, { draft }) => draft.signatureAlgorithm ?? undecidedAlgorithm,
      setValue: (name, value, draft) => {
        const edited = value === null ? null : findSignatureAlgorithm(value);
        if (edited === null) throw invalidProperty(name);
        draft.signatureAlgorithm = draftAlgorithm(edited);
      },
    };
  },
};
