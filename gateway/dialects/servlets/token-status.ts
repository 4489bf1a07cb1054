// /ca/ee/subsystem/ca/doRevoke and doUnrevoke: a token processor revokes, holds and releases the certificates of its tokens (Dogtag's DoRevokeTPS,
// DoUnrevokeTPS).
import type { RevocationOrder } from '../../contract.ts';
import { isCaError } from '../ca-error.ts';
import { findNamedCertificates, readCertificateFilter } from './certificate-filter.ts';
import { readSerialNumbers } from './read-serial-number.ts';
import { readRevocationForm, toRevocationReason } from './revocation-form.ts';
import type { ServletCall } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';

/** A token has a handful. */
const certificatesMax = 100;

type Outcome = 'revoked' | 'revoked-before' | 'refused';

export async function revokeForToken(call: ServletCall): Promise<void> {
  const { ra, request, settings } = call;
  const { reason: sent, invalidityDate, comments, limit, filterText } = readRevocationForm(request, certificatesMax);
  // For others Dogtag says that it is done, and revokes nothing.
  const order = { reason: toRevocationReason(sent), invalidityDate, comments, isByTokenProcessor: true };
  const filter = filterText === null ? null : readCertificateFilter(filterText);
  const found = filter === null ? [] : await findNamedCertificates(filter, limit, { ra, now: settings.clock.now() });
  const outcomes: Outcome[] = [];
  for (const { serialNumber } of found) outcomes.push(await revokeOne({ ...order, serialNumber }, call));
  // One that is revoked already is as it should be; one that may not be revoked spoils the order only if nothing else was to be done.
  const isDone = outcomes.includes('revoked') || (outcomes.length > 0 && !outcomes.includes('refused'));
  if (!isDone) throw new ServletFault('Error encountered while marking certificate revoked.');
}

/** Those that are not on hold, or not there, stay what they are: the processor is told of success all the same, and each attempt is on record. */
export async function releaseForToken({ request, caller, ra }: ServletCall): Promise<void> {
  for (const serialNumber of readSerialNumbers(request, certificatesMax)) {
    try {
      await ra.releaseCertificate(serialNumber, caller);
    } catch (error) {
      if (!isCaError(error) || error.code !== 'unknown-certificate') throw error;
    }
  }
}

async function revokeOne(order: RevocationOrder, { ra, caller }: ServletCall): Promise<Outcome> {
  try {
    await ra.revokeCertificate(order, caller);
    return 'revoked';
  } catch (error) {
    if (isCaError(error) && error.code === 'already-revoked') return 'revoked-before';
    // One that was on hold when it was looked at, and is not any more: somebody else has just decided about it.
    if (isCaError(error) && (error.code === 'not-authorized' || error.code === 'not-on-hold')) return 'refused';
    throw error;
  }
}
