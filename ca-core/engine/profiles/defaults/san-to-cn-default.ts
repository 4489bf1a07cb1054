// Makes the first DNS name of the subject alternative names the subject, where the subject has no common name.
import { decodeGeneralNames, decodeName, encodeNameText, extensionOids } from '#codecs/x509';
import { CaError } from '../../errors.ts';
import { findExtension } from '../draft-extensions.ts';
import type { DefaultClass } from '../profile-class.ts';

const commonNameOid = '2.5.4.3';

export const sanToCnDefault: DefaultClass = {
  classId: 'sanToCNDefaultImpl',
  className: 'SANToCNDefault',
  compile: () => ({
    text: 'This default constructs a Subject DN from the first DNS name in Subject Alternative Name extension.',
    values: [],
    parameterNames: [],
    populate: ({ draft }) => {
      const rdns = draft.subjectDer === null ? [] : decodeName(draft.subjectDer);
      if (rdns.some((rdn) => rdn.some((attribute) => attribute.oid === commonNameOid))) return;
      const extension = findExtension(draft, extensionOids.subjectAltName);
      if (extension === null) throw new CaError('malformed-request', 'SANtoCNDefault: Unable to find SAN extension');
      const dnsName = decodeGeneralNames(extension.valueDer).find((name) => name.kind === 'dNSName');
      if (dnsName === undefined) {
        throw new CaError('malformed-request', 'SANtoCNDefault: Unable to find DNS name in SAN extension');
      }
      draft.subjectDer = encodeSubject(dnsName.value);
    },
    readValue: () => null,
    setValue: () => {},
  }),
};

function encodeSubject(dnsName: string): Buffer {
  try {
    return encodeNameText(`CN=${dnsName}`);
  } catch (error) {
    throw new CaError('malformed-request', 'SANtoCNDefault: Unable to set Subject DN', { cause: error });
  }
}
