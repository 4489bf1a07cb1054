// /ca/agent/ca/updateCRL: makes a new CRL (Dogtag's UpdateCRL).
import { decodeCertificateList, findSignatureAlgorithm, formatSignatureAlgorithm } from '#codecs/x509';
import type { RaClient } from '../../../contract.ts';
import type { GatewayResponse } from '../../../routing/operation.ts';
import { isCaError } from '../../ca-error.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';
import { answerTemplate } from '../template-servlet.ts';

const masterPoint = 'MasterCRL';

export async function updateCrl({ request, caller, ra, settings: { clock } }: ServletCall): Promise<GatewayResponse> {
  const point = await knownPoint(findParameter(request, 'crlIssuingPoint'), ra);
  await assertAlgorithm(findParameter(request, 'signatureAlgorithm'), point, ra);
  const startedMs = clock.now().getTime();
  await ra.generateCrl(point, caller);
  const durationMs = Math.max(clock.now().getTime() - startedMs, 0);
  const isAwaited = findParameter(request, 'waitForUpdate') === 'true';
  return answerTemplate(request, 'CRL Update', {
    header: [
      ['crlIssuingPoint', point],
      // Whoever does not wait is told what Dogtag says; here the CRL is there already.
      isAwaited ? ['time', String(durationMs)] : ['crlUpdate', 'Scheduled'],
    ],
    fixed: [],
    records: [],
  });
}

/** Dogtag takes its main issuing point for one that it does not know, and when none is named. */
async function knownPoint(point: string | null, ra: RaClient): Promise<string> {
  if (point === null) return masterPoint;
  try {
    await ra.findCrl(point, 'full');
    return point;
  } catch (error) {
    if (isCaError(error) && error.code === 'unknown-issuing-point') return masterPoint;
    throw error;
  }
}

/** CRLs are signed as the authority is set up; who asks for another algorithm must not believe to have got it. Throws ServletFault. */
async function assertAlgorithm(name: string | null, point: string, ra: RaClient): Promise<void> {
  if (name === null) return;
  if (findSignatureAlgorithm(name) === null)
    throw new ServletFault(
      `Failed constructing CRL : java.security.NoSuchAlgorithmException: unrecognized algorithm name: ${name}`,
    );
  const current = await ra.findCrl(point, 'full');
  const algorithm =
    current === null
      ? null
      : formatSignatureAlgorithm(decodeCertificateList(current.crlDer).outerSignatureAlgorithmDer);
  if (algorithm !== null && algorithm.toLowerCase() !== name.toLowerCase())
    throw new ServletFault(`Failed constructing CRL : the algorithm of ${point} is ${algorithm}`);
}
