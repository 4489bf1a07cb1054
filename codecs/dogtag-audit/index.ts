// Dogtag's signed audit log: lines to events, and what its signatures prove. Bytes to values, as LogFile writes and AuditVerify reads them.
export { auditEventNames } from './audit-event-names.ts';
export {
  type AuditAttribute,
  type AuditLine,
  type AuditReferences,
  auditLineText,
  auditReferences,
  findAttribute,
  parseAuditLine,
  parseNameValuePairs,
} from './audit-line.ts';
export { type AuditSigner, AuditSignerError, readAuditSigner } from './audit-signer.ts';
export { createLogTimeReader } from './log-time.ts';
export {
  type ChainFinding,
  type ChainFindingKind,
  type DecidedLine,
  type LogLine,
  SignatureChain,
  type SignatureStatus,
} from './signature-chain.ts';
