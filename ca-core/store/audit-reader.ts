// What can be asked of the audit: the chain of one moment, the trail of both sides, and whether the history is what the chain accounts for.
import type { AuditChainSnapshot } from '#ca-core/engine';
import type { Database } from '#platform';
import { checkHistory, type HistoryCheck } from './audit-history-check.ts';
import { withAuditSnapshot } from './audit-records.ts';
import { type AuditTrailQuery, findTrailEntry, searchTrail, type TrailEntry, type TrailId } from './audit-trail.ts';
import { guarded } from './store-errors.ts';

/** Every method rejects with CaError only. */
export interface AuditReader {
  /** See verifyAuditChain; `work` sees the chain of one moment. */
  withSnapshot<Result>(work: (snapshot: AuditChainSnapshot) => Promise<Result>): Promise<Result>;
  /** Whether the audit history is what the audit chain accounts for; `onProgress` is told lines so far and of how many. */
  checkHistory(onProgress: (lines: number, count: number) => void): Promise<HistoryCheck>;
  /** Records of the chain and lines of the audit history together, in the order of time. */
  search(query: AuditTrailQuery): Promise<readonly TrailEntry[]>;
  find(id: TrailId): Promise<TrailEntry | null>;
}

export function createAuditReader(database: Database): AuditReader {
  return {
    withSnapshot: (work) => guarded(() => withAuditSnapshot(database, work)),
    checkHistory: (onProgress) => guarded(() => checkHistory(database, onProgress)),
    search: (query) => guarded(() => searchTrail(database, query)),
    find: (id) => guarded(() => findTrailEntry(database, id)),
  };
}
