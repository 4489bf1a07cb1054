// POST /ca/rest/agent/certs/{id}/unrevoke: takes a certificate off hold; one that is not on hold is answered as a failed operation.
import { requestInformation } from '#codecs/dogtag-rest';
import type { SerialNumber } from '../../../contract.ts';
import { requestInformationOf } from '../request-information.ts';
import { answerWith, type RestOperation, readPathIdentifier } from '../rest-operation.ts';

export const unrevokeCertificate: RestOperation = async ({ request, caller, ra }) => {
  const record = await ra.releaseCertificate(readPathIdentifier(request) as SerialNumber, caller);
  return answerWith(requestInformation, requestInformationOf(record, request), { endsLine: false });
};
