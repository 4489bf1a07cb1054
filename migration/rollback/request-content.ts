// Makes of a request in the record what its entry in Dogtag's directory must hold, with the certificates that it names.
import {
  type CertificateRecord,
  type RequestRecord,
  type Revocation,
  revocationReasons,
  type SerialNumber,
} from '#ca-core/engine';
import { DerError } from '#codecs/der';
import type { DirectoryRevocation, RequestEntryContent } from '#codecs/dogtag-directory';
import { decodeCertificate, encodeTbsCertificate, identifySignatureAlgorithm } from '#codecs/x509';
import { isPassing } from './settle-request.ts';

export interface CertificateFinder {
  find(serialNumber: SerialNumber): Promise<CertificateRecord | null>;
}

/** A request that is still being worked on is handed over as one that waits for an agent. */
export async function requestContentOf(
  request: RequestRecord,
  certificates: CertificateFinder,
): Promise<RequestEntryContent> {
  const named: CertificateRecord[] = [];
  for (const serialNumber of request.certificateSerials) {
    const found = await certificates.find(serialNumber);
    if (found !== null) named.push(found);
  }
  const { origin: _, ...content } = request;
  const revocations = named.map((certificate) => (request.kind === 'revocation' ? deedOf(request, certificate) : null));
  const issued = request.kind === 'enrollment' || request.kind === 'renewal' ? named[0] : undefined;
  return {
    ...content,
    attributes: { ...(issued?.issuedBy == null ? {} : { updatedBy: issued.issuedBy }), ...request.attributes },
    draftDer: request.draftDer ?? (issued === undefined ? null : draftOf(issued)),
    state: isPassing(request) ? 'pending' : request.state,
    certificateSerials: named.map(({ serialNumber }) => serialNumber),
    certificatesDer: named.map(({ certificateDer }) => certificateDer),
    revocations,
    isBygone:
      request.origin === 'native' &&
      (request.kind === 'release' ||
        revocations.some((revocation) => revocation?.reason === revocationReasons.certificateHold)),
  };
}

/** Dogtag keeps what was agreed on beside what was issued, and shows its agents the former; its number is a placeholder there. */
function draftOf({ certificateDer }: CertificateRecord): Uint8Array | null {
  try {
    const certificate = decodeCertificate(certificateDer);
    const signatureAlgorithm = identifySignatureAlgorithm(certificate.signatureAlgorithmDer)?.name ?? null;
    return encodeTbsCertificate({ ...certificate, signatureAlgorithm }, 0n);
  } catch (error) {
    // The certificate itself is handed back all the same.
    if (error instanceof DerError) return null;
    throw error;
  }
}

/** The two were recorded with one look at the clock. */
const sameDeedMs = 2_000;

/**
 * What a revocation did to this certificate. Dogtag demands it of every such request when it starts, also of a hold that was lifted since; the
 * certificate itself knows only its last revocation.
 */
function deedOf(request: RequestRecord, { revocation }: CertificateRecord): DirectoryRevocation {
  const reason = reasonOf(request);
  if (revocation !== null && revocation.reason === (reason ?? revocation.reason) && isOf(request, revocation))
    return revocation;
  return {
    reason: reason ?? revocationReasons.unspecified,
    revokedAt: request.createdAt,
    revokedBy: request.attributes.updatedBy ?? null,
    invalidityDate: null,
  };
}

function isOf({ createdAt }: RequestRecord, { revokedAt }: Revocation): boolean {
  return Math.abs(createdAt.getTime() - revokedAt.getTime()) < sameDeedMs;
}

function reasonOf({ attributes }: RequestRecord): DirectoryRevocation['reason'] | null {
  const text = attributes.revocationReason ?? '';
  return Object.values(revocationReasons).find((reason) => String(reason) === text) ?? null;
}
