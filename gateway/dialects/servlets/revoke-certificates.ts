// doRevoke: revokes certificates or puts them on hold, an agent any, and everybody his own (Dogtag's DoRevoke).
import type { CertificateRecord, RevocationOrder, SerialNumber } from '../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../routing/operation.ts';
import { isCaError } from '../ca-error.ts';
import { findNonceFault } from '../nonce-check.ts';
import { findNamedCertificates, parseFilterNumber, readCertificateFilter } from './certificate-filter.ts';
import { readOwnCertificate } from './own-certificate.ts';
import { type RevocationForm, readRevocationForm, toRevocationReason } from './revocation-form.ts';
import { findParameter, type ServletCall } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';
import { readInteger } from './servlet-number.ts';
import { answerNothing, answerTemplate } from './template-servlet.ts';

/** Most certificates of one order, whose revocations are all made before anything is answered. */
const certificatesMax = 1_000;

interface Order extends RevocationForm {
  /** One's own certificate, which must not be revoked already; null where an agent names none. */
  readonly ownSerial: SerialNumber | null;
}

export async function revokeAsAgent(call: ServletCall): Promise<GatewayResponse> {
  const ownText = findParameter(call.request, 'serialNumber');
  return await revoke(call, { ...readForm(call.request), ownSerial: readOwnSerial(ownText) });
}

/** Who shows a certificate may revoke those of the same subject (the authority sees to it), if the order names the number of the one that is shown. */
export async function revokeAsOwner(call: ServletCall): Promise<GatewayResponse> {
  const form = readForm(call.request);
  const { serialNumber } = await readOwnCertificate(call);
  if (findParameter(call.request, 'serialNumber') !== serialNumber.toString(16)) return answerNothing();
  return await revoke(call, { ...form, ownSerial: serialNumber });
}

/** Throws ServletFault. */
function readForm(request: GatewayRequest): RevocationForm {
  readInteger(request, 'verifiedRecordCount');
  return readRevocationForm(request, certificatesMax);
}

/** Decimal if it can be, else hexadecimal. Throws ServletFault. */
function readOwnSerial(text: string | null): SerialNumber | null {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return null;
  const serial = parseFilterNumber(/^\d+$/.test(trimmed) ? trimmed : `0x${trimmed}`);
  if (serial === null) throw new ServletFault('Invalid number format.');
  return serial;
}

async function revoke(call: ServletCall, order: Order): Promise<GatewayResponse> {
  const { request, ra, settings } = call;
  const nonces = readNonces(request);
  if (nonces === null) return answerNothing();
  // Dogtag shows its insides for these.
  const reason = toRevocationReason(order.reason);
  const filter = readCertificateFilter(order.filterText ?? '');
  const found = await findNamedCertificates(filter, order.limit, { ra, now: settings.clock.now() });
  if (found.some(({ serialNumber, revocation }) => serialNumber === order.ownSerial && revocation !== null))
    throw new ServletFault('Request was unauthorized.');
  const outcomes: { readonly serialNumber: SerialNumber; readonly error: string | null }[] = [];
  for (const record of found)
    outcomes.push({
      serialNumber: record.serialNumber,
      error: await revokeOne(call, { ...order, reason }, record, nonces),
    });
  const revokedCount = outcomes.filter(({ error }) => error === null).length;
  if (revokedCount === 0) throw new ServletFault('Attempt to revoke non-existent certificate(s).');
  return answerTemplate(request, 'Revocation Result', {
    header: [
      ['totalRecordCount', revokedCount],
      ['revoked', 'yes'],
      ['dirEnabled', 'no'],
      ['error', ''],
    ],
    fixed: [],
    records: outcomes.map(({ serialNumber, error }) => [
      ['serialNumber', serialNumber.toString(16)],
      ['error', error ?? ''],
    ]),
  });
}

/** What the client is told of this one; null when it is revoked now. Rejects for what is no answer to the client's request. */
async function revokeOne(
  { request, caller, ra }: ServletCall,
  { reason, invalidityDate, comments }: Pick<RevocationOrder, 'reason' | 'invalidityDate' | 'comments'>,
  { serialNumber }: CertificateRecord,
  nonces: ReadonlyMap<bigint, string>,
): Promise<string | null> {
  // Other subsystems are shown nothing first.
  if (!caller.groups.includes('Subsystem Group')) {
    const fault = findNonceFault(request, 'cert-revoke', serialNumber, nonces.get(serialNumber) ?? null);
    if (fault !== null) return fault.message;
  }
  try {
    const order = { serialNumber, reason, invalidityDate, comments };
    await ra.revokeCertificate({ ...order, isAuthorityMeant: false }, caller);
    return null;
  } catch (error) {
    if (isCaError(error) && (error.code === 'already-revoked' || error.code === 'not-authorized')) return error.message;
    throw error;
  }
}

/** `serial:nonce` with commas between, both decimal; null when nonces are in use and none is sent. */
function readNonces(request: GatewayRequest): ReadonlyMap<bigint, string> | null {
  if (request.nonces == null) return new Map();
  const text = findParameter(request, 'nonce');
  if (text === null) return null;
  return new Map(
    text.split(',').map((pair) => {
      const [serial = '', nonce = ''] = pair.split(':');
      const number = parseFilterNumber(serial);
      if (number === null) throw new ServletFault('Invalid number format.');
      return [number, nonce];
    }),
  );
}
