// GET /ca/rest/agent/certrequests/{id}: what an agent sees before deciding (Dogtag's CertReviewResponseFactory).
import { type ProfileInput, type Review, type ReviewedPolicy, review } from '#codecs/dogtag-rest';
import { formatJavaDate, type JavaTimeZone } from '#codecs/dogtag-text';
import type { CaErrorCode, EnrollmentReview, RequestId, ReviewPolicy } from '../../../contract.ts';
import { isCaError } from '../../ca-error.ts';
import { findRequestFact } from '../../request-facts.ts';
import { failure } from '../error-response.ts';
import { constraintClassName, inputClassName } from '../profile-class-names.ts';
import { requestInformationOf } from '../request-information.ts';
import type { RestDialect, RestRequest } from '../rest-dialect.ts';
import { answerWith, type RestOperation, readPathIdentifier } from '../rest-operation.ts';

export const reviewRequest: RestOperation = async ({ request, caller, ra, settings }) => {
  const id = readPathIdentifier(request, 'id', 'Invalid request ID') as RequestId;
  const reviewed = await ra.reviewEnrollment(id, caller).catch((error: unknown) => {
    // Version 2 tells nobody what it was.
    if (request.dialect.api === 'v2' && isCaError(error) && !passing.has(error.code))
      throw failure('Unable to review cert request: error retrieving the request');
    throw isCaError(error) && unreviewable.has(error.code)
      ? failure(`Unable to review cert request: ${error.message}`)
      : error;
  });
  const nonce = request.nonces?.give('cert-request', id);
  return answerWith(review, { ...reviewOf(reviewed, request, settings.zone), nonce: nonce?.toString() ?? null });
};

/** What a client may expect to be otherwise a moment later. */
const passing: ReadonlySet<CaErrorCode> = new Set(['pen-elsewhere', 'signer-unavailable', 'store-unavailable']);

/** The profile is not there any more, or cannot show what the request has become. */
const unreviewable: ReadonlySet<CaErrorCode> = new Set([
  'malformed-request',
  'malformed-edit',
  'unknown-profile',
  'unsupported-profile',
]);

function reviewOf(reviewed: EnrollmentReview, addressed: RestRequest, zone: JavaTimeZone): Review {
  const { request } = reviewed;
  const { requestType, requestStatus } = requestInformationOf(request, addressed);
  return {
    nonce: null,
    requestId: request.id,
    requestType,
    requestStatus,
    requestOwner: request.owner ?? '',
    requestCreationTime: formatJavaDate(request.createdAt, zone),
    requestModificationTime: formatJavaDate(request.modifiedAt, zone),
    requestNotes: findRequestFact(request, 'requestNotes') ?? '',
    profileApprovedBy: reviewed.profileApprovedBy,
    profileSetId: request.policySetId,
    profileIsVisible: String(reviewed.profileIsVisible),
    profileName: reviewed.profileName,
    profileDescription: reviewed.profileText,
    profileRemoteHost: findRequestFact(request, 'profileRemoteHost'),
    profileRemoteAddress: findRequestFact(request, 'profileRemoteAddr'),
    attributes: [],
    className: null,
    profileId: request.profileId,
    serverSideKeygenPassword: null,
    renewal: false,
    serialNumber: null,
    remoteHost: null,
    remoteAddress: null,
    inputs: reviewed.inputs.map(reviewedInput),
    outputs: [],
    policySets: [{ policies: reviewed.policies.map((policy) => reviewedPolicy(policy, addressed.dialect)) }],
  };
}

function reviewedInput({ classId, name, values, given }: EnrollmentReview['inputs'][number]): ProfileInput {
  return {
    id: null,
    classId: inputClassName(classId),
    name,
    text: null,
    attributes: values.flatMap((value) => {
      const text = Object.hasOwn(given, value.name) ? given[value.name] : undefined;
      return text === undefined ? [] : [{ name: value.name, value: text, descriptor: null }];
    }),
    configurationAttributes: [],
  };
}

function reviewedPolicy(policy: ReviewPolicy, { entities }: RestDialect): ReviewedPolicy {
  return {
    // 10.x has the member and leaves it empty.
    id: entities === 'jaxb' ? null : policy.id,
    default: {
      classId: null,
      name: policy.defaultName,
      text: policy.defaultText,
      attributes: policy.values,
      parameters: [],
    },
    constraint: {
      classId: constraintClassName(policy.constraintClass),
      name: policy.constraintName,
      text: policy.constraintText,
      values: policy.constraintParameters,
    },
  };
}
