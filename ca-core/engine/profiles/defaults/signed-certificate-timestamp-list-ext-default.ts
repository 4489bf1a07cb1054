// Marks a certificate for certificate transparency (RFC 6962 section 3.1). The mark is a promise to log it before it is issued; an
// authority that does not log takes it away again, as Dogtag does by default.
import { addExtension } from '../draft-extensions.ts';
import type { DefaultClass } from '../profile-class.ts';

export const poisonOid = '1.3.6.1.4.1.11129.2.4.3';

export const signedCertificateTimestampListExtDefault: DefaultClass = {
  classId: 'SignedCertificateTimestampListExtDefaultImpl',
  className: 'SignedCertificateTimestampListExtDefault',
  compile: () => ({
    text: 'This default populates a Certificate Transparency Poison Extension to the request which will be replaced with a signed certificate timestamp list extension later.',
    values: [],
    parameterNames: [],
    populate: ({ draft }) =>
      addExtension(draft, { oid: poisonOid, critical: true, valueDer: Buffer.from([0x05, 0x00]) }),
    readValue: () => null,
    setValue: () => {},
  }),
};
