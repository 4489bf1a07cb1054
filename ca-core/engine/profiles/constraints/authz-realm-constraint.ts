// The realm of the request must be one that the profile names.
import { rejected } from '../constraint-parameters.ts';
import type { ConstraintClass } from '../profile-class.ts';
import { textDescriptor } from '../value-descriptor.ts';

const allowedName = 'realmsAllowed';

export const authzRealmConstraint: ConstraintClass = {
  classId: 'authzRealmConstraintImpl',
  className: 'AuthzRealmConstraint',
  compile: (parameters) => {
    const allowed = new Set(parameters.text(allowedName).split(/\s*,\s*/));
    return {
      text: 'This constraint accepts only specified authorization realms.',
      parameters: [{ name: allowedName, descriptor: textDescriptor('Allowed Authorization realms') }],
      check: ({ realm }) =>
        realm !== null && allowed.has(realm) ? null : rejected(`Authorization realm not matched ${realm}`),
    };
  },
};
