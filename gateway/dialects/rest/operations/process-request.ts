// POST /ca/rest/agent/certrequests/{id}/{action}: an agent's decision, with the review sent back (Dogtag's RequestProcessor).
import { type Review, review } from '#codecs/dogtag-rest';
import type { EnrollmentAction, RequestId, ReviewEdit } from '../../../contract.ts';
import { isCaError } from '../../ca-error.ts';
import { badRequest, badRequestData, failure, gone, requestNotFound } from '../error-response.ts';
import { answerNothing, checkNonce, type RestOperation, readBody, readPathIdentifier } from '../rest-operation.ts';

const actions: ReadonlySet<string> = new Set<EnrollmentAction>([
  'approve',
  'reject',
  'cancel',
  'update',
  'validate',
  'assign',
  'unassign',
]);
/** Only these look at the values that came along. */
const editing: ReadonlySet<string> = new Set<EnrollmentAction>(['approve', 'update', 'validate']);

export const processRequest: RestOperation = async ({ request, caller, ra }) => {
  const id = readPathIdentifier(request, 'id', 'Invalid request ID') as RequestId;
  const action = readAction(request.parameters.action ?? '');
  const body = readBody(request, review);
  if (body === null) throw badRequest('Unable to change request state: Missing input data');
  const record = await ra.findRequest(id);
  if (record === null) throw requestNotFound(id);
  checkNonce(request, 'cert-request', id, body.nonce);
  if (body.requestId === null) throw badRequestData('Request ID Not Found');
  if (body.requestId !== id)
    throw badRequestData(`The request in the body is ${body.requestId}, not the one addressed, ${id}`);
  if (record.state !== 'pending') throw badRequestData('Request Not In Pending State');
  try {
    const edits = editing.has(action) ? editsOf(body) : null;
    await ra.decideEnrollment({ requestId: id, action, edits, notes: body.requestNotes }, caller);
  } catch (error) {
    if (isCaError(error) && error.code === 'not-authorized')
      throw failure(`Unable to change request state: ${error.message}`);
    if (isCaError(error) && error.code === 'unknown-authority') throw gone(`CA not found: ${error.message}`);
    if (isCaError(error) && error.code === 'malformed-edit' && request.dialect.entities === 'jackson')
      throw failure(`Unable to change request state: ${error.message}`);
    throw error;
  }
  return answerNothing;
};

function readAction(action: string): EnrollmentAction {
  if (actions.has(action)) return action as EnrollmentAction;
  throw new Error(`the route lets an unknown action ${action} pass`);
}

/**
 * Values by name. Where names repeat the last one counts, because Dogtag puts them all into one table before it looks at them; what a client
 * leaves out counts as absent.
 */
function editsOf({ policySets }: Review): ReviewEdit[] {
  const given = new Map<string, string>();
  for (const { policies } of policySets)
    for (const policy of policies)
      for (const { name, value } of policy.default?.attributes ?? [])
        if (name !== null && value !== null) given.set(name, value);
  return [...given].map(([name, value]) => ({ policyId: null, name, value }));
}
