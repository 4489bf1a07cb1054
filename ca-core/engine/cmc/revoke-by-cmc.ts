// A revokeRequest control (RFC 5272 section 6.11), judged and carried out as Dogtag does it while it writes the response.
import { decodeRevokeRequest, type PkiData, type StatusInfo, type TaggedAttribute } from '#codecs/cmc';
import { decodeCertificate, formatName } from '#codecs/x509';
import { CaError } from '../errors.ts';
import {
  type Caller,
  type CertificateRecord,
  type CmcSigner,
  type RequestRecord,
  type RevocationOrder,
  type RevocationReason,
  revocationReasons,
  type SerialNumber,
  serialNumber,
} from '../model/index.ts';
import type { CmcVoucher } from './authenticate-cmc.ts';

export interface CmcRevocationServices {
  findCertificate(serial: SerialNumber): Promise<CertificateRecord | null>;
  revoke(order: RevocationOrder, caller: Caller): Promise<RequestRecord>;
}

/** Who asks: by whose word the message came, and with which certificate over TLS. */
export interface CmcRevoker {
  readonly voucher: CmcVoucher;
  readonly caller: Caller;
  readonly signer: CmcSigner | null;
}

/** Reasons that Dogtag passes on; it knows no others in CMC and writes "unspecified" for them. */
const reasons = new Set<number>([0, 1, 2, 3, 4, 5, 6]);
const agentGroup = 'Certificate Manager Agents';

/** Null for a control without value, to which Dogtag says nothing. Throws DerError for a value that cannot be read. */
export async function revokeByCmc(
  { bodyPartId, valuesDer: [valueDer] }: TaggedAttribute,
  { otherMessages }: PkiData,
  revoker: CmcRevoker,
  services: CmcRevocationServices,
): Promise<StatusInfo | null> {
  if (valueDer === undefined) return null;
  const succeeded: StatusInfo = { status: 'success', bodyPartIds: [bodyPartId], text: null, otherInfo: null };
  const failed = (
    failure: 'badMessageCheck' | 'badIdentity' | 'badCertId' | 'badRequest' | 'internalCaError',
    text: string | null = null,
  ): StatusInfo => ({
    status: 'failed',
    bodyPartIds: [bodyPartId],
    text,
    otherInfo: { kind: 'fail', failure },
  });
  const request = decodeRevokeRequest(valueDer);
  // Secrets that stand for a signature were never imported: as in a Dogtag that was not set up for them.
  if (request.sharedSecret !== null) return failed('internalCaError');
  const by = identify(revoker);
  if (by === null || otherMessages.some((message) => message.bodyPartId === bodyPartId))
    return failed('badMessageCheck');
  if (request.serialNumber < 0n) return failed('badCertId');
  const certificate = await services.findCertificate(serialNumber(request.serialNumber));
  if (certificate === null) return failed('badCertId');
  if (certificate.revocation !== null) return succeeded;
  if (by.ownSubject !== null && by.ownSubject !== certificate.subject)
    return failed('badIdentity', ' certificate principal and signer do not match');
  const reason = (reasons.has(request.reason) ? request.reason : revocationReasons.unspecified) as RevocationReason;
  const { invalidityDate, comment } = request;
  try {
    await services.revoke(
      { serialNumber: certificate.serialNumber, reason, invalidityDate, comments: comment },
      by.caller,
    );
    return succeeded;
  } catch (error) {
    if (!(error instanceof CaError)) throw error;
    if (error.code === 'already-revoked') return succeeded;
    if (error.code === 'not-authorized' || error.code === 'malformed-request') return failed('badRequest');
    throw error;
  }
}

/**
 * Whose word revokes: an agent's for any certificate, an owner's for those of his own name. Null for everybody else: Dogtag revokes for anybody
 * through a profile without authentication.
 */
function identify({
  voucher,
  caller,
  signer,
}: CmcRevoker): { readonly caller: Caller; readonly ownSubject: string | null } | null {
  if (voucher === 'agent' && signer !== null)
    return { caller: { ...caller, userId: signer.userId, groups: signer.groups }, ownSubject: null };
  if (caller.certificateDer === null) return null;
  if (voucher === 'owner')
    return { caller, ownSubject: formatName(decodeCertificate(caller.certificateDer, { rules: 'ber' }).subjectDer) };
  return caller.groups.includes(agentGroup) ? { caller, ownSubject: null } : null;
}
