// Judges requests: their states are known, their times make sense, and what this side has decided about them stands.
import { isDeepStrictEqual } from 'node:util';
import type { ImportWriter, RequestKind, RequestRecord, RequestState, StoredRequest } from '#ca-core/engine';
import { decodeTbsCertificate } from '#codecs/x509';
import type { Finding, ImportedRequest } from './intake.ts';
import { EntryFindings, type Outcome, reasonOf } from './judgement.ts';

export interface JudgedRequest {
  readonly fact: ImportedRequest;
  readonly findings: EntryFindings;
  /** What is to be stored; null when it is refused. */
  readonly accepted: RequestRecord | null;
}

const states: ReadonlySet<string> = new Set<RequestState>([
  'begin',
  'pending',
  'approved',
  'svc_pending',
  'canceled',
  'rejected',
  'complete',
]);
const closedStates: ReadonlySet<string> = new Set<RequestState>(['canceled', 'rejected', 'complete']);
const kinds: ReadonlySet<string> = new Set<RequestKind>(['enrollment', 'renewal', 'revocation', 'release']);
const issuedKinds: ReadonlySet<string> = new Set<RequestKind>(['enrollment', 'renewal']);

export function judgeRequest(fact: ImportedRequest): JudgedRequest {
  const findings = new EntryFindings(fact.provenance);
  const { request } = fact;
  if (!states.has(request.state) || !kinds.has(request.kind)) {
    findings.refuse(
      'unknown-request-state',
      `a request of kind ${request.kind} in state ${request.state} is not known`,
    );
    return { fact, findings, accepted: null };
  }
  if (request.modifiedAt < request.createdAt)
    findings.accept(
      'modified-before-created',
      `it was changed on ${request.modifiedAt.toISOString()}, before it was made`,
    );
  if (
    issuedKinds.has(request.kind) &&
    request.state === 'complete' &&
    !request.failed &&
    request.certificateSerials.length === 0
  )
    findings.accept('complete-without-certificate', 'it is complete, but does not say which certificate was issued');
  return { fact, findings, accepted: { ...request, draftDer: judgeDraft(request, findings), origin: 'imported' } };
}

/** A draft that can't be read could not be approved either; the request is kept without it. */
function judgeDraft({ draftDer }: RequestRecord, findings: EntryFindings): Uint8Array | null {
  if (draftDer === null) return null;
  try {
    decodeTbsCertificate(draftDer, { rules: 'ber' });
    return draftDer;
  } catch (error) {
    findings.accept(
      'draft-unreadable',
      `its draft of a certificate cannot be read and is left out: ${reasonOf(error)}`,
    );
    return null;
  }
}

/** What became of each, in order, and what was noted while storing them. */
export async function writeRequests(
  writer: ImportWriter,
  requests: readonly JudgedRequest[],
): Promise<{ readonly outcomes: readonly Outcome[]; readonly findings: readonly Finding[] }> {
  const ids = requests.flatMap(({ accepted }) => (accepted === null ? [] : [accepted.id]));
  const stored = new Map(await writer.lockRequests([...new Set(ids)]));
  const findings: Finding[] = [];
  const changed = new Map<bigint, RequestRecord>();
  const outcomes = requests.map(({ fact, accepted: judged }): Outcome => {
    if (judged === null) return 'refused';
    const known = stored.get(judged.id);
    const accepted = fact.isBare && known !== undefined ? withStateOf(judged, known.record) : judged;
    const noted = new EntryFindings(fact.provenance);
    const outcome = judgeBeside(stored.get(accepted.id), accepted, noted);
    findings.push(...noted.findings);
    if (outcome === 'inserted' || outcome === 'updated') {
      const origin = stored.get(accepted.id)?.record.origin ?? 'imported';
      changed.set(accepted.id, { ...accepted, origin });
      stored.set(accepted.id, { record: { ...accepted, origin }, changedNatively: false });
    }
    return outcome;
  });
  await writer.writeRequests([...changed.values()]);
  return { outcomes, findings };
}

/** Another state with what belongs to it, and everything else as it is known. */
function withStateOf(told: RequestRecord, known: RequestRecord): RequestRecord {
  if (told.state === known.state) return known;
  const { state, modifiedAt, certificateSerials, errorMessage, failed } = told;
  return { ...known, state, modifiedAt, certificateSerials, errorMessage, failed, origin: told.origin };
}

/** Dogtag's directory keeps seconds, so a request that was handed to it comes back without its milliseconds. */
const sameMomentMs = 1000;

function judgeBeside(stored: StoredRequest | undefined, told: RequestRecord, noted: EntryFindings): Outcome {
  if (stored === undefined) return 'inserted';
  const { record, changedNatively } = stored;
  if (isSameRequest(record, told)) return 'unchanged';
  const isOtherOne = Math.abs(record.createdAt.getTime() - told.createdAt.getTime()) >= sameMomentMs;
  if (record.origin === 'native' && isOtherOne) {
    noted.refuse('request-id-taken', `request ${told.id} was made here; the source has another one under its number`);
    return 'refused';
  }
  // A request is decided once. Where this side has decided nothing, or has handed its decision back and Dogtag's stood, the source's holds.
  const isDecided = closedStates.has(told.state) && !isSameDecision(record, told);
  if (isDecided && (!changedNatively || !closedStates.has(record.state))) return 'updated';
  if (changedNatively) {
    noted.refuse(
      'native-decision-stands',
      `request ${told.id} is ${record.state} by a decision of this side; the source says ${told.state}`,
    );
    return 'refused';
  }
  // An older word, or what this side handed over and knows better itself. Times are whole seconds, in which a request may be both made and
  // decided; and who reads it while it is being decided may be heard last. A decided one never opens again.
  const isReopened = closedStates.has(record.state) && !closedStates.has(told.state);
  if (told.modifiedAt < record.modifiedAt || isReopened) return 'unchanged';
  const isEcho = record.origin === 'native' && told.modifiedAt.getTime() - record.modifiedAt.getTime() < sameMomentMs;
  return isEcho ? 'unchanged' : 'updated';
}

function isSameDecision(left: RequestRecord, right: RequestRecord): boolean {
  return left.state === right.state && isDeepStrictEqual(left.certificateSerials, right.certificateSerials);
}

function isSameRequest(left: RequestRecord, right: RequestRecord): boolean {
  const comparable = ({ draftDer, inputs, attributes, origin: _, ...rest }: RequestRecord) => ({
    ...rest,
    draft: draftDer === null ? null : Buffer.from(draftDer).toString('base64'),
    inputs: { ...inputs },
    attributes: { ...attributes },
  });
  return isDeepStrictEqual(comparable(left), comparable(right));
}
