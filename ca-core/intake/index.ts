// The one door for imported facts.

export {
  type AuditHistoryIntake,
  createAuditHistoryIntake,
  type HistoryIntakeResult,
  type ImportedAuditEntry,
  type ImportedAuditFile,
  type ImportedLogEnd,
} from './audit-history-intake.ts';
export { createIntake, type IntakeOptions } from './create-intake.ts';
export type * from './intake.ts';
export type { ProfileJudge } from './judge-objects.ts';
