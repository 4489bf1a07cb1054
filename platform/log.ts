// One log for all parts: a JSON line per event on standard error, with secrets struck out by field name.
import { systemClock } from './clock.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log that adds `fields` to every line, such as a request id. */
  with(fields: LogFields): Log;
}

const severity: Record<LogLevel, number> = { debug: 10, info: 20, warn: 30, error: 40 };
const secretField = /pass(word|phrase)|secret|private|^pin$|authorization|cookie/i;

/**
 * A log that writes lines at `minimum` or above through `write`. Values are plain data; an Error becomes its message and
 * code (its stack only at debug). Fields whose name speaks of a secret are replaced by `***`, whatever they hold.
 */
export function createLog(minimum: LogLevel, write: (line: string) => void, base: LogFields = {}): Log {
  const emit = (level: LogLevel, message: string, fields: LogFields = {}) => {
    if (severity[level] < severity[minimum]) return;
    const line: Record<string, unknown> = { time: systemClock.now().toISOString(), level, message };
    for (const [name, value] of Object.entries({ ...base, ...fields })) line[name] = printable(name, value, minimum);
    write(`${JSON.stringify(line)}\n`);
  };
  return {
    debug: (message, fields) => emit('debug', message, fields),
    info: (message, fields) => emit('info', message, fields),
    warn: (message, fields) => emit('warn', message, fields),
    error: (message, fields) => emit('error', message, fields),
    with: (fields) => createLog(minimum, write, { ...base, ...fields }),
  };
}

/** The process's own log on standard error. Lines of one turn of the event loop are written together; a busy server writes thousands a second. */
export function standardErrorLog(minimum: LogLevel): Log {
  let waiting = '';
  const flush = () => {
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    process.stderr.write(lines);
  };
  process.on('exit', flush);
  return createLog(minimum, (line) => {
    if (waiting === '') setImmediate(flush);
    waiting += line;
  });
}

/** Swallows everything; for tests and for commands whose output is their own. */
export const silentLog: Log = createLog('error', () => {});

function printable(name: string, value: unknown, minimum: LogLevel): unknown {
  if (secretField.test(name)) return '***';
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Error) {
    const code = 'code' in value ? { code: value.code } : {};
    return { message: value.message, ...code, ...(minimum === 'debug' ? { stack: value.stack } : {}) };
  }
  return value;
}
