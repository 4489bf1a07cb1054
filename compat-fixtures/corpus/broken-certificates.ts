// How entries of certificates are broken on purpose, and which findings an import must make of each.
import { encodePrefixedNumber, formatDirectoryDate, universalTime } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import type { Certificate } from '#codecs/x509';
import { changedEntry } from './changed-entry.ts';
import type { SeededNumbers } from './seeded-numbers.ts';

export interface ExpectedFinding {
  readonly kind: string;
  /** `refused`: the certificate or request is not taken in. */
  readonly verdict: 'accepted' | 'refused';
}

/** How another certificate than the sound one is to be issued. */
export interface CertificateWish {
  readonly serialNumber?: bigint;
  readonly signedBy?: 'foreign';
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface BreakingCertificate {
  readonly entry: DirectoryEntry;
  readonly certificate: Certificate;
  readonly numbers: SeededNumbers;
  /** Base of the entry's own name. */
  readonly container: string;
  /** The serial number of the entry before. */
  readonly serialBefore: bigint;
  /** The same certificate otherwise, really signed. */
  issue(wish: CertificateWish): Buffer;
}

interface Breakage {
  /** How often it is chosen among the others. */
  readonly weight: number;
  readonly findings: readonly ExpectedFinding[];
  break(sound: BreakingCertificate): DirectoryEntry;
}

const refused = (kind: string): ExpectedFinding[] => [{ kind, verdict: 'refused' }];
const accepted = (kind: string): ExpectedFinding[] => [{ kind, verdict: 'accepted' }];
const withDer = (entry: DirectoryEntry, der: Uint8Array) => changedEntry(entry, { 'userCertificate;binary': der });
const dateText = (date: Date) => formatDirectoryDate(date, universalTime);
const hourMs = 3_600_000;
const notUtf8 = Buffer.from([0x70, 0x72, 0xf6, 0x66, 0xff]);
const hugeBytes = 10 * 1024 * 1024;

/** A whole certificate without the revocation that the entry may have had. */
const valid = { certStatus: 'VALID', revInfo: null, revokedOn: null, revokedBy: null };
const revokedBy = (entry: DirectoryEntry, revInfo: string | null, revokedOn: string | null) =>
  changedEntry(entry, { certStatus: 'REVOKED', revInfo, revokedOn, revokedBy: 'ipara' });

export const certificateBreakages = {
  'truncated-der': {
    weight: 3,
    findings: refused('broken-der'),
    break: ({ entry, certificate, numbers }) =>
      withDer(entry, certificate.der.subarray(0, 1 + numbers.below(certificate.der.length - 1))),
  },
  'garbage-der': {
    weight: 2,
    findings: refused('broken-der'),
    break: ({ entry, numbers }) => withDer(entry, Buffer.concat([Buffer.from([0x04]), numbers.bytes(700)])),
  },
  'serial-of-another': {
    weight: 3,
    findings: refused('serial-differs-from-der'),
    break: ({ entry, certificate, issue }) =>
      withDer(entry, issue({ serialNumber: certificate.serialNumber + 1_000_000_007n })),
  },
  'foreign-issuer': {
    weight: 3,
    findings: refused('unknown-issuer'),
    break: ({ entry, issue }) => withDer(entry, issue({ signedBy: 'foreign' })),
  },
  'bad-signature': {
    weight: 3,
    findings: refused('bad-signature'),
    break: ({ entry, certificate, numbers }) => {
      const tampered = Buffer.from(certificate.der);
      const at = tampered.length - 1 - numbers.below(200);
      tampered[at] = (tampered[at] ?? 0) ^ 0x10;
      return withDer(entry, tampered);
    },
  },
  'huge-certificate': {
    weight: 0,
    findings: refused('certificate-too-large'),
    break: ({ entry }) => withDer(entry, Buffer.alloc(hugeBytes, 0x30)),
  },
  'malformed-date': {
    weight: 3,
    findings: accepted('malformed-date'),
    break: ({ entry }) => changedEntry(entry, { dateOfCreate: 'yesterday' }),
  },
  'shifted-validity': {
    weight: 2,
    findings: accepted('date-differs-from-certificate'),
    break: ({ entry, certificate: { notBefore } }) =>
      changedEntry(entry, { notBefore: dateText(new Date(notBefore.getTime() + 5 * hourMs)) }),
  },
  'validity-inverted': {
    weight: 1,
    findings: accepted('validity-inverted'),
    break: ({ entry, certificate: { notBefore }, issue }) => {
      const notAfter = new Date(notBefore.getTime() - 24 * hourMs);
      const changed = changedEntry(entry, { ...valid, notAfter: dateText(notAfter) });
      return withDer(changed, issue({ notAfter }));
    },
  },
  'duplicate-serial': {
    weight: 3,
    findings: refused('serial-number-taken'),
    // Two names of one number, as only a repair by hand leaves them.
    break: ({ entry, container, serialBefore, issue }) =>
      changedEntry(
        withDer(entry, issue({ serialNumber: serialBefore })),
        { cn: `0${serialBefore}`, serialno: encodePrefixedNumber(serialBefore) },
        `cn=0${serialBefore},${container}`,
      ),
  },
  'meta-info-not-utf-8': {
    weight: 2,
    findings: accepted('unreadable-meta-info'),
    break: ({ entry }) => changedEntry(entry, { metaInfo: notUtf8 }),
  },
  'issued-by-not-utf-8': {
    weight: 2,
    findings: accepted('text-not-utf-8'),
    break: ({ entry }) => changedEntry(entry, { issuedBy: notUtf8 }),
  },
  'certificate-missing': {
    weight: 2,
    findings: refused('certificate-missing'),
    break: ({ entry }) => changedEntry(entry, { 'userCertificate;binary': null }),
  },
  'serialno-missing': {
    weight: 2,
    findings: accepted('serial-attribute-missing'),
    break: ({ entry }) => changedEntry(entry, { serialno: null }),
  },
  'status-missing': {
    weight: 2,
    findings: accepted('unknown-certificate-status'),
    break: ({ entry }) => changedEntry(entry, { ...valid, certStatus: null }),
  },
  'garbage-status': {
    weight: 2,
    findings: accepted('unknown-certificate-status'),
    break: ({ entry }) => changedEntry(entry, { ...valid, certStatus: 'PERHAPS' }),
  },
  'unreadable-revocation': {
    weight: 2,
    findings: accepted('unreadable-revocation'),
    break: ({ entry, certificate: { notBefore } }) => revokedBy(entry, 'soon', dateText(notBefore)),
  },
  'revocation-without-status': {
    weight: 2,
    findings: accepted('revocation-without-status'),
    break: ({ entry, certificate: { notBefore } }) =>
      changedEntry(entry, { ...valid, revInfo: `${dateText(notBefore)};CRLReasonExtension=1` }),
  },
  'unknown-reason': {
    weight: 2,
    findings: accepted('unknown-revocation-reason'),
    break: ({ entry, certificate: { notBefore } }) =>
      revokedBy(entry, `${dateText(notBefore)};CRLReasonExtension=42`, dateText(notBefore)),
  },
  'reason-remove-from-crl': {
    weight: 1,
    findings: accepted('revocation-reason-impossible'),
    break: ({ entry, certificate: { notBefore } }) =>
      revokedBy(entry, `${dateText(notBefore)};CRLReasonExtension=8`, dateText(notBefore)),
  },
  'revoked-in-the-future': {
    weight: 2,
    findings: accepted('revoked-in-the-future'),
    break: ({ entry }) => revokedBy(entry, '21990101000000Z;CRLReasonExtension=1', '21990101000000Z'),
  },
  'name-without-number': {
    weight: 2,
    findings: refused('unnumbered-certificate-entry'),
    break: ({ entry, certificate: { serialNumber }, container }) =>
      changedEntry(entry, { cn: `lost-${serialNumber}`, serialno: null }, `cn=lost-${serialNumber},${container}`),
  },
  'several-certificates': {
    weight: 1,
    findings: accepted('several-certificates'),
    break: ({ entry, certificate, issue }) =>
      changedEntry(entry, {
        'userCertificate;binary': [issue({ serialNumber: certificate.serialNumber + 1_000_000_007n }), certificate.der],
      }),
  },
  'padded-length': {
    weight: 1,
    findings: accepted('not-strict-der'),
    break: ({ entry, certificate: { der } }) => withDer(entry, padLength(der)),
  },
} as const satisfies Readonly<Record<string, Breakage>>;

export type CertificateBreakage = keyof typeof certificateBreakages;

/** The outermost length with a zero in front, which BER allows (X.690 section 8.1.3.5) and DER does not. */
function padLength(der: Buffer): Buffer {
  const content = der.subarray(4);
  const header = Buffer.alloc(5);
  header[0] = 0x30;
  header[1] = 0x83;
  header.writeUIntBE(content.length, 2, 3);
  return Buffer.concat([header, content]);
}
