// Takes a key out of an NSS database by NSS's own tool, which hands it over as a PKCS#12 file under a password of this moment.
import { type ExecFileException, execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from '#platform';
import { type ImportedKey, importPkcs12Key } from './key-tool.ts';
import type { SecretSource } from './secret-source.ts';
import { SignerError } from './signer.ts';

export interface ImportNssKeyOrder {
  readonly keyFolder: string;
  readonly keyId: string;
  readonly passphrase: SecretSource | null;
  /** As NSS's tools take it: `sql:` or `dbm:` and the folder. */
  readonly database: string;
  readonly nickname: string;
  /** Of the database's token. */
  readonly tokenPassword: string;
  /** The key whose SubjectPublicKeyInfo this is: several certificates may share a nickname. */
  readonly publicKeyDer: Uint8Array;
}

const workFolderPrefix = '.nss-';
const timeoutMs = 120_000;

/**
 * As importPkcs12Key. File and passwords lie in a folder of their own inside the key folder, which only its owner may enter, and are gone when this
 * resolves; what a killed process left is removed by the next one. Throws SignerError `failed` also where `pk12util` is missing or complains.
 */
export async function importNssKey(order: ImportNssKeyOrder): Promise<ImportedKey> {
  const { keyFolder, keyId, passphrase, publicKeyDer } = order;
  await mkdir(keyFolder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(keyFolder))
    if (name.startsWith(workFolderPrefix)) await rm(join(keyFolder, name), { recursive: true, force: true });
  const folder = await mkdtemp(join(keyFolder, workFolderPrefix));
  try {
    const pkcs12File = join(folder, 'key.p12');
    const pkcs12Password = { file: join(folder, 'pkcs12-password') };
    const tokenPasswordFile = join(folder, 'token-password');
    await writeFile(pkcs12Password.file, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    await writeFile(tokenPasswordFile, `${order.tokenPassword}\n`, { mode: 0o600 });
    await exportKey(order, ['-o', pkcs12File, '-w', pkcs12Password.file, '-k', tokenPasswordFile]);
    return await importPkcs12Key({
      keyFolder,
      keyId,
      passphrase,
      pkcs12File,
      pkcs12Password,
      friendlyName: null,
      publicKeyDer,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function exportKey({ database, nickname }: ImportNssKeyOrder, files: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(
      'pk12util',
      [...files, '-d', database, '-n', nickname],
      { timeout: timeoutMs, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' } },
      (error, _output, complaint) => {
        if (error === null) resolve();
        else reject(new SignerError('failed', explain(error, complaint, database, nickname), { cause: error }));
      },
    );
  });
}

function explain(error: ExecFileException, complaint: string, database: string, nickname: string): string {
  if (error.code === 'ENOENT')
    return 'pk12util is not installed: install libnss3-tools (Debian, Ubuntu) or nss-tools (Fedora, RHEL)';
  if (/SEC_ERROR_BAD_PASSWORD|incorrect/i.test(complaint)) return `${database}: the password of its token is wrong`;
  if (complaint.includes('SEC_ERROR_LEGACY_DATABASE'))
    return `${database}: this pk12util does not read databases of the old form (key3.db) any more; convert a copy first`;
  const why = complaint.trim().split('\n').at(-1) ?? '';
  return `${database}: the key of ${JSON.stringify(nickname)} cannot be taken out: ${why === '' ? error.message : why}`;
}
