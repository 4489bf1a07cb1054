// POST /ca/rest/profiles/{id}?action=enable|disable, and DELETE: into use, out of use, away.
import type { ProfileId, ProfileOrder } from '../../../contract.ts';
import { asCaError } from '../../ca-error.ts';
import { badRequest, conflict, failure, profileNotFound, refusalOfCaError } from '../error-response.ts';
import { answerNothing, findQueryText, type RestCall, type RestOperation } from '../rest-operation.ts';

export const changeProfileState: RestOperation = async (call) => {
  const { request, ra } = call;
  const action = findQueryText(request, 'action');
  if (action === null) throw badRequest('Unable to modify profile state: Missing action');
  const id = (request.parameters.id ?? '') as ProfileId;
  if (action === 'enable' || action === 'disable') {
    await carryOut(call, { action, id }, `Profile already ${action}d`, `Error ${action.replace(/e$/, '')}ing profile`);
    return answerNothing;
  }
  if ((await ra.findProfile(id)) === null) throw profileNotFound(id);
  throw badRequest('Invalid operation');
};

export const deleteProfile: RestOperation = async (call) => {
  const id = (call.request.parameters.id ?? '') as ProfileId;
  const refusal = `Cannot delete profile \`${id}\`.  Profile must be disabled first.`;
  await carryOut(call, { action: 'remove', id }, refusal, 'Error deleting profile.');
  return answerNothing;
};

async function carryOut({ ra, caller }: RestCall, order: ProfileOrder, wrongState: string, failed: string) {
  try {
    await ra.administerProfile(order, caller);
  } catch (thrown) {
    const error = asCaError(thrown);
    if (error.code === 'unknown-profile') throw profileNotFound(order.id);
    if (error.code === 'wrong-profile-state') throw conflict(wrongState);
    if (error.code === 'malformed-profile' || error.code === 'unsupported-profile')
      throw failure(`${failed}: ${error.message}`);
    throw refusalOfCaError(error);
  }
}
