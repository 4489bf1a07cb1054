// Validity as the requester asked for it in CRMF; without such a wish it stays what it was.
import { openDer } from '#codecs/der';
import type { CertificateDraft } from '../../issuance/certificate-draft.ts';
import { formatDate } from '../java-calendar.ts';
import type { DefaultClass } from '../profile-class.ts';
import { readOnlyDescriptor } from '../value-descriptor.ts';

// Misspelt in Dogtag, and forms depend on it.
const notBeforeName = 'userValdityNotBefore';
const notAfterName = 'userValdityNotAfter';

export const userValidityDefault: DefaultClass = {
  classId: 'userValidityDefaultImpl',
  className: 'UserValidityDefault',
  compile: (_parameters, { timeZone }) => ({
    text: 'This default populates a User-Supplied Certificate Validity to the request.',
    values: [
      { name: notBeforeName, descriptor: readOnlyDescriptor('Not Before') },
      { name: notAfterName, descriptor: readOnlyDescriptor('Not After') },
    ],
    parameterNames: [],
    populate: (request) => {
      const requested = request.attributes.findBytes('req_validity');
      if (requested !== null) setRequestedValidity(request.draft, requested);
    },
    readValue: (name, { draft }) => {
      const time = name === notBeforeName ? draft.notBefore : draft.notAfter;
      return time === null ? null : formatDate(time, timeZone);
    },
    setValue: () => {},
  }),
};

function setRequestedValidity(draft: CertificateDraft, validityDer: Uint8Array): void {
  const validity = openDer(validityDer).enterSequence('Validity');
  draft.notBefore = validity.readTime('notBefore');
  draft.notAfter = validity.readTime('notAfter');
}
