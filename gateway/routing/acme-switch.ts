// Whether ACME clients are turned away at our door, because it was said here that the responder is off, wherever that responder may be.
import type { RaClient } from '../contract.ts';
import { isServed, type OperationModes } from './operation-modes.ts';

/** What the responder itself refuses while it is off; its administrators' paths and pages stay open. */
const clientPath =
  /^\/acme\/(?:directory|new-nonce|new-account|new-order|revoke-cert|(?:authz|chall|order|cert|acct)(?:\/.*)?)$/;

/**
 * `modes` null: there is no Dogtag. While Dogtag answers for the switch, the responder knows of it itself. Rejects with the authority's
 * CaError when the record cannot be read.
 */
export async function isAcmeSwitchedOff(
  segments: readonly string[] | null,
  modes: OperationModes | null,
  ra: Pick<RaClient, 'isAcmeEnabled'>,
): Promise<boolean> {
  if (segments === null || segments[0] !== 'acme' || !clientPath.test(`/${segments.join('/')}`)) return false;
  if (modes !== null && !isServed(modes.modeOf('acme-disable', null))) return false;
  return (await ra.isAcmeEnabled()) === false;
}
