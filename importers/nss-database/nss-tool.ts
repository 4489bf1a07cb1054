// Runs NSS's own tools, which alone read its databases in all their forms; passwords reach them in files, never as arguments.
import { type ExecFileException, execFile } from 'node:child_process';
import { SourceError } from '../import-source.ts';

const timeoutMs = 60_000;
/** A nickname with a thousand renewals of its certificate. */
const outputBytesMax = 32 * 1024 * 1024;

/** What `certutil` prints. Rejects with SourceError: `limited` where it is not installed or cannot read this form, `malformed` for what it complains of. */
export function runCertutil(parameters: readonly string[], database: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      'certutil',
      [...parameters, '-d', database],
      {
        timeout: timeoutMs,
        maxBuffer: outputBytesMax,
        encoding: 'utf8',
        // Certificates only and nothing that the caller keeps in variables.
        env: { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' },
      },
      (error, output, complaint) => {
        if (error === null) resolve(output);
        else reject(explain(error, complaint, database));
      },
    );
  });
}

function explain(error: ExecFileException, complaint: string, database: string): SourceError {
  if (error.code === 'ENOENT')
    return new SourceError(
      'limited',
      `${database} is read by NSS's tool certutil, which is not installed: install libnss3-tools (Debian, Ubuntu) or nss-tools (Fedora, RHEL)`,
      { cause: error },
    );
  const why = complaint.trim().split('\n').at(-1) ?? '';
  if (complaint.includes('SEC_ERROR_LEGACY_DATABASE'))
    return new SourceError(
      'limited',
      `${database}: this certutil does not read databases of the old form (cert8.db, key3.db) any more. ` +
        'Convert a copy where an older NSS is installed: certutil --upgrade-merge --source-dir OLD --upgrade-id 1 -d sql:NEW',
      { cause: error },
    );
  if (complaint.includes('SEC_ERROR_BAD_PASSWORD'))
    return new SourceError('refused', `${database}: the password of its token is wrong`, { cause: error });
  return new SourceError('malformed', `${database}: ${why === '' ? error.message : why}`, { cause: error });
}
