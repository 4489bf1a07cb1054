// /ca/agent/ca/profileReview: a request with all its values, for an agent's form (Dogtag's ProfileReviewServlet).
import { type ArgsetSet, escapeScriptText } from '#codecs/dogtag-servlets';
import { formatJavaDate, type JavaTimeZone, parseIdentifier } from '#codecs/dogtag-text';
import type { EnrollmentReview, RequestId, ReviewPolicy } from '../../../contract.ts';
import type { GatewayRequest } from '../../../routing/operation.ts';
import { findRequestFact } from '../../request-facts.ts';
import { findIssuedCertificate, outputSets } from '../issued-certificate.ts';
import { findParameter, type ServletCall } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';

export async function profileReview({
  request,
  caller,
  ra,
  settings: { zone, release },
}: ServletCall): Promise<ArgsetSet> {
  const review = await ra.reviewEnrollment(readRequestId(findParameter(request, 'requestId')), caller);
  const certificate = await findIssuedCertificate(review.request, ra);
  return {
    set: [
      ...requestValues(review, zone),
      ...profileValues(review),
      ['record', { list: review.policies.map(policySet) }],
      ...nonceOf(request, review.request.id),
      ['errorCode', '0'],
      ['errorReason', ''],
      ['inputList', { list: review.inputs.flatMap(inputSets) }],
      ['outputList', { list: await outputSets(review.outputs, certificate, { ra, zone, release }) }],
    ],
  };
}

function nonceOf({ nonces }: GatewayRequest, id: RequestId): ArgsetSet['set'] {
  return nonces == null ? [] : [['nonce', String(nonces.give('cert-request', id))]];
}

/** Throws ServletFault for what is no number; Dogtag shows an exception then. */
export function readRequestId(text: string | null): RequestId {
  if (text === null || text === '') throw new ServletFault('Request ID Not Found');
  const id = parseIdentifier(text);
  if (id === null) throw new ServletFault(`Request ${escapeScriptText(text)} Not Found`);
  return id as RequestId;
}

function requestValues({ request }: EnrollmentReview, zone: JavaTimeZone): ArgsetSet['set'] {
  return [
    ['requestId', String(request.id)],
    ['requestType', request.kind],
    ['requestStatus', request.state],
    ['requestOwner', request.owner ?? ''],
    ['requestCreationTime', formatJavaDate(request.createdAt, zone)],
    ['requestModificationTime', formatJavaDate(request.modifiedAt, zone)],
  ];
}

function profileValues({ request, ...review }: EnrollmentReview): ArgsetSet['set'] {
  return [
    ['profileId', request.profileId],
    ['profileApprovedBy', review.profileApprovedBy],
    ['profileSetId', request.policySetId],
    ['profileIsVisible', String(review.profileIsVisible)],
    ['profileName', review.profileName],
    ['profileDesc', review.profileText],
    ['profileRemoteHost', findRequestFact(request, 'profileRemoteHost')],
    ['profileRemoteAddr', findRequestFact(request, 'profileRemoteAddr')],
    ['requestNotes', escapeScriptText(findRequestFact(request, 'requestNotes') ?? '')],
  ];
}

function policySet({ id, defaultText, values, constraintText }: ReviewPolicy): ArgsetSet {
  return {
    set: [
      ['policyId', id],
      ['defDesc', defaultText],
      [
        'defList',
        {
          list: values.map(({ name, value, descriptor }) => ({
            set: [
              ['defId', name],
              ['defSyntax', descriptor.syntax],
              ['defConstraint', descriptor.constraint],
              ['defName', descriptor.description],
              ['defVal', value],
            ],
          })),
        },
      ],
      ['conDesc', constraintText],
    ],
  };
}

function inputSets({ values, given }: EnrollmentReview['inputs'][number]): ArgsetSet[] {
  return values.map(({ name, descriptor }) => ({
    set: [
      ['inputId', name],
      ['inputSyntax', descriptor.syntax],
      ['inputConstraint', descriptor.constraint],
      ['inputName', descriptor.description],
      ['inputVal', Object.hasOwn(given, name) ? (given[name] ?? null) : null],
    ],
  }));
}
