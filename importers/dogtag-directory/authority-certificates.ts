// Finds the present certificate of an issuing authority among the certificates of the directory.
import { X509Certificate } from 'node:crypto';
import { type AuthorityEntry, type DirectoryLayout, normalizeEntryName } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import { decodeCertificate, formatName } from '#codecs/x509';
import { SourceError } from '../import-source.ts';
import type { DirectoryReader } from './directory-reader.ts';

const basicConstraintsOid = '2.5.29.19';

/**
 * The DER by the serial number of the authority's entry, else the newest CA certificate with its subject (the host authority's entry names no
 * number). Null when there is none: a CA certified by another CA keeps its own certificate outside of the directory.
 */
export async function findAuthorityCertificate(
  authority: AuthorityEntry,
  reader: DirectoryReader,
  layout: DirectoryLayout,
): Promise<{ readonly serialNumber: bigint; readonly certificateDer: Uint8Array } | null> {
  if (authority.certificateSerial !== null) {
    const entry = await reader.findEntry(`cn=${authority.certificateSerial},${layout.certificates}`);
    return entry === null ? null : readCandidate(entry);
  }
  if (authority.subject === '') return null;
  const entries = await findBySubject(authority.subject, reader, layout);
  const candidates = entries
    .flatMap((entry) => readCandidate(entry) ?? [])
    // Whatever bears the authority's name but not basic constraints (an OCSP responder of old, say) is not its certificate.
    .filter(({ isAuthority }) => isAuthority)
    .filter(isNotBorrowedName)
    .filter((candidate) => normalizeEntryName(candidate.subject) === normalizeEntryName(authority.subject))
    .sort((a, b) => b.notBefore.getTime() - a.notBefore.getTime());
  return candidates[0] ?? null;
}

/** An authority may have certified somebody else under its own name; what it issued to itself is signed with the key in it. */
function isNotBorrowedName({
  isSelfIssued,
  certificateDer,
}: {
  readonly isSelfIssued: boolean;
  readonly certificateDer: Uint8Array;
}): boolean {
  if (!isSelfIssued) return true;
  try {
    const certificate = new X509Certificate(certificateDer);
    return certificate.verify(certificate.publicKey);
  } catch {
    // What OpenSSL cannot read is for the intake to judge.
    return true;
  }
}

/** Where the server's limits forbid the search (no index on subjects), the first certificate is looked at: it is usually the CA's own. */
async function findBySubject(subject: string, reader: DirectoryReader, layout: DirectoryLayout) {
  try {
    return await reader.findChildren(layout.certificates, 'subjectName', subject);
  } catch (error) {
    if (!(error instanceof SourceError && error.code === 'limited')) throw error;
    const first = await reader.findEntry(`cn=1,${layout.certificates}`);
    return first === null ? [] : [first];
  }
}

function readCandidate(entry: DirectoryEntry) {
  const [certificateDer] = entry.binaryValues('userCertificate');
  if (certificateDer === undefined) return null;
  try {
    const { serialNumber, notBefore, issuerDer, subjectDer, extensions } = decodeCertificate(certificateDer, {
      rules: 'ber',
    });
    const isAuthority = extensions.some(({ oid }) => oid === basicConstraintsOid);
    const isSelfIssued = formatName(issuerDer).toLowerCase() === formatName(subjectDer).toLowerCase();
    return { serialNumber, certificateDer, notBefore, subject: formatName(subjectDer), isAuthority, isSelfIssued };
  } catch {
    return null;
  }
}
