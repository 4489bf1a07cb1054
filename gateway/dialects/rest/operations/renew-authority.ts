// POST /ca/rest/authorities/{id}/renew: a new certificate for the authority's name and key.
import { isCaError } from '../../ca-error.ts';
import { getNamedAuthority } from '../authority-bodies.ts';
import { failure } from '../error-response.ts';
import { answerNothing, type RestOperation } from '../rest-operation.ts';

export const renewAuthority: RestOperation = async ({ request: { parameters }, caller, ra }) => {
  const { id } = await getNamedAuthority(parameters.id ?? '', ra);
  try {
    await ra.renewAuthority(id, caller);
  } catch (error) {
    if (isCaError(error) && codesOfRenewal.has(error.code)) throw failure(`Error renewing authority: ${error.message}`);
    throw error;
  }
  return answerNothing;
};

/** What is its own fault to Dogtag. */
const codesOfRenewal: ReadonlySet<string> = new Set([
  'malformed-request',
  'unknown-profile',
  'disabled-profile',
  'already-revoked',
  'unknown-certificate',
]);
