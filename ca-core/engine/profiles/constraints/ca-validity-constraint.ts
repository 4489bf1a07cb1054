// The certificate must lie within the validity of the host authority's certificate.
import { rejected } from '../constraint-parameters.ts';
import { formatDate } from '../java-calendar.ts';
import type { ConstraintClass } from '../profile-class.ts';

export const caValidityConstraint: ConstraintClass = {
  classId: 'caValidityConstraintImpl',
  className: 'CAValidityConstraint',
  compile: (_parameters, { timeZone, hostAuthorityNotBefore, hostAuthorityNotAfter }) => ({
    // The apostrophe of "Authority's" is swallowed by Java's message format.
    text: `This constraint rejects the validity that is not between ${formatDate(hostAuthorityNotBefore, timeZone)} (now) and ${formatDate(hostAuthorityNotAfter, timeZone)} (Certificate Authoritys notAfter)`,
    parameters: [],
    check: ({ draft: { notBefore, notAfter } }) => {
      if (notBefore === null || notAfter === null) return rejected('Validity Not Found');
      if (notBefore < hostAuthorityNotBefore) return rejected('Not Before Invalid');
      if (notAfter > hostAuthorityNotAfter) return rejected('Not After Invalid');
      return notAfter < notBefore ? rejected('Not After is earlier than Not Before') : null;
    },
  }),
};
