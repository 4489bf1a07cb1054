// The record on PostgreSQL.

export type { HistoryCheck, HistoryProblem } from './audit-history-check.ts';
export type {
  AuditTrailQuery,
  HistoryTrailEntry,
  NativeTrailEntry,
  TrailEntry,
  TrailId,
  TrailPlace,
} from './audit-trail.ts';
export { storeMigrations } from './migrations/index.ts';
export type { NativeWork } from './native-work.ts';
export type { ActiveNumberRange, NumberRange } from './number-ranges.ts';
export { openStore, type PostgresStore, type StoreOptions } from './open-store.ts';
export type { PenHolder, PenMove, PenPlace } from './pens.ts';
export type { ProfileContent } from './profiles.ts';
