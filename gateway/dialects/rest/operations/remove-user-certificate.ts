// DELETE /ca/rest/admin/users/{id}/certs/{certificate}: its holder is the user no more (Dogtag's UserService.removeUserCert).
import { isCaError } from '../../ca-error.ts';
import { failure, resourceNotFound } from '../error-response.ts';
import { decodeOnceMore } from '../path-decoding.ts';
import { answerNothing, type RestOperation } from '../rest-operation.ts';

export const removeUserCertificate: RestOperation = async ({ request, caller, ra }) => {
  const { id: userId = '', certificate = '' } = request.parameters;
  const claim = decodeOnceMore(certificate);
  if (claim === null || !isClaim(claim)) throw resourceNotFound('User certificate not found');
  try {
    await ra.administerRoster({ action: 'remove-user-certificate', userId, claim }, caller);
  } catch (error) {
    throw isCaError(error) ? (refusalsByCode[error.code]?.(userId) ?? error) : error;
  }
  return answerNothing;
};

const refusalsByCode: Readonly<Record<string, (userId: string) => Error>> = {
  'unknown-roster-entry': (userId) => resourceNotFound(`User not found: ${userId}`),
  'unknown-roster-value': () => resourceNotFound('User certificate not found'),
  'unknown-user-certificate': () => failure('Failed to modify user.'),
};

/** `version;serial;issuer;subject`; whatever else somebody writes is the id of no certificate. */
function isClaim(text: string): boolean {
  return /^-?\d{1,9};-?\d{1,200};[^;]*;/.test(text);
}
