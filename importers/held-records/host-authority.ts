// The host authority of a source that holds certificates and no word about authorities: the CA that whoever imports names, or the only one there.
import { hash } from 'node:crypto';
import { type Certificate, decodeBasicConstraints, extensionOids, findExtension, formatName } from '#codecs/x509';
import { SourceError } from '../import-source.ts';
import type { SourceRecordOf } from '../records.ts';

/** What the one who imports knows of authorities. */
export interface KnownAuthorities {
  /** The host authority of the record; null where there is none (yet). */
  readonly host: { readonly id: string; readonly certificateDer: Uint8Array } | null;
  /** Certificates of all its authorities, former ones too. */
  readonly certificatesDer: readonly Uint8Array[];
  /** Whether a CA of the source is to become the host authority: its subject, `only` for the only one, null for none. */
  readonly wanted: { readonly subject: string } | 'only' | null;
}

export const noAuthorities: KnownAuthorities = { host: null, certificatesDer: [], wanted: null };

export interface HostCandidate {
  readonly certificate: Certificate;
  readonly certificateDer: Uint8Array;
  readonly entry: string;
}

/** The record of the host authority; null when none is wanted. Throws SourceError `refused` when it cannot be told which CA is meant. */
export function findHostAuthority(
  certificates: readonly HostCandidate[],
  { host, wanted }: KnownAuthorities,
  sourceName: string,
): SourceRecordOf<'authority'> | null {
  if (wanted === null) return null;
  const authorities = certificates.filter(({ certificate }) => mayIssue(certificate));
  const subjects = new Map(authorities.map(({ certificate }) => [formatName(certificate.subjectDer), certificate]));
  const subject =
    wanted === 'only' ? onlyOf(subjects, certificates, sourceName) : findSubject(wanted.subject, subjects, sourceName);
  const [newest] = authorities
    .filter(({ certificate }) => formatName(certificate.subjectDer) === subject)
    .sort((a, b) => b.certificate.notBefore.getTime() - a.certificate.notBefore.getTime());
  if (newest === undefined) throw new SourceError('refused', `${sourceName} holds no certificate of ${subject}`);
  const { certificate, certificateDer, entry } = newest;
  const isKnown = host !== null && Buffer.from(host.certificateDer).equals(certificateDer);
  return {
    kind: 'authority',
    entry,
    value: {
      id: isKnown ? host.id : idOf(certificate),
      isHostAuthority: true,
      parentId: null,
      subject,
      enabled: true,
      description: 'Host authority',
      certificateSerial: certificate.serialNumber,
      certificateDer,
      keyNickname: null,
      keyHosts: [],
    },
  };
}

/** Among several CAs, the only one that has issued what is no CA itself. */
function onlyOf(subjects: ReadonlyMap<string, Certificate>, all: readonly HostCandidate[], sourceName: string): string {
  const [first] = subjects.keys();
  if (first === undefined) throw new SourceError('refused', `${sourceName} holds no certificate of a CA`);
  const issuing = [...subjects].filter(([, { subjectDer }]) =>
    all.some(({ certificate }) => certificate.issuerDer.equals(subjectDer) && !mayIssue(certificate)),
  );
  const [only] = issuing;
  if (subjects.size === 1) return first;
  if (issuing.length === 1 && only !== undefined) return only[0];
  throw new SourceError(
    'refused',
    `${sourceName} holds several CAs; name the one that is meant: ${[...subjects.keys()].join('; ')}`,
  );
}

function findSubject(wanted: string, subjects: ReadonlyMap<string, Certificate>, sourceName: string): string {
  const plain = (name: string) => name.toLowerCase().replace(/\s*,\s*/g, ',');
  const found = [...subjects.keys()].find((subject) => plain(subject) === plain(wanted));
  if (found !== undefined) return found;
  const known = subjects.size === 0 ? 'it holds none' : `it holds ${[...subjects.keys()].join('; ')}`;
  throw new SourceError('refused', `${sourceName} holds no CA ${JSON.stringify(wanted)}; ${known}`);
}

function mayIssue({ extensions, version, issuerDer, subjectDer }: Certificate): boolean {
  const extension = findExtension(extensions, extensionOids.basicConstraints);
  if (extension === null) return version < 2 && issuerDer.equals(subjectDer);
  try {
    return decodeBasicConstraints(extension.valueDer).cA;
  } catch {
    return false;
  }
}

/** The same authority has the same id wherever it is read: a UUID of version 8 (RFC 9562 section 5.8) out of its name and key. */
function idOf({ subjectDer, subjectPublicKeyInfoDer }: Certificate): string {
  const digest = hash('sha256', Buffer.concat([subjectDer, subjectPublicKeyInfoDer]), 'hex');
  const variant = (Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8;
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant.toString(16)}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}
