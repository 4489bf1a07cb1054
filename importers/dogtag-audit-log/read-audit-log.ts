// Reads one log, file after file, in bounded memory: each line with what it says and what the signatures say of it.
import {
  type AuditLine,
  type AuditSigner,
  auditLineText,
  auditReferences,
  createLogTimeReader,
  type DecidedLine,
  findAttribute,
  type LogLine,
  parseAuditLine,
  SignatureChain,
} from '#codecs/dogtag-audit';
import type { JavaTimeZone } from '#codecs/dogtag-text';
import type {
  SourceAuditBatch,
  SourceAuditEntry,
  SourceAuditFile,
  SourceAuditFinding,
  SourceAuditLog,
} from './audit-log-records.ts';
import { EntryObserver } from './entry-observer.ts';
import { readLines } from './read-lines.ts';

export interface ReadAuditLogOptions {
  /** Whose signatures are expected; without any, none is checked. */
  readonly signers: readonly AuditSigner[];
  /** Zone of the machine that wrote the log; null where it is not known. */
  readonly timeZone: JavaTimeZone | null;
  readonly onFinding: (finding: SourceAuditFinding) => void;
}

/** Signatures that were looked at. */
export interface SignatureCounts {
  readonly good: number;
  readonly bad: number;
  readonly unchecked: number;
}

interface Line extends LogLine {
  readonly source: SourceAuditFile;
  readonly parsed: AuditLine | null;
  readonly time: Date;
}

const batchLines = 2_000;
const eventLengthMax = 100;
const outcomeLengthMax = 40;

/**
 * Batches of a few thousand lines in their order, for each of which it is known by then whether a signature covers it; returns how many signatures there
 * were. The last line of the file that Dogtag is writing to is left out while it has no end. Rejects with SourceError when a file cannot be read.
 */
export async function* readAuditLog(
  log: SourceAuditLog,
  { signers, timeZone, onFinding }: ReadAuditLogOptions,
): AsyncGenerator<SourceAuditBatch, SignatureCounts> {
  const chain = new SignatureChain<Line>(signers, ({ kind, severity, from, to, message }) =>
    onFinding({ kind, severity, message, place: placeOf(from, to) }),
  );
  const reader = new LineReader(timeZone, new EntryObserver(onFinding));
  let entries: SourceAuditEntry[] = [];
  let bytesRead = 0;
  for (const file of log.files) {
    let lineNumber = 0;
    for await (const lines of readLines(file.path)) {
      for (const { bytes, isEnded } of lines) {
        lineNumber += 1;
        bytesRead += bytes.length + 1;
        if (!isEnded) onFinding(cutOffLine(file, lineNumber, bytes));
        // It would be another one the next time.
        if (!isEnded && file.isCurrent) continue;
        entries.push(...chain.push(reader.read(file, lineNumber, bytes)).map(entryOf));
      }
      while (entries.length >= batchLines) {
        yield { entries: entries.slice(0, batchLines), bytesRead };
        entries = entries.slice(batchLines);
      }
    }
  }
  entries.push(...chain.finish().map(entryOf));
  for (let at = 0; at < entries.length; at += batchLines)
    yield { entries: entries.slice(at, at + batchLines), bytesRead };
  return { ...chain.counts };
}

class LineReader {
  readonly #readTime: (text: string) => Date | null;
  readonly #observer: EntryObserver;
  #lastTime = new Date(0);

  constructor(timeZone: JavaTimeZone | null, observer: EntryObserver) {
    this.#readTime = createLogTimeReader(timeZone);
    this.#observer = observer;
  }

  read(source: SourceAuditFile, lineNumber: number, bytes: Buffer): Line {
    const parsed = parseAuditLine(auditLineText(bytes));
    const time = parsed === null ? null : this.#readTime(parsed.timeText);
    this.#observer.observe(parsed, time, `${source.name}:${lineNumber}`);
    if (time !== null) this.#lastTime = time;
    return { file: source.name, lineNumber, bytes, source, parsed, time: this.#lastTime };
  }
}

function entryOf({ line, status }: DecidedLine<Line>): SourceAuditEntry {
  const { source, lineNumber, bytes, parsed, time } = line;
  const references = parsed === null ? { certificates: [], requests: [] } : auditReferences(parsed);
  const attribute = (name: string) => (parsed === null ? null : findAttribute(parsed, name));
  return {
    file: source,
    lineNumber,
    line: bytes,
    time,
    event: parsed?.event?.slice(0, eventLengthMax) ?? null,
    // TKS and TPS name an agent instead.
    subject: attribute('SubjectID') ?? attribute('AgentID'),
    outcome: attribute('Outcome')?.slice(0, outcomeLengthMax).toLowerCase() ?? null,
    certificateSerials: references.certificates,
    requestIds: references.requests,
    signature: status,
  };
}

function cutOffLine(file: SourceAuditFile, lineNumber: number, bytes: Buffer): SourceAuditFinding {
  const text = auditLineText(bytes.subarray(0, 2_000));
  const what = file.isCurrent ? 'and is not taken in before it has one' : 'and was perhaps cut off';
  return {
    kind: 'cut-off-line',
    severity: file.isCurrent ? 'note' : 'problem',
    place: `${file.name}:${lineNumber}`,
    message: `the last line has no end, ${what}: ${text}`,
  };
}

function placeOf(from: LogLine, to: LogLine): string {
  const place = ({ file, lineNumber }: LogLine) => `${file}:${lineNumber}`;
  return from === to ? place(from) : `${place(from)} to ${place(to)}`;
}
