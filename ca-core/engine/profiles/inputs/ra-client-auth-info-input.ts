// Whom a registration authority (Dogtag's EST server) has authenticated: facts that it vouches for, for constraints to judge by (11.x).
import type { InputClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

const label = 'RA Client authentication Information';

export const raClientAuthInfoInput: InputClass = {
  classId: 'raClientAuthInfoInputImpl',
  className: 'RAClientAuthInfoInput',
  compile: () => ({
    name: label,
    text: label,
    values: [
      { name: 'ra_client_uid', descriptor: textDescriptor('RA client uid') },
      { name: 'ra_client_name', descriptor: textDescriptor('RA client Name') },
      { name: 'ra_client_certificate', descriptor: textDescriptor('RA client certificate') },
    ],
    parameters: [],
    populate: () => {},
  }),
};
