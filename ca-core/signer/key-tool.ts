// Makes and imports keys in a process of its own, so that no private key is ever in the memory, log or core file of the authority.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CreateKeyOrder, FromKeyTool, ImportedKey, ImportPkcs12Order, ToKeyTool } from './key-tool-protocol.ts';
import { childEnvironment, type SecretSource } from './secret-source.ts';
import { SignerError } from './signer.ts';

export type { CreateKeyOrder, ImportedKey, ImportPkcs12Order, KeyKind, PasswordSource } from './key-tool-protocol.ts';

const processFile = fileURLToPath(new URL('./key-tool-process.ts', import.meta.url));

/**
 * Makes a fresh key in the key folder; returns its SubjectPublicKeyInfo. Throws SignerError `failed` when a key of that id exists
 * or the folder is not fit to hold one. A running signer process sees the key when it is started again.
 */
export async function createKey(order: CreateKeyOrder): Promise<Uint8Array> {
  const answer = await runTool({ kind: 'create', order }, [order.passphrase]);
  if (answer.kind !== 'created') throw refusalOf(answer);
  return answer.publicKeyDer;
}

/**
 * Takes one key out of a PKCS#12 file (as `pki-server ca-cert-export`, `pk12util` or openssl write it) into the key folder. Doing it
 * again with the same key changes nothing. Throws SignerError `failed` for a wrong password, a damaged file, a file with no or
 * several keys, a certificate that is not the key's, or another key under that id.
 */
export async function importPkcs12Key(order: ImportPkcs12Order): Promise<ImportedKey> {
  const { passphrase, pkcs12Password } = order;
  const sources: (SecretSource | null)[] = [passphrase, 'value' in pkcs12Password ? null : pkcs12Password];
  const answer = await runTool({ kind: 'import-pkcs12', order }, sources);
  if (answer.kind !== 'imported') throw refusalOf(answer);
  return answer.key;
}

function runTool(message: ToKeyTool, sources: readonly (SecretSource | null)[]): Promise<FromKeyTool> {
  const child = fork(processFile, [], {
    serialization: 'advanced',
    execArgv: [],
    env: childEnvironment(process.env, sources),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (answer: FromKeyTool) => resolve(answer));
    child.once('error', (error) =>
      reject(new SignerError('failed', 'the key tool could not be started', { cause: error })),
    );
    child.once('close', () => reject(new SignerError('failed', 'the key tool ended without an answer')));
    child.send(message, () => {});
  });
}

function refusalOf(answer: FromKeyTool): SignerError {
  return new SignerError(
    'failed',
    answer.kind === 'refused' ? answer.message : 'the key tool gave an unexpected answer',
  );
}
