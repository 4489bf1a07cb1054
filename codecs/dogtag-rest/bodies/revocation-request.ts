// An agent's order to revoke: CertRevokeRequest.
import { type BodyOf, text, time } from '../body-schema.ts';

export const revocationRequest = {
  root: 'CertRevokeRequest',
  className: 'com.netscape.certsrv.cert.CertRevokeRequest',
  unknownMembers: 'refuse',
  fields: {
    reason: text('Reason'),
    /** What FreeIPA up to 4.12 sends to every server below 11.4; Dogtag 10.10 refuses it as unknown. */
    lowerCaseReason: { ...text('reason'), shown: 'not-null' },
    invalidityDate: time('InvalidityDate'),
    comments: text('Comments'),
    encoded: text('Encoded'),
    /** A number of 64 bits, kept as written: a double would lose its last digits. */
    nonce: text('Nonce'),
  },
} as const;
export type RevocationRequest = BodyOf<typeof revocationRequest>;
