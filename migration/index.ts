// Moves one installation, step by step, with proof and a way back.

export {
  type AuditLogReport,
  formatAuditLogReport,
  isProven,
} from './audit-log/audit-log-report.ts';
export { type AuditLogOptions, type AuditLogsReport, takeAuditLogs } from './audit-log/take-audit-logs.ts';
export { type AuthorityKeyLine, formatAuthorityKeyLine, judgeAuthorityKeys } from './cutover/authority-keys.ts';
export { type CutoverEvidence, CutoverRefused, type CutoverServices, cutOver } from './cutover/cut-over.ts';
export { createModeFollower, type FollowedGateway, type ModeFollower } from './cutover/mode-follower.ts';
export {
  createModeStore,
  type Mode,
  type ModeChange,
  type ModeStore,
  modes,
  type StoredMode,
} from './cutover/mode-store.ts';
export { ensureFences, type FenceReport, proveFences, readFences } from './cutover/number-fences.ts';
export {
  allTargets,
  isRuledByProfile,
  type ModeTarget,
  operationGroup,
  withCompanions,
  withDependents,
} from './cutover/operation-groups.ts';
export {
  checkFence,
  type FencePlan,
  type FenceProblem,
  type ObservedRanges,
  planFence,
} from './cutover/serial-fence.ts';
export { TransitionError } from './cutover/transition.ts';
export { formatImportReport } from './import/format-import-report.ts';
export type { ImportProgress, ProgressListener } from './import/import-progress.ts';
export type { FindingGroup, ImportedKindReport, ImportReport } from './import/import-report.ts';
export {
  catchUpImport,
  followImport,
  type RunImportOptions,
  runImport,
  takeConfiguration,
} from './import/run-import.ts';
export { formatInventory } from './inventory/format-inventory.ts';
export type { Inventory, ProfileJudgement, Risk } from './inventory/inventory.ts';
export { type KnownKeys, type TakeInventoryOptions, takeInventory } from './inventory/take-inventory.ts';
export type { BroughtCrl, CrlProgress } from './rollback/bring-crl-beyond.ts';
export { createDirectoryWriter, DirectoryWriteError, type DirectoryWriter } from './rollback/directory-writer.ts';
export { type CallAsAgent, createDogtagCrl, type DogtagCrl, DogtagCrlError } from './rollback/dogtag-crl.ts';
export { type HandBackProgress, type HandBackResult, HandBackStopped } from './rollback/hand-back.ts';
export type { HandBackFinding } from './rollback/hand-back-finding.ts';
export { type RollbackEvidence, RollbackRefused, type RollbackServices, rollBack } from './rollback/roll-back.ts';
export { bodyDecoders } from './shadow/body-decoders.ts';
export { type KnownDifferences, readKnownDifferences } from './shadow/known-differences.ts';
export { judgeReadiness, type ReadinessLine, type ReadinessThresholds } from './shadow/readiness.ts';
export { createShadowJournal, type ShadowJournal, type ShadowSum } from './shadow/shadow-journal.ts';
export { buildShadowReport, type ShadowReport } from './shadow/shadow-report.ts';
export { createShadowSink, type ShadowSink, type UpstreamWrite } from './shadow/shadow-sink.ts';
export { createInstallationFacts, type InstallationFacts } from './store/installation-facts.ts';
export { migrationMigrations } from './store/migrations/index.ts';
export {
  type AppliedChanges,
  createUpstreamFactApplier,
  type ReadChanges,
  type UpstreamChange,
  type UpstreamFactApplier,
} from './sync/apply-upstream-fact.ts';
export { followSource, type SourceFollower } from './sync/follow-source.ts';
export { formatTable } from './text-table.ts';
export { formatVerification } from './verify/format-verification.ts';
export { composeVerification, parseVerification, type VerificationDocument } from './verify/verification-document.ts';
export type {
  Difference,
  Verification,
  VerifiedCrl,
  VerifiedKind,
  VerifiedRange,
} from './verify/verification-report.ts';
export { type VerifyImportOptions, verifyImport } from './verify/verify-import.ts';
