// Dogtag's servlets from the time before profiles. What they answer is told as Dogtag tells it; what some of them do behind an answer that says
// otherwise is not done here: `/ca/enrollment` and its kin issue a certificate of any name to anybody, and then cannot show it.
import { DerError } from '#codecs/der';
import { decodeCertificationRequest, findRequestBytes } from '#codecs/pkcs';
import type { GatewayRequest, GatewayResponse } from '../../routing/operation.ts';
import { readOwnCertificate } from './own-certificate.ts';
import { findParameter, type ServletCall } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';

type Refusal = (call: ServletCall) => Promise<GatewayResponse>;

/** What Dogtag says where it has no form for its answer. */
const withoutForm = 'Error encountered while rendering a response.';

function refuseWith(message: string): Refusal {
  return async () => {
    throw new ServletFault(message);
  };
}

/** /ca/enrollment, /ca/certbasedenrollment and bulkissuance (EnrollServlet): nothing is enrolled without a profile. */
export const refuseEnrollment: Refusal = async ({ request }) => {
  const isSound = isCertificationRequest(request);
  throw new ServletFault(isSound ? withoutForm : 'Missing or malformed KeyGen, PKCS #10 or CRMF request.');
};

/** /ca/renewal (RenewalServlet): who shows a certificate is told what is wrong with it, and none is renewed without a profile. */
export const refuseRenewal: Refusal = async (call) => {
  await readOwnCertificate(call);
  throw new ServletFault(withoutForm);
};

/** /ca/ee/ca/CMCRevReq (CMCRevReqServlet) looks for a client certificate that nobody gives it. Revocation by CMC goes through profileSubmitCMCFull. */
export const refuseCmcRevocation: Refusal = async ({ request }) => {
  const message = findParameter(request, 'cmcRequest');
  if (message === null) throw new ServletFault('Authentication credential for cmcRequest is null.');
  throw new ServletFault(message === '' ? 'attempted login with empty CMC' : 'Invalid Credential.');
};

/** /ca/admin/ca/adminEnroll (EnrollServlet): there is an administrator already. */
export const refuseAdministrator = refuseWith(
  'Error encountered while accessing the adminEnroll page.Attempt to access adminEnroll after already setup.',
);

/** /ca/agent/ca/processCertReq (ProcessCertReq): Dogtag ships no form for it. */
export const refuseCertificateRequest = refuseWith('Error encountered while loading output template.');

/** /ca/agent/ca/updateDir (UpdateDir): nothing is published to a directory here. */
export const refuseDirectoryUpdate = refuseWith('Publishing module is disabled.');

function isCertificationRequest(request: GatewayRequest): boolean {
  const requestDer = findRequestBytes(findParameter(request, 'pkcs10Request') ?? '');
  if (requestDer === null) return false;
  try {
    decodeCertificationRequest(requestDer);
    return true;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}
