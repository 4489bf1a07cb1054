// The authority: decides, issues, revokes, keeps the record; no network in it.

export { beginAuditChain, extendAuditChain, isGenuineHead } from './audit/audit-chain.ts';
export type { AuditEvent, AuditEventName } from './audit/audit-event.ts';
export {
  type AuditKey,
  AuditKeyError,
  auditKeyFromBytes,
  readAuditKey,
} from './audit/audit-key.ts';
export type { AuditHead, AuditRecord } from './audit/audit-record.ts';
export {
  emptyHistoryDigest,
  extendHistoryDigest,
  type HistoryEntry,
  type HistoryFile,
  type HistorySignature,
  type HistoryWriter,
  historySignatures,
  type StoredHistoryLine,
} from './audit/history-entry.ts';
export {
  type AuditAnchor,
  type AuditChainSnapshot,
  type AuditProblem,
  type AuditProblemKind,
  type AuditVerification,
  type VerifyAuditOptions,
  verifyAuditChain,
} from './audit/verify-audit-chain.ts';
export { type AddAuthorityOrder, addAuthority } from './authorities/add-authority.ts';
export { buildChain, isCompleteChain } from './authorities/chain.ts';
export {
  type AuthorityOperations,
  CertificationAuthority,
  type CertificationAuthorityServices,
  type CertificationAuthoritySettings,
} from './certification-authority.ts';
export {
  checkProfile,
  lintProfileText,
  type ProfileText,
  type ProfileVerdict,
} from './enrollment/check-profile.ts';
export type { ProfileSettings } from './enrollment/profile-catalog.ts';
export { CaError, type CaErrorCode } from './errors.ts';
export type {
  FindingPlace,
  ImportLedger,
  ImportWriter,
  NewCertificate,
  ObjectTable,
  StoredAuthority,
  StoredCertificate,
  StoredCrl,
  StoredFinding,
  StoredObject,
  StoredRequest,
} from './import-ledger.ts';
export type { CertificateDraft, DraftExtension } from './issuance/certificate-draft.ts';
export { type CertifyAuthorityOrder, certifyAuthority } from './issuance/certify-authority.ts';
export type { ResumeReport } from './issuance/resume-issuance.ts';
export * from './model/index.ts';
export { builtInProfiles } from './profiles/built-in-profiles.ts';
export type { ExternalCheck, LintFinding, ProfileDifference } from './profiles/index.ts';
export type { NamedObjectKind, RecordPage, RecordReader } from './record-reader.ts';
export { createRehearsalFactory, type ObservedCertificate, type ObservedFacts, type Rehearsal } from './rehearsal.ts';
export { checkReportSignature, type ReportSignature } from './reports/check-report-signature.ts';
export { certifyReportKey, type ReportSigning, signReport } from './reports/report-signing.ts';
export type { OcspSettings } from './revocation/answer-ocsp.ts';
export { crlEntryOf } from './revocation/build-crl.ts';
export { type CrlScheduleSettings, standardCrlSchedule } from './revocation/crl-schedule.ts';
export { type CrlSettings, masterIssuingPoint } from './revocation/publish-crl.ts';
export type { Issuance, IssuanceIntent, PenScope, RevocationState, Store, StoredProfile } from './store.ts';
