// Compares the audit history with what the audit chain accounts for: the chain has a MAC, and with it the lines of the history.
import { emptyHistoryDigest, extendHistoryDigest } from '#ca-core/engine';
import type { Database, Transaction } from '#platform';
import { type HistoryFileRow, historyFileColumns, historyFileFromRow } from './audit-history.ts';

export interface HistoryCheck {
  readonly linesChecked: number;
  readonly problems: readonly HistoryProblem[];
}

export interface HistoryProblem {
  readonly log: string;
  readonly file: string;
  readonly message: string;
}

interface Account {
  readonly lines: number;
  readonly digest: string;
}

const batchLines = 2_000;

/** Sees the record of one moment. The chain itself is another matter: see verifyAuditChain. */
export function checkHistory(
  database: Database,
  onProgress: (lines: number, count: number) => void,
): Promise<HistoryCheck> {
  return database.transaction(
    async (transaction) => {
      const files = (
        await transaction.query<HistoryFileRow>(`select ${historyFileColumns} from audit_history_files order by id`)
      ).map(historyFileFromRow);
      const accounts = await readAccounts(transaction);
      const known = new Set(files.map(({ id }) => String(id)));
      const problems: HistoryProblem[] = [...accounts]
        .filter(([id]) => !known.has(id))
        .map(([id, { lines }]) => ({ log: '', file: `file ${id}`, message: `its ${lines} lines are gone` }));
      const count = files.reduce((sum, { lineCount }) => sum + lineCount, 0);
      let linesChecked = 0;
      for (const { id, log, name } of files) {
        const account = accounts.get(String(id)) ?? null;
        const found = await digestOf(transaction, id, account?.lines ?? 0, (lines) => {
          linesChecked += lines;
          onProgress(linesChecked, count);
        });
        // What an import that was interrupted has left is accounted for by the next one.
        if (account === null) continue;
        if (found.accounted === null)
          problems.push({
            log,
            file: name,
            message: `lines are missing: ${found.lines} of ${account.lines} are there`,
          });
        else if (Buffer.from(found.accounted).toString('hex') !== account.digest)
          problems.push({ log, file: name, message: 'lines are not what was taken in' });
      }
      return { linesChecked, problems };
    },
    { isolation: 'repeatable-read', readOnly: true, attemptsMax: 1 },
  );
}

/** What the chain says last about each file. */
async function readAccounts(transaction: Transaction): Promise<Map<string, Account>> {
  const rows = await transaction.query<{ file: string; lines: string; digest: string }>(
    `select details->>'historyFile' as file, details->>'lines' as lines, details->>'digest' as digest
     from audit_records where name = 'fact-applied' and details->>'historyFile' is not null order by sequence`,
  );
  return new Map(rows.map(({ file, lines, digest }) => [file, { lines: Number(lines), digest }]));
}

/** The digest after `accountedLines` lines; null when there are fewer, or one in between is missing. */
async function digestOf(
  transaction: Transaction,
  fileId: bigint,
  accountedLines: number,
  onLines: (lines: number) => void,
): Promise<{ readonly lines: number; readonly accounted: Uint8Array | null }> {
  let digest = emptyHistoryDigest;
  let accounted = accountedLines === 0 ? digest : null;
  let lines = 0;
  for (;;) {
    const rows = await transaction.query<{ line_number: number; line: Buffer }>(
      `select line_number, line from audit_history where file_id = $1 and line_number > $2::integer
       order by line_number limit ${batchLines}`,
      [fileId, lines],
    );
    for (const { line_number, line } of rows) {
      if (line_number !== lines + 1) return { lines, accounted };
      lines = line_number;
      digest = extendHistoryDigest(digest, line);
      if (lines === accountedLines) accounted = digest;
    }
    onLines(rows.length);
    if (rows.length < batchLines) return { lines, accounted };
  }
}
