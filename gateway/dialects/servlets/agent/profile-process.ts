// /ca/agent/ca/profileProcess: an agent's decision, with the values of the form (Dogtag's ProfileProcessServlet).
import { type ArgsetSet, escapeScriptText } from '#codecs/dogtag-servlets';
import type { CaErrorCode, EnrollmentAction, RequestRecord, ReviewEdit } from '../../../contract.ts';
import type { GatewayRequest } from '../../../routing/operation.ts';
import { isCaError } from '../../ca-error.ts';
import { findNonceFault } from '../../nonce-check.ts';
import { findIssuedCertificate, outputSets } from '../issued-certificate.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { faultOf, ServletFault } from '../servlet-fault.ts';
import { readRequestId } from './profile-review.ts';

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
const toldBesideTheRequest: ReadonlySet<CaErrorCode> = new Set(['malformed-edit', 'edit-rejected', 'issuance-refused']);
/** Fields of the form that are no values of the request. */
const controls: ReadonlySet<string> = new Set(['op', 'requestId', 'requestNotes', 'nonce', 'xml']);

export async function profileProcess(call: ServletCall): Promise<ArgsetSet> {
  const { request, ra } = call;
  const op = findParameter(request, 'op');
  if (op === null) throw new ServletFault('Operation Not Found');
  const idText = findParameter(request, 'requestId');
  const id = readRequestId(idText);
  const record = await ra.findRequest(id);
  if (record === null) throw new ServletFault(`Request ${escapeScriptText(idText ?? '')} Not Found`);
  if (record.profileId === null) throw new ServletFault('Profile ID Not Found');
  // Dogtag breaks down over one that is missing; its reason, told as that of any other refusal, serves the agent better.
  const nonceFault = findNonceFault(request, 'cert-request', id, findParameter(request, 'nonce'));
  if (nonceFault !== null) throw new ServletFault(nonceFault.message);
  if (record.state !== 'pending') throw new ServletFault('Request Not In Pending State');
  // Dogtag takes a deed that it does not know as done.
  if (!isAction(op)) return decisionSet(op, record, null, null);
  try {
    const decided = await decide(op, record, call);
    const outputs = op === 'approve' ? await outputsOf(decided, call) : null;
    return decisionSet(op, decided, null, outputs);
  } catch (error) {
    // What is wrong with values is told beside the request, which waits on.
    if (!isCaError(error) || !toldBesideTheRequest.has(error.code)) throw error;
    const fault = faultOf(error, call.settings.product.containerName);
    if (!(fault instanceof ServletFault)) throw error;
    return decisionSet(op, record, fault.message, null);
  }
}

function isAction(op: string): op is EnrollmentAction {
  return actions.has(op);
}

async function decide(
  action: EnrollmentAction,
  { id }: RequestRecord,
  { request, caller, ra }: ServletCall,
): Promise<RequestRecord> {
  const edits = editing.has(action) ? editsOf(request) : null;
  const notes = findParameter(request, 'requestNotes');
  return await ra.decideEnrollment({ requestId: id, action, edits, notes }, caller);
}

function editsOf({ form }: GatewayRequest): ReviewEdit[] {
  return [...form].flatMap(([name, [value]]) =>
    value === undefined || controls.has(name) ? [] : [{ policyId: null, name, value }],
  );
}

async function outputsOf(
  record: RequestRecord,
  { ra, settings: { zone, release } }: ServletCall,
): Promise<readonly ArgsetSet[]> {
  const profile = record.profileId === null ? null : await ra.findProfile(record.profileId);
  return await outputSets(profile?.outputs ?? [], await findIssuedCertificate(record, ra), { ra, zone, release });
}

function decisionSet(
  op: string,
  record: RequestRecord,
  errorReason: string | null,
  outputs: readonly ArgsetSet[] | null,
): ArgsetSet {
  return {
    set: [
      ['errorCode', errorReason === null ? '0' : '1'],
      ['errorReason', errorReason ?? ''],
      ['op', op],
      ['requestId', String(record.id)],
      ['requestStatus', record.state],
      ['requestType', record.kind],
      ['profileId', record.profileId],
      ...(outputs === null ? [] : [['outputList', { list: outputs }] as const]),
    ],
  };
}
