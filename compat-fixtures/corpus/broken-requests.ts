// How entries of requests are broken on purpose, and which findings an import must make of each.
import type { DirectoryEntry } from '#codecs/ldif';
import type { ExpectedFinding } from './broken-certificates.ts';
import { changedEntry } from './changed-entry.ts';
import type { SeededNumbers } from './seeded-numbers.ts';

export interface BreakingRequest {
  readonly entry: DirectoryEntry;
  readonly id: bigint;
  readonly numbers: SeededNumbers;
  readonly container: string;
}

interface Breakage {
  readonly weight: number;
  readonly findings: readonly ExpectedFinding[];
  /** Which kinds it can be done to; all when absent. */
  fits?(kind: string): boolean;
  break(sound: BreakingRequest): DirectoryEntry;
}

const refused = (kind: string): ExpectedFinding[] => [{ kind, verdict: 'refused' }];
const accepted = (...kinds: readonly string[]): ExpectedFinding[] =>
  kinds.map((kind) => ({ kind, verdict: 'accepted' }));
const issued = 'extdata-req--005fissued--005fcert';
const draft = 'extdata-req--005fx509info';
const isEnrollment = (kind: string) => kind.startsWith('enrollment') || kind.startsWith('renewal');
const hugeBytes = 10 * 1024 * 1024;

export const requestBreakages = {
  'unknown-type': {
    weight: 2,
    findings: refused('unknown-request-type'),
    break: ({ entry }) => changedEntry(entry, { requestType: 'divination', 'extdata-requesttype': 'divination' }),
  },
  'garbage-status': {
    weight: 2,
    findings: refused('unknown-request-state'),
    break: ({ entry }) => changedEntry(entry, { requestState: 'perhaps', 'extdata-requeststatus': 'perhaps' }),
  },
  'status-missing': {
    weight: 2,
    findings: refused('unknown-request-state'),
    break: ({ entry }) => changedEntry(entry, { requestState: null, 'extdata-requeststatus': null }),
  },
  'malformed-date': {
    weight: 2,
    findings: accepted('malformed-date'),
    break: ({ entry }) => changedEntry(entry, { dateOfCreate: '31 February' }),
  },
  'without-dates': {
    weight: 1,
    findings: accepted('request-without-dates'),
    break: ({ entry }) => changedEntry(entry, { dateOfCreate: null, dateOfModify: null }),
  },
  'modified-before-created': {
    weight: 1,
    findings: accepted('modified-before-created'),
    break: ({ entry }) => changedEntry(entry, { dateOfModify: '19991231235959Z' }),
  },
  'request-id-missing': {
    weight: 2,
    findings: accepted('request-id-differs-from-name'),
    break: ({ entry }) => changedEntry(entry, { requestId: null }),
  },
  'name-without-number': {
    weight: 2,
    findings: refused('unnumbered-request-entry'),
    break: ({ entry, id, container }) =>
      changedEntry(entry, { cn: `lost-${id}`, requestId: null }, `cn=lost-${id},${container}`),
  },
  'value-not-utf-8': {
    weight: 2,
    findings: accepted('text-not-utf-8'),
    break: ({ entry }) =>
      changedEntry(entry, { 'extdata-requestor--005fphone': Buffer.from([0x2b, 0x34, 0x39, 0xff, 0xfe]) }),
  },
  'draft-not-base64': {
    weight: 2,
    findings: accepted('unreadable-request-value'),
    fits: isEnrollment,
    break: ({ entry }) => changedEntry(entry, { [draft]: '*** not base64 ***' }),
  },
  'draft-unreadable': {
    weight: 2,
    findings: accepted('draft-unreadable'),
    fits: isEnrollment,
    break: ({ entry, numbers }) => changedEntry(entry, { [draft]: `MIIC${numbers.bytes(60).toString('base64')}` }),
  },
  'issued-certificate-truncated': {
    weight: 2,
    findings: accepted('unreadable-request-value', 'complete-without-certificate'),
    fits: (kind) => kind === 'enrollment-complete' || kind === 'renewal-complete',
    break: ({ entry }) => changedEntry(entry, { [issued]: entry.findText(issued)?.slice(0, 100) ?? null }),
  },
  'issued-certificate-missing': {
    weight: 2,
    findings: accepted('complete-without-certificate'),
    fits: (kind) => kind === 'enrollment-complete' || kind === 'renewal-complete',
    break: ({ entry }) => changedEntry(entry, { [issued]: null }),
  },
  'secret-within': {
    weight: 2,
    findings: accepted('secret-left-out'),
    break: ({ entry }) => changedEntry(entry, { 'extdata-challengephrase': 'open sesame' }),
  },
  'several-values': {
    weight: 1,
    findings: accepted('ambiguous-request-value'),
    break: ({ entry }) => changedEntry(entry, { 'extdata-requestnotes': ['first', 'second'] }),
  },
  // Large is not broken: it is to be taken in whole, without a finding.
  'huge-value': {
    weight: 0,
    findings: [],
    break: ({ entry }) => changedEntry(entry, { 'extdata-requestnotes': 'much ado '.repeat(hugeBytes / 9) }),
  },
} as const satisfies Readonly<Record<string, Breakage>>;

export type RequestBreakage = keyof typeof requestBreakages;

/** `kind` is one of the plan's kinds of requests. */
export function canBreakRequest(breakage: RequestBreakage, kind: string): boolean {
  const { fits }: Breakage = requestBreakages[breakage];
  return fits === undefined || fits(kind);
}
