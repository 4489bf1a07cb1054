// Output for people (aligned text) and for machines (one JSON document), on standard output.

/** JSON of plain data; bigints become decimal text, dates ISO 8601, bytes hexadecimal. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, forMachines, 2)}\n`);
}

export function printLine(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** What others have written must not steer the terminal. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** A table with aligned columns; numbers to the right. Empty when there are no rows. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly (string | number | bigint)[])[],
): string {
  if (rows.length === 0) return '';
  const cells = [headings, ...rows].map((row) => row.map(String));
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumeric = headings.map((_, column) => rows.every((row) => typeof row[column] !== 'string'));
  const pad = (cell: string, column: number) =>
    isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return cells.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

export interface Progress {
  report(done: number, total: number | null): void;
  /** Of a part of the work, with its own rate. */
  reportAs(part: string, done: number, total: number | null): void;
  end(): void;
}

/**
 * Shows progress of long work on standard error: done, total, rate and remaining time. On a terminal one line that is rewritten;
 * else a line every five seconds. `nowMs` is a clock in milliseconds.
 */
export function createProgress(what: string, nowMs: () => number): Progress {
  const isTerminal = process.stderr.isTTY === true;
  const intervalMs = isTerminal ? 100 : 5000;
  let part = what;
  let begun = { atMs: nowMs(), done: 0 };
  let lastPrintMs = begun.atMs;
  let hasPrinted = false;
  const reportAs = (name: string, done: number, total: number | null) => {
    const atMs = nowMs();
    if (name !== part) {
      part = name;
      begun = { atMs, done };
    }
    if (atMs - lastPrintMs < intervalMs) return;
    lastPrintMs = atMs;
    hasPrinted = true;
    const rate = (done - begun.done) / Math.max(0.001, (atMs - begun.atMs) / 1000);
    const remaining = total === null || rate === 0 ? '' : `, ${formatDuration(Math.max(0, total - done) / rate)} left`;
    const line = `${name}: ${done}${total === null ? '' : ` of ${total}`}, ${rate.toFixed(0)} a second${remaining}`;
    process.stderr.write(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
  };
  return {
    report: (done, total) => reportAs(what, done, total),
    reportAs,
    end: () => {
      if (hasPrinted && isTerminal) process.stderr.write('\r\x1b[K');
    },
  };
}

/** Seconds as `2 s`, `3 min 20 s` or `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

function forMachines(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value;
}
