// /ca/ee/subsystem/ca/doRevoke and doUnrevoke: a token processor revokes, holds and releases the certificates of its tokens (Dogtag's DoRevokeTPS,
// DoUnrevokeTPS).
import { parseJavaInteger } from '#codecs/dogtag-text';
import type { CertificateRecord, RevocationOrder, RevocationReason, SerialNumber } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { isCaError } from '../ca-error.ts';
import { findParameter, type ServletCall } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';

/** A token has a handful. */
const certificatesMax = 100;

/** RFC 5280 section 5.3.1, those that a certificate can be revoked for. */
const reasons: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 6, 9, 10]);

type Outcome = 'revoked' | 'revoked-before' | 'refused';

export async function revokeForToken(call: ServletCall): Promise<void> {
  const order = readOrder(call.request);
  const found = await findNamed(call);
  const outcomes: Outcome[] = [];
  for (const { serialNumber } of found) outcomes.push(await revokeOne({ ...order, serialNumber }, call));
  // One that is revoked already is as it should be; one that may not be revoked spoils the order only if nothing else was to be done.
  const isDone = outcomes.includes('revoked') || (outcomes.length > 0 && !outcomes.includes('refused'));
  if (!isDone) throw new ServletFault('Error encountered while marking certificate revoked.');
}

/** Those that are not on hold, or not there, stay what they are: the processor is told of success all the same, and each attempt is on record. */
export async function releaseForToken({ request, caller, ra }: ServletCall): Promise<void> {
  for (const serialNumber of readSerials(findParameter(request, 'serialNumber') ?? '')) {
    try {
      await ra.releaseCertificate(serialNumber, caller);
    } catch (error) {
      if (!isCaError(error) || error.code !== 'unknown-certificate') throw error;
    }
  }
}

/** Throws ServletFault. */
function readOrder(request: GatewayRequest): Omit<RevocationOrder, 'serialNumber'> {
  const reason = readNumber(request, 'revocationReason') ?? -1;
  const invalidityMs = readNumber(request, 'invalidityDate') ?? 0;
  // Dogtag says that it is done, and revokes nothing.
  if (!reasons.has(reason))
    throw new ServletFault(reason < 0 ? 'Missing revocation reason' : `Invalid revocation reason: ${reason}`);
  return {
    reason: reason as RevocationReason,
    invalidityDate: invalidityMs > 0 ? new Date(invalidityMs) : null,
    comments: findParameter(request, 'csrRequestorComments'),
    isByTokenProcessor: true,
  };
}

/** The certificates of the filter `revokeAll` that there are, as many as `totalRecordCount` says, ascending. */
async function findNamed({ request, ra }: ServletCall): Promise<readonly CertificateRecord[]> {
  const count = readNumber(request, 'totalRecordCount') ?? -1;
  const limit = count < 0 ? certificatesMax : Math.min(count, certificatesMax);
  const named = namedSerials(findParameter(request, 'revokeAll'));
  const found: CertificateRecord[] = [];
  for (const serial of named.toSorted((one, other) => (one < other ? -1 : 1))) {
    if (found.length >= limit) break;
    const record = await ra.findCertificate(serial);
    if (record !== null) found.push(record);
  }
  return found;
}

async function revokeOne(order: RevocationOrder, { ra, caller }: ServletCall): Promise<Outcome> {
  try {
    await ra.revokeCertificate(order, caller);
    return 'revoked';
  } catch (error) {
    if (isCaError(error) && error.code === 'already-revoked') return 'revoked-before';
    if (isCaError(error) && error.code === 'not-authorized') return 'refused';
    throw error;
  }
}

const oneNamed = /^\(\s*certRecordId\s*=([^()=]{0,300})\)$/i;
const severalNamed = /^\(\s*\|\s*((?:\([^()]{1,300}\)\s*){1,100})\)$/;

/** `(certRecordId=1)` as processors write it, or an alternative of these; what is no number names nothing. Throws ServletFault for other conditions. */
function namedSerials(filterText: string | null): readonly SerialNumber[] {
  if (filterText === null) return [];
  const text = filterText.trim();
  if (!text.includes('=')) throw new ServletFault('Invalid filter item =');
  const parts = (severalNamed.exec(text)?.[1] ?? text).match(/\([^()]*\)/g) ?? [''];
  const numbers = parts.map((part) => oneNamed.exec(part)?.[1]?.trim());
  if (numbers.includes(undefined)) throw new ServletFault('The filter must name certificates by certRecordId.');
  const serials = numbers.filter((number) => number !== undefined && isNumber(number)).map(toSerial);
  return [...new Set(serials)];
}

const isNumber = (text: string) => /^(?:0x[0-9a-f]{1,200}|\+?\d{1,240})$/i.test(text);
const toSerial = (text = '') => BigInt(text.toLowerCase().replace('+', '')) as SerialNumber;

/** Several with blanks between, decimal or hexadecimal behind `0x`. Throws ServletFault. */
function readSerials(text: string): readonly SerialNumber[] {
  const words = text
    .split(' ')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const isSound = words.length > 0 && words.length <= certificatesMax && words.every(isNumber);
  if (!isSound) throw new ServletFault('Invalid number format');
  return words.map(toSerial);
}

/** Java's Integer, or the Long of a date. Throws ServletFault. */
function readNumber(
  request: GatewayRequest,
  name: 'revocationReason' | 'totalRecordCount' | 'invalidityDate',
): number | null {
  const text = findParameter(request, name);
  if (text === null) return null;
  const value = name === 'invalidityDate' && /^[+-]?\d{1,18}$/.test(text) ? Number(text) : parseJavaInteger(text);
  if (value === null) throw new ServletFault('Invalid number format.');
  return value;
}
