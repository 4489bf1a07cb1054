// How the servlets say no: every code of the authority in Dogtag's words, whichever of the three dialects then carries them.
import type { CaError } from '../../contract.ts';
import type { GatewayResponse } from '../../routing/operation.ts';
import { asCaError } from '../ca-error.ts';
import { errorPage } from '../container/error-page.ts';

/** How the template dialect tells it. `unexpectedError` (status 7): the servlet threw something. `errorDetails` (status 6): it says itself what is wrong. */
export type FaultName = 'unexpectedError' | 'errorDetails';

/** Something the client is told; the message is in Dogtag's words. */
export class ServletFault extends Error {
  /** Null: as all faults of the servlet. */
  readonly faultName: FaultName | null;

  constructor(message: string, faultName: FaultName | null = null) {
    super(message);
    this.name = 'ServletFault';
    this.faultName = faultName;
  }
}

/**
 * What to tell the client, or the container's page where telling would be wrong: clients take what a servlet says as its last word (certmonger
 * gives a request up), and try again later after a server error.
 */
export function faultOf(error: unknown, containerName: string): ServletFault | GatewayResponse {
  if (error instanceof ServletFault) return error;
  const known = asCaError(error);
  const message = messageFor(known);
  if (message !== null) return new ServletFault(message);
  return errorPage(known.code === 'internal' ? 500 : 503, containerName);
}

/** Null for what is no answer to the client's request. */
function messageFor({ code, message, subject }: CaError): string | null {
  switch (code) {
    case 'malformed-request':
    case 'bad-proof-of-possession':
    case 'unknown-profile':
    case 'disabled-profile':
    case 'wrong-profile-state':
    case 'malformed-profile':
    case 'authentication-required':
    case 'not-authorized':
    case 'unknown-authority':
    case 'disabled-authority':
    case 'authority-conflict':
    case 'host-authority-protected':
    case 'unknown-roster-entry':
    case 'unknown-roster-value':
    case 'unknown-user-certificate':
    case 'roster-conflict':
    case 'last-administrator':
    case 'malformed-name':
    case 'malformed-roster-value':
    case 'already-revoked':
    case 'not-on-hold':
    case 'unsupported-profile':
      return message;
    case 'unknown-request':
      return `Request ${subject ?? ''} Not Found`;
    case 'wrong-request-state':
      return 'Request Not In Pending State';
    case 'unknown-certificate':
      return 'Record not found';
    case 'unknown-issuing-point':
      return 'The CRL you selected for download was not found.';
    case 'malformed-edit':
      return `Property Error - ${message}`;
    case 'edit-rejected':
      // The place holder is Dogtag's own: it fills only the first of two.
      return `Request ${message} Rejected - {1}`;
    case 'issuance-refused':
      return 'Server Internal Error';
    case 'pen-elsewhere':
    case 'signer-unavailable':
    case 'store-unavailable':
    case 'internal':
      return null;
  }
}
