// GET /ca/rest/certrequests/{id}: what became of a request.
import { requestInformation } from '#codecs/dogtag-rest';
import type { RequestId } from '../../../contract.ts';
import { requestNotFound } from '../error-response.ts';
import { requestInformationOf } from '../request-information.ts';
import { answerWith, type RestOperation, readPathIdentifier } from '../rest-operation.ts';

export const getRequest: RestOperation = async ({ request, ra }) => {
  const id = readPathIdentifier(request);
  const record = await ra.findRequest(id as RequestId);
  if (record === null) throw requestNotFound(id);
  return answerWith(requestInformation, requestInformationOf(record, request));
};
