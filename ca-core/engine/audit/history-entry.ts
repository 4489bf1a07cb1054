// The audit history: what the installation's Dogtag has written into its signed audit logs, as it is kept beside the chain of this side's own deeds.
import { hash } from 'node:crypto';

/**
 * What a signature says of a line. `good`, `bad`: one covers it and fits, or does not. `none`: none covers it. `unchecked`: one may, but the certificate or
 * something else that it covers was not there. `open`: it stood at the end of the log, where the next signature was still to come.
 */
export const historySignatures = ['good', 'bad', 'none', 'unchecked', 'open'] as const;
export type HistorySignature = (typeof historySignatures)[number];

/** One line of a log, which never changes; what its signature says may become better known, and what is `good` stays. */
export interface HistoryEntry {
  /** From 1 within its file. */
  readonly lineNumber: number;
  /** Exact octets without the line feed at the end. */
  readonly line: Uint8Array;
  /** Microseconds since 1970-01-01 UTC; of a line that tells no time, that of the line before it. */
  readonly timeMicros: bigint;
  /** Null for lines that are no event. */
  readonly event: string | null;
  readonly subject: string | null;
  /** In small letters: `success`, `failure`. */
  readonly outcome: string | null;
  readonly certificateSerials: readonly bigint[];
  readonly requestIds: readonly bigint[];
  readonly signature: HistorySignature;
}

/** A file of a log, which keeps its first line when Dogtag gives it another name. */
export interface HistoryFile {
  readonly id: bigint;
  /** `ca_audit`, or `server/ca_audit`. */
  readonly log: string;
  /** The name under which it was last seen. */
  readonly name: string;
  /** SHA-256 of the first line. */
  readonly firstLineDigest: Uint8Array;
  readonly lineCount: number;
  /** Over all lines: SHA-256 of the digest before (32 zero octets before the first line) and the line. */
  readonly digest: Uint8Array;
  /** How many of its lines the audit chain accounts for. */
  readonly accountedLines: number;
}

/** For ca-core/intake, within one commit. */
export interface HistoryWriter {
  /** The files of a log; whoever else writes to it waits until the transaction ends. */
  lockLog(log: string): Promise<readonly HistoryFile[]>;
  addFile(file: Pick<HistoryFile, 'log' | 'name' | 'firstLineDigest'>): Promise<HistoryFile>;
  updateFile(file: HistoryFile): Promise<void>;
  /** Lines from `from` to `to`, ascending. */
  readLines(fileId: bigint, from: number, to: number): Promise<readonly StoredHistoryLine[]>;
  append(fileId: bigint, entries: readonly HistoryEntry[]): Promise<void>;
  /** What signatures say of lines that are not `good` yet; how many that changed. */
  decide(fileId: bigint, lines: readonly Pick<HistoryEntry, 'lineNumber' | 'signature'>[]): Promise<number>;
}

export type StoredHistoryLine = Pick<HistoryEntry, 'lineNumber' | 'line' | 'signature'>;

/** The digest of a file before its first line. */
export const emptyHistoryDigest: Uint8Array = new Uint8Array(32);

/** See HistoryFile.digest. */
export function extendHistoryDigest(digest: Uint8Array, line: Uint8Array): Uint8Array {
  return hash('sha256', Buffer.concat([digest, line]), 'buffer');
}
