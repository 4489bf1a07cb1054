// What keeps the embedded PostgreSQL from serving, told as sentences with what to do about it.

/** `message` is fit for the person at the terminal: what is wrong, where, and what to do. */
export class EmbeddedDatabaseError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'EmbeddedDatabaseError';
  }
}

/** The way out that always exists, for messages about machines on which the embedded server cannot run. */
export const useYourOwnServer = 'or set DATABASE_URL to a PostgreSQL server of your own';

/** What the server wrote before it gave up, by what it says; the first that fits. */
const causesInLog: readonly (readonly [RegExp, (logFile: string, dataFolder: string) => string])[] = [
  [
    /No space left on device|Disk quota exceeded/,
    (_, dataFolder) => `the disk that holds ${dataFolder} is full: make room on it and start again`,
  ],
  [
    /Read-only file system/,
    (_, dataFolder) =>
      `${dataFolder} is on a file system that is mounted read-only: mount it for writing, or choose another data folder`,
  ],
  [
    /database files are incompatible with server/,
    (_, dataFolder) => `the database in ${dataFolder} was made by another version of PostgreSQL`,
  ],
  [
    /pre-existing shared memory block|lock file "postmaster\.pid" already exists/,
    (_, dataFolder) =>
      `another server still works on ${dataFolder}: stop it (its process number is in the first line of postmaster.pid there), then start again`,
  ],
  [
    /could not (open|create|resize|map) (anonymous )?shared memory/,
    () =>
      `the machine gives it no shared memory: mount /dev/shm (in a container, with 64 MB or more), ${useYourOwnServer}`,
  ],
  [
    /invalid permissions|wrong ownership|Permission denied/,
    (logFile, dataFolder) =>
      `files in ${dataFolder} belong to another user or are closed to the server: see ${logFile} for which, and give them back`,
  ],
  [
    /could not locate a valid checkpoint record|invalid (primary )?checkpoint|invalid page|PANIC/,
    (logFile, dataFolder) =>
      `the database files in ${dataFolder} are damaged: see ${logFile}; restore the folder from a backup`,
  ],
  [
    /error while loading shared libraries|GLIBC_|not found \(required by/,
    () =>
      `its program does not run on this system, which lacks a library: install what the log names, ${useYourOwnServer}`,
  ],
];

/** The error for a server that ended while it was being started; `written` is what it wrote to its log. */
export function explainFailedStart(written: string, logFile: string, dataFolder: string): EmbeddedDatabaseError {
  const known = causesInLog.find(([pattern]) => pattern.test(written));
  const lastLines = written.trim().split('\n').slice(-5).join('\n');
  const what = known?.[1](logFile, dataFolder) ?? `see ${logFile}`;
  return new EmbeddedDatabaseError(
    `the embedded PostgreSQL did not start: ${what}${lastLines === '' ? '' : `\nIt wrote:\n${lastLines}`}`,
  );
}
