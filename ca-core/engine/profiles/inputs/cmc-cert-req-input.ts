// A request in CMC (RFC 5272), taken by Dogtag's CMC servlets. Described so that its profiles can be shown; those servlets stay with Dogtag.
import { CaError } from '../../errors.ts';
import type { InputClass } from '../profile-class.ts';

const label = 'Certificate Request Input';
const obstacle = 'requests in CMC are not supported';

export const cmcCertReqInput: InputClass = {
  classId: 'cmcCertReqInputImpl',
  className: 'CMCCertReqInput',
  obstacle,
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
    populate: () => {
      throw new CaError('unsupported-profile', obstacle);
    },
  }),
};
