// An enrolment request as the record keeps it, made of what a profile has made of it.
import type { EnrollmentSubmission, RequestId, RequestRecord } from '../model/index.ts';
import { type CompiledProfile, encodeDraft, memberFacts, type RequestContext } from '../profiles/index.ts';

/**
 * In state `begin` and without its draft; whoever judges it sets what it becomes. What was sent under names that no input of the profile knows
 * has had no effect and is not kept (EnrollmentProcessor.setInputsIntoContext).
 */
export function newRequestRecord(
  id: RequestId,
  profile: CompiledProfile,
  request: RequestContext,
  submission: EnrollmentSubmission & { readonly inputNames: ReadonlySet<string> },
  now: Date,
): RequestRecord {
  const { inputs, attributes } = splitFacts(request, submission.inputNames, submission.inputs);
  return {
    id,
    kind: request.kind,
    state: 'begin',
    createdAt: now,
    modifiedAt: now,
    owner: request.owner,
    authorityId: submission.authorityId,
    profileId: profile.id,
    policySetId: request.policySetId,
    inputs,
    attributes,
    draftDer: null,
    errorMessage: null,
    failed: false,
    certificateSerials: [],
    origin: 'native',
  };
}

/** The same request after an agent's edits. */
export function editedRequestRecord(record: RequestRecord, request: RequestContext, now: Date): RequestRecord {
  const { inputs, attributes } = splitFacts(request, new Set(Object.keys(record.inputs)), record.inputs);
  return { ...record, inputs, attributes, draftDer: encodeDraft(request.draft), owner: request.owner, modifiedAt: now };
}

/**
 * What inputs know is kept once, as inputs, in the form in which the profile took it; a renewal has it from the original request. Facts that the
 * record has a member for are not kept beside it, and empty ones not at all: a directory has no place for them, so Dogtag's agents never see them.
 */
function splitFacts(request: RequestContext, inputNames: ReadonlySet<string>, sent: Readonly<Record<string, string>>) {
  const facts = request.attributes.toRecord();
  const inputs: Record<string, string> = {};
  for (const name of inputNames) {
    const value = facts[name] ?? (Object.hasOwn(sent, name) ? sent[name] : undefined);
    if (value !== undefined && value !== '') inputs[name] = value;
    delete facts[name];
  }
  for (const name of memberFacts) delete facts[name];
  const attributes = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== ''));
  return { inputs, attributes };
}
