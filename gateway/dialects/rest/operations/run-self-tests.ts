// POST /ca/rest/selftests?action=run, selftests/run and selftests/{id}/run (Dogtag's SelfTestService).
import { selfTestResult } from '#codecs/dogtag-rest';
import { badRequest, failure } from '../error-response.ts';
import {
  answerNothing,
  answerWith,
  answerWithCollection,
  findQueryText,
  type RestCall,
  type RestOperation,
} from '../rest-operation.ts';
import { runSelfTest, selfTestRunOrder } from '../self-tests.ts';

/** Says nothing when all pass. */
export const executeSelfTests: RestOperation = async (call) => {
  const action = findQueryText(call.request, 'action');
  if (action === null) throw badRequest('Action is null.');
  if (action !== 'run') throw badRequest(`Invalid action: ${action}`);
  for (const id of selfTestRunOrder) {
    const { output } = await resultOf(id, call);
    if (output !== null) throw failure(output);
  }
  return answerNothing;
};

export const runSelfTests: RestOperation = async (call) => {
  const entries = [];
  for (const id of selfTestRunOrder) entries.push(await resultOf(id, call));
  // Dogtag does not count them, and says so in 10.x with a zero.
  const total = call.request.dialect.entities === 'jaxb' ? 0 : null;
  return answerWithCollection(selfTestResult, { total, entries, links: [] });
};

export const runOneSelfTest: RestOperation = async (call) =>
  answerWith(selfTestResult, await resultOf(call.request.parameters.id ?? '', call));

async function resultOf(id: string, { ra, settings }: RestCall) {
  const output = await runSelfTest(id, ra, settings.clock.now());
  return { id, status: output === null ? 'PASSED' : 'FAILED', output };
}
