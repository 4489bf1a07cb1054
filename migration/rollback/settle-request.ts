// Decides what becomes of a request's entry in Dogtag's directory when this side, and perhaps Dogtag too, has decided about it.
import type { RequestRecord, RequestState } from '#ca-core/engine';
import type { RequestEntry } from '#codecs/dogtag-directory';
import type { DateAsKept, Noted } from './settle-certificate.ts';

/** A request of the record about which this side decided something since Dogtag last knew. */
export interface NativeRequest {
  readonly record: RequestRecord;
  readonly version: string;
}

export interface SettledRequest {
  /** `add` an entry, `write` ours over Dogtag's, `keep` Dogtag's, `refuse`: it cannot be handed back. */
  readonly deed: 'add' | 'write' | 'keep' | 'refuse';
  readonly finding: Noted | null;
}

const closedStates: ReadonlySet<RequestState> = new Set<RequestState>(['complete', 'rejected', 'canceled']);
/** States in which a request is only while somebody works on it. */
const passingStates: ReadonlySet<RequestState> = new Set<RequestState>(['begin', 'approved', 'svc_pending']);

export function isClosed({ state }: Pick<RequestRecord, 'state'>): boolean {
  return closedStates.has(state);
}

/** Still being worked on here; Dogtag must not get it as it is, or some version of it would go on with the work. */
export function isPassing({ state }: Pick<RequestRecord, 'state'>): boolean {
  return passingStates.has(state);
}

/** `theirs` is null when Dogtag's directory has no such entry. */
export function settleRequest(ours: RequestRecord, theirs: RequestEntry | null, asKept: DateAsKept): SettledRequest {
  if (theirs === null) {
    const message = 'its entry was gone from the directory and was written anew';
    const finding = { kind: 'entry-was-missing', stands: 'native', message } as const;
    return { deed: 'add', finding: ours.origin === 'imported' ? finding : null };
  }
  if (isAnother(ours, theirs, asKept)) {
    const message = `Dogtag's directory holds another request under number ${ours.id}; it was not touched`;
    return { deed: 'refuse', finding: { kind: 'request-number-taken', stands: 'none', message } };
  }
  if (isClosed(theirs)) return isClosed(ours) ? settleClosed(ours, theirs) : keptAsDecided(ours, theirs);
  if (isClosed(ours) || theirs.modifiedAt <= asKept(ours.modifiedAt)) return { deed: 'write', finding: null };
  const message = `both sides changed the pending request, Dogtag later (${theirs.modifiedAt.toISOString()}); Dogtag's version stands`;
  return { deed: 'keep', finding: { kind: 'changed-on-both-sides', stands: 'dogtag', message } };
}

/** Clients were told both; what led to a certificate stands, so that the certificate can be found through its request. */
function settleClosed(ours: RequestRecord, theirs: RequestEntry): SettledRequest {
  const isSame =
    ours.state === theirs.state &&
    ours.certificateSerials.length === theirs.certificateSerials.length &&
    ours.certificateSerials.every((serial) => theirs.certificateSerials.includes(serial));
  if (isSame) return { deed: 'write', finding: null };
  if (ours.state !== 'complete' || theirs.state === 'complete') return keptAsDecided(ours, theirs);
  const message = `this side completed it, Dogtag says ${theirs.state}; a certificate was issued, so the former stands`;
  return { deed: 'write', finding: { kind: 'decided-on-both-sides', stands: 'native', message } };
}

function keptAsDecided(ours: RequestRecord, theirs: RequestEntry): SettledRequest {
  const message = `it is ${describe(ours)} here and ${describe(theirs)} in Dogtag; the latter stands`;
  return { deed: 'keep', finding: { kind: 'decided-on-both-sides', stands: 'dogtag', message } };
}

function describe({ state, certificateSerials }: Pick<RequestRecord | RequestEntry, 'state' | 'certificateSerials'>) {
  return certificateSerials.length === 0 ? state : `${state} with certificate ${certificateSerials.join(', ')}`;
}

/** An imported one is Dogtag's own; one made here can only be in the directory because it was handed back before. */
function isAnother(ours: RequestRecord, theirs: RequestEntry, asKept: DateAsKept): boolean {
  if (ours.kind !== theirs.kind) return true;
  return ours.origin === 'native' && asKept(ours.createdAt).getTime() !== theirs.createdAt.getTime();
}
