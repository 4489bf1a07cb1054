// The folder of PKCS#8 key files: `<key id>.pem`, 0600 in a 0700 folder of this user; anything wider is refused, because
// a key that others could have read is no longer the authority's alone.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { randomUuid } from '#platform';
import { encryptWithPassword } from './password-encryption.ts';
import { schemeNamesFor } from './signature-scheme.ts';
import { SignerError } from './signer.ts';

export interface StoredKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyDer: Buffer;
  readonly algorithms: readonly string[];
}

const keyFileBytesMax = 64 * 1024;
const keyIdPattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
const suffix = '.pem';

/** Throws SignerError `unknown-key` for a name that can't be a file of the folder. */
export function assertKeyId(keyId: string): void {
  if (!keyIdPattern.test(keyId))
    throw new SignerError('unknown-key', `key id ${JSON.stringify(keyId)}: expected lower-case letters, digits and -`);
}

/**
 * Reads every key of the folder, ordered by id. Names that begin with a dot are leftovers of an interrupted write and are passed
 * over. Throws SignerError `unavailable` that names the file and what is wrong with it.
 */
export function readKeyFolder(folder: string, passphrase: string | null): readonly StoredKey[] {
  return listKeyIds(folder).map((keyId) => readKeyFile(folder, keyId, passphrase));
}

/** Names of the keys in the folder, in order. Throws SignerError `unavailable` when others than its owner may look into it. */
export function listKeyIds(folder: string): readonly string[] {
  assertFolder(folder);
  return readdirSync(folder)
    .filter((name) => name.endsWith(suffix) && !name.startsWith('.'))
    .sort()
    .map((name) => name.slice(0, -suffix.length));
}

/** Null when the folder has no key of that id. Throws as readKeyFolder does. */
export function findKey(folder: string, keyId: string, passphrase: string | null): StoredKey | null {
  assertKeyId(keyId);
  assertFolder(folder);
  if (lstatSync(join(folder, keyId + suffix), { throwIfNoEntry: false }) === undefined) return null;
  return readKeyFile(folder, keyId, passphrase);
}

/**
 * Stores a key durably, encrypted when there is a passphrase; creates the folder if need be. Never overwrites: a key of that id
 * makes it throw SignerError `failed`.
 */
export function writeKey(folder: string, keyId: string, privateKey: KeyObject, passphrase: string | null): StoredKey {
  assertKeyId(keyId);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  assertFolder(folder);
  const pem = encodeKey(privateKey, passphrase);
  const unfinished = join(folder, `.${keyId}-${randomUuid()}`);
  try {
    writeDurably(unfinished, pem);
    linkSync(unfinished, join(folder, keyId + suffix));
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw new SignerError('failed', `a key ${keyId} is already in ${folder}`);
    throw new SignerError('failed', `key ${keyId} could not be written to ${folder}`, { cause: error });
  } finally {
    rmSync(unfinished, { force: true });
  }
  syncFolder(folder);
  return readKeyFile(folder, keyId, passphrase);
}

/** Removes a key durably; nothing when there is none. Throws SignerError `failed`. */
export function removeKey(folder: string, keyId: string): void {
  assertKeyId(keyId);
  try {
    rmSync(join(folder, keyId + suffix), { force: true });
    syncFolder(folder);
  } catch (error) {
    throw new SignerError('failed', `key ${keyId} could not be removed from ${folder}`, { cause: error });
  }
}

function readKeyFile(folder: string, keyId: string, passphrase: string | null): StoredKey {
  assertKeyId(keyId);
  const path = join(folder, keyId + suffix);
  const stats = lstatSync(path);
  if (!stats.isFile()) throw new SignerError('unavailable', `${path} is no ordinary file`);
  assertPrivate(path, stats, 'chmod 600');
  if (stats.size > keyFileBytesMax)
    throw new SignerError('unavailable', `${path} is larger than ${keyFileBytesMax} bytes`);
  const privateKey = decodeKey(path, readFileSync(path), passphrase);
  const publicKey = createPublicKey(privateKey);
  const algorithms = schemeNamesFor(publicKey);
  if (algorithms.length === 0)
    throw new SignerError('unavailable', `${path} holds a kind of key that is not supported`);
  return { keyId, privateKey, publicKey, publicKeyDer: publicKey.export({ type: 'spki', format: 'der' }), algorithms };
}

function encodeKey(privateKey: KeyObject, passphrase: string | null): string {
  if (passphrase === null) return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const encrypted = encryptWithPassword(privateKey.export({ type: 'pkcs8', format: 'der' }), passphrase);
  const lines = encrypted.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines.join('\n')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}

function decodeKey(path: string, pem: Buffer, passphrase: string | null): KeyObject {
  const isEncrypted = pem.includes('BEGIN ENCRYPTED PRIVATE KEY');
  if (!isEncrypted && !pem.includes('BEGIN PRIVATE KEY'))
    throw new SignerError('unavailable', `${path} is no PKCS#8 key in PEM`);
  if (isEncrypted && passphrase === null)
    throw new SignerError('unavailable', `${path} is encrypted and no passphrase is configured`);
  try {
    return createPrivateKey({ key: pem, format: 'pem', ...(isEncrypted && passphrase !== null ? { passphrase } : {}) });
  } catch {
    // The library's message may quote what it read; it is not passed on.
    const reason = isEncrypted ? 'the passphrase is wrong or the file is damaged' : 'the file is damaged';
    throw new SignerError('unavailable', `${path} can't be read: ${reason}`);
  }
}

function assertFolder(folder: string): void {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) throw new SignerError('unavailable', `key folder ${folder} does not exist`);
  if (!stats.isDirectory()) throw new SignerError('unavailable', `key folder ${folder} is no folder`);
  assertPrivate(folder, stats, 'chmod 700');
}

function assertPrivate(path: string, stats: Stats, remedy: string): void {
  if ((stats.mode & 0o077) !== 0)
    throw new SignerError(
      'unavailable',
      `${path} has mode ${(stats.mode & 0o777).toString(8)}, open to others: ${remedy}`,
    );
  const user = process.getuid?.();
  if (user !== undefined && stats.uid !== user)
    throw new SignerError('unavailable', `${path} belongs to user ${stats.uid}, this process runs as ${user}`);
}

function writeDurably(path: string, content: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
