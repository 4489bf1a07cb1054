// What is read out of Dogtag's signed audit logs: lines with what they say, whether a signature covers them, and what was noted on the way.
import type { ChainFindingKind, SignatureStatus } from '#codecs/dogtag-audit';

export interface SourceAuditFile {
  /** `ca_audit`, or `ca_audit.20261128023355` once Dogtag has begun another. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of its first line, which stays when Dogtag gives it another name. */
  readonly firstLineDigest: Buffer;
  /** The one that Dogtag is writing to. */
  readonly isCurrent: boolean;
}

/** The files of one log, in the order in which they were written. */
export interface SourceAuditLog {
  /** `ca_audit` */
  readonly name: string;
  readonly files: readonly SourceAuditFile[];
}

export interface SourceAuditEntry {
  readonly file: SourceAuditFile;
  /** From 1. */
  readonly lineNumber: number;
  /** Exact octets without the line feed at the end. */
  readonly line: Buffer;
  /** Of a line that tells no time, that of the line before it. */
  readonly time: Date;
  /** Null for a line that is no event; cut where it is longer than any name. */
  readonly event: string | null;
  readonly subject: string | null;
  /** In small letters. */
  readonly outcome: string | null;
  readonly certificateSerials: readonly bigint[];
  readonly requestIds: readonly bigint[];
  readonly signature: SignatureStatus;
}

export type AuditFindingKind =
  | ChainFindingKind
  /** The line is not in the log's grammar. */
  | 'odd-line'
  | 'unknown-event'
  /** One attribute occurs twice: perhaps somebody has written it into another one's value. */
  | 'repeated-attribute'
  | 'time-unreadable'
  | 'clock-went-back'
  | 'start-without-stop'
  | 'stop-without-start'
  /** The last line of a file has no end. */
  | 'cut-off-line'
  | 'empty-file'
  | 'file-twice'
  | 'not-an-audit-log';

/** Something noted about a log. `problem`: it is not proven to be as it was written; `note`: something to know. */
export interface SourceAuditFinding {
  readonly kind: AuditFindingKind;
  readonly severity: 'problem' | 'note';
  /** Where, as `ca_audit:17` or `ca_audit:17 to ca_audit:20`. */
  readonly place: string;
  readonly message: string;
}

export interface SourceAuditBatch {
  readonly entries: readonly SourceAuditEntry[];
  /** Of all files of the log, so far. */
  readonly bytesRead: number;
}
