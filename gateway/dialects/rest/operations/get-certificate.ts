// GET /ca/rest/certs/{id} and agent/certs/{id}: one certificate. Agents get the same, but for a nonce where nonces are in use.
import { certificateData } from '#codecs/dogtag-rest';
import type { SerialNumber } from '../../../contract.ts';
import { certificateDataOf } from '../certificate-bodies.ts';
import { certificateNotFound } from '../error-response.ts';
import { answerWith, type RestOperation, readPathIdentifier } from '../rest-operation.ts';

export const getCertificate: RestOperation = async ({ request, ra, settings }) => {
  const id = readPathIdentifier(request);
  const record = await ra.findCertificate(id as SerialNumber);
  if (record === null) throw certificateNotFound(id);
  // The host authority's path, whoever has issued it; the issuer's own is a resource of its own (authorities/{id}/chain).
  const { chainDer } = await ra.describeAuthority(null);
  const data = certificateDataOf(record, chainDer, request, settings);
  const nonce = request.operation === 'rest-get-certificate-as-agent' ? request.nonces?.give('cert-revoke', id) : null;
  return answerWith(certificateData, { ...data, nonce: nonce ?? null });
};
