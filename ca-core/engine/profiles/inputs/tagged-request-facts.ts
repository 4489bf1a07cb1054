// Facts that one certificate request of a CMC message adds to a request, once its proof of possession has been looked at.
import { CaError } from '../../errors.ts';
import type { RequestContext } from '../request-context.ts';
import {
  assertCertificationRequestProof,
  assertMessageProof,
  type DecodedCertificateRequest,
  invalidRequest,
  proofFailed,
} from './certificate-request.ts';
import { addCrmfFacts, addPkcs10Facts } from './request-facts.ts';

/** Fact by which a request whose key has proven nothing waits for the answer to a challenge, or for an agent. */
export const challengeFact = 'cmc_POPchallengeRequired';

/** Throws CaError `malformed-request` or `bad-proof-of-possession`. */
export function addTaggedRequestFacts(request: RequestContext, decoded: DecodedCertificateRequest): void {
  const tagged = decoded.format === 'cmc' ? decoded.requests[request.sequenceNumber] : undefined;
  if (tagged === undefined) throw new CaError('malformed-request', invalidRequest);
  // What is kept is the one request, not the message with all of them.
  request.attributes.set('cert_request', tagged.der);
  request.attributes.set('bodyPartId', tagged.bodyPartId.toString());
  switch (tagged.kind) {
    case 'pkcs10':
      assertCertificationRequestProof(tagged.request, proofFailed, request.dogtagVersion);
      addPkcs10Facts(request, tagged.request);
      break;
    case 'crmf':
      if (tagged.message.proofOfPossession.kind === 'none') request.attributes.set(challengeFact, 'true');
      else if (tagged.message.proofOfPossession.kind !== 'signature')
        throw new CaError('bad-proof-of-possession', proofFailed);
      assertMessageProof(tagged.message, request.dogtagVersion);
      addCrmfFacts(request, tagged.message);
      break;
    case 'other':
      throw new CaError('malformed-request', invalidRequest);
  }
}
