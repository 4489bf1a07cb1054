// The audit history in the database: added to by the intake, never changed but for what its signatures say.
import {
  emptyHistoryDigest,
  type HistoryEntry,
  type HistoryFile,
  type HistoryWriter,
  type StoredHistoryLine,
} from '#ca-core/engine';
import { statement, type Transaction } from '#platform';
import { storableTextOrNull } from './search-text.ts';

export interface HistoryFileRow {
  readonly id: bigint;
  readonly log: string;
  readonly name: string;
  readonly first_line_digest: Buffer;
  readonly line_count: number;
  readonly digest: Buffer;
  readonly accounted_lines: number;
}

export const historyFileColumns = 'id, log, name, first_line_digest, line_count, digest, accounted_lines';

const readFiles = statement(
  'history.read-files',
  `select ${historyFileColumns} from audit_history_files where log = $1 order by id`,
);
const insertFile = statement(
  'history.insert-file',
  `insert into audit_history_files (log, name, first_line_digest, digest) values ($1, $2, $3, $4)
   returning ${historyFileColumns}`,
);
const updateFile = statement(
  'history.update-file',
  'update audit_history_files set name = $2, line_count = $3, digest = $4, accounted_lines = $5 where id = $1',
);
const readLines = statement(
  'history.read-lines',
  `select line_number, line, signature from audit_history
   where file_id = $1 and line_number between $2::integer and $3::integer order by line_number`,
);
const insertLines = statement(
  'history.insert-lines',
  `insert into audit_history (file_id, line_number, time_micros, event, subject, outcome, signature, line)
   select $1::bigint, * from unnest($2::integer[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[])`,
);
const insertReferences = statement(
  'history.insert-references',
  `insert into audit_history_references (kind, number, file_id, line_number)
   select kind, number, $1::bigint, line_number from unnest($2::text[], $3::numeric[], $4::integer[])
     as given (kind, number, line_number)`,
);
const decideLines = statement(
  'history.decide-lines',
  `update audit_history h set signature = given.signature
   from unnest($2::integer[], $3::text[]) as given (line_number, signature)
   where h.file_id = $1 and h.line_number = given.line_number and h.signature <> 'good' and h.signature <> given.signature`,
);

export function createHistoryWriter(transaction: Transaction): HistoryWriter {
  return {
    lockLog: async (log) => {
      await transaction.lock(`retag audit history ${log}`);
      return (await transaction.query<HistoryFileRow>(readFiles, [log])).map(historyFileFromRow);
    },
    addFile: async ({ log, name, firstLineDigest }) => {
      const row = await transaction.findRow<HistoryFileRow>(insertFile, [
        log,
        name,
        firstLineDigest,
        emptyHistoryDigest,
      ]);
      if (row === null) throw new RangeError('an inserted file of the audit history was not returned');
      return historyFileFromRow(row);
    },
    updateFile: async ({ id, name, lineCount, digest, accountedLines }) => {
      await transaction.execute(updateFile, [id, name, lineCount, digest, accountedLines]);
    },
    readLines: async (fileId, from, to) =>
      (
        await transaction.query<{
          line_number: number;
          line: Buffer;
          signature: StoredHistoryLine['signature'];
        }>(readLines, [fileId, from, to])
      ).map(({ line_number, line, signature }) => ({ lineNumber: line_number, line, signature })),
    append: (fileId, entries) => appendLines(transaction, fileId, entries),
    decide: (fileId, lines) =>
      transaction.execute(decideLines, [
        fileId,
        lines.map(({ lineNumber }) => lineNumber),
        lines.map(({ signature }) => signature),
      ]),
  };
}

async function appendLines(transaction: Transaction, fileId: bigint, entries: readonly HistoryEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await transaction.execute(insertLines, [
    fileId,
    entries.map(({ lineNumber }) => lineNumber),
    entries.map(({ timeMicros }) => timeMicros),
    entries.map(({ event }) => storableTextOrNull(event)),
    entries.map(({ subject }) => storableTextOrNull(subject)),
    entries.map(({ outcome }) => storableTextOrNull(outcome)),
    entries.map(({ signature }) => signature),
    entries.map(({ line }) => line),
  ]);
  const references = entries.flatMap(({ lineNumber, certificateSerials, requestIds }) => [
    ...certificateSerials.map((number) => ({ kind: 'certificate', number, lineNumber })),
    ...requestIds.map((number) => ({ kind: 'request', number, lineNumber })),
  ]);
  if (references.length === 0) return;
  await transaction.execute(insertReferences, [
    fileId,
    references.map(({ kind }) => kind),
    references.map(({ number }) => number),
    references.map(({ lineNumber }) => lineNumber),
  ]);
}

export function historyFileFromRow(row: HistoryFileRow): HistoryFile {
  return {
    id: row.id,
    log: row.log,
    name: row.name,
    firstLineDigest: row.first_line_digest,
    lineCount: row.line_count,
    digest: row.digest,
    accountedLines: row.accounted_lines,
  };
}
