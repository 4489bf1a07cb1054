// A request in CMC (RFC 5272): one of the certificate requests that its PKIData holds.
import { CaError } from '../../errors.ts';
import type { InputClass } from '../profile-class.ts';
import { addTaggedRequestFacts } from './tagged-request-facts.ts';

const label = 'Certificate Request Input';

export const cmcCertReqInput: InputClass = {
  classId: 'cmcCertReqInputImpl',
  className: 'CMCCertReqInput',
  compile: () => ({
    name: label,
    text: label,
    values: [
      {
        name: 'cert_request',
        descriptor: {
          syntax: 'cert_request',
          constraint: null,
          description: 'Certificate Request',
          defaultValue: null,
        },
      },
    ],
    parameters: [],
    populate: (request, submitted) => {
      if (submitted.find('cert_request') === null)
        throw new CaError('malformed-request', 'Certificate Request Not Found');
      addTaggedRequestFacts(request, submitted.certificateRequest('cmc'));
    },
  }),
};
