// Several passes of handing back as one result.

import type { HandBackCount, HandBackResult } from './hand-back.ts';
import type { HandBackFinding } from './hand-back-finding.ts';

const noCount: HandBackCount = { added: 0, changed: 0, unchanged: 0, notTaken: 0 };

export const emptyHandBack: HandBackResult = {
  certificates: noCount,
  requests: noCount,
  profiles: noCount,
  roster: noCount,
  findings: [],
  seconds: 0,
};

/** What could not be handed back is tried again with each pass, so the last pass tells how much that is. */
export function joinHandBacks(earlier: HandBackResult, later: HandBackResult): HandBackResult {
  return {
    certificates: joinCounts(earlier.certificates, later.certificates),
    requests: joinCounts(earlier.requests, later.requests),
    profiles: joinCounts(earlier.profiles, later.profiles),
    roster: joinCounts(earlier.roster, later.roster),
    findings: [
      ...new Map([...earlier.findings, ...later.findings].map((finding) => [keyOf(finding), finding])).values(),
    ],
    seconds: earlier.seconds + later.seconds,
  };
}

function joinCounts(earlier: HandBackCount, later: HandBackCount): HandBackCount {
  return {
    added: earlier.added + later.added,
    changed: earlier.changed + later.changed,
    unchanged: earlier.unchanged + later.unchanged,
    notTaken: later.notTaken,
  };
}

function keyOf({ kind, entry, message }: HandBackFinding): string {
  return `${kind}\n${entry}\n${message}`;
}
