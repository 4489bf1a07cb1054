// What an agent sees of a request before deciding about it.
import { decodeCertificate } from '#codecs/x509';
import type { EnrollmentReview, RequestId, RequestRecord } from '../model/index.ts';
import { restoreRequest, reviewRequest } from '../profiles/index.ts';
import { getProfileOf, getRequest } from './decide-enrollment.ts';
import { applicationContext, type SubmissionServices } from './judge-submission.ts';

/** As `RaClient.reviewEnrollment` says; requests that were decided can be looked at, too. */
export async function reviewEnrollment(id: RequestId, services: SubmissionServices): Promise<EnrollmentReview> {
  const request = await getRequest(id, services.store);
  const profile = await getProfileOf(request, services);
  const authority = await services.authorities.get(request.authorityId);
  const { description } = profile;
  const facts = { ...request.attributes, ...request.inputs };
  return {
    request,
    profileName: description.name,
    profileText: description.text,
    profileApprovedBy: facts.profileApprovedBy ?? null,
    profileIsVisible: description.visible,
    inputs: description.inputs.map((input) => ({
      ...input,
      given: Object.fromEntries(
        input.values.flatMap(({ name }) => (facts[name] === undefined ? [] : [[name, facts[name]]])),
      ),
    })),
    outputs: description.outputs,
    policies: reviewRequest(
      profile,
      restoreRequest(profile, await withDraft(request, services)),
      applicationContext(authority, services),
    ),
  };
}

/** What was issued at once has no draft of its own: its certificate says what was agreed. */
async function withDraft(request: RequestRecord, { store }: SubmissionServices): Promise<RequestRecord> {
  const [serialNumber] = request.certificateSerials;
  if (request.draftDer !== null || serialNumber === undefined) return request;
  const certificate = await store.certificates.find(serialNumber);
  if (certificate === null) return request;
  return { ...request, draftDer: decodeCertificate(certificate.certificateDer, { rules: 'ber' }).tbsDer };
}
