// The key of the audit chain: from the environment or from a file that only this user may read, made at first start.
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { randomBytes, randomUuid } from '#platform';

export interface AuditKey {
  readonly key: KeyObject;
  /** Tells keys apart without telling anything about them; stored with the chain. */
  readonly keyId: string;
}

/** The key can't be used. `message` says what to do and never holds the key. */
export class AuditKeyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AuditKeyError';
  }
}

const auditKeyVariable = 'RETAG_AUDIT_KEY';
const keyBytesMin = 32;
const keyFileBytesMax = 4096;

/**
 * The key in the environment variable RETAG_AUDIT_KEY when it is set, else that in `file`, which is created (0600, random key)
 * when there is none. Throws AuditKeyError.
 */
export function readAuditKey(environment: NodeJS.ProcessEnv, file: string): AuditKey {
  const given = environment[auditKeyVariable];
  if (given !== undefined && given !== '') return parseAuditKey(given, `environment variable ${auditKeyVariable}`);
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) createKeyFile(file);
  assertPrivateFile(file);
  return parseAuditKey(readFileSync(file, 'utf8'), `audit key file ${file}`);
}

/**
 * A key of 32 bytes or more in hexadecimal or base64; text that can be both (such as 64 hexadecimal digits) is hexadecimal.
 * `source` is for messages. Throws AuditKeyError.
 */
export function parseAuditKey(text: string, source: string): AuditKey {
  const compact = text.trim();
  const bytes = decodeKeyText(compact);
  if (bytes === null || bytes.length < keyBytesMin)
    throw new AuditKeyError(
      `${source}: expected at least ${keyBytesMin} bytes in hexadecimal or base64, as from "openssl rand -hex 32"`,
    );
  return auditKeyFromBytes(bytes);
}

/** From raw bytes; for tests and for keys that come from elsewhere. */
export function auditKeyFromBytes(bytes: Uint8Array): AuditKey {
  const key = createSecretKey(bytes);
  return { key, keyId: createHmac('sha256', key).update('retag audit key id 1').digest('hex').slice(0, 16) };
}

function decodeKeyText(text: string): Buffer | null {
  if (/^([0-9a-f]{2})+$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return Buffer.from(text, 'base64');
  return null;
}

/** Written aside and linked, so that two processes that start at once agree on one key and a crash leaves no half of one. */
function createKeyFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = join(dirname(file), `.audit-key-${randomUuid()}`);
  try {
    const handle = openSync(unfinished, 'wx', 0o600);
    try {
      writeSync(handle, `${randomBytes(keyBytesMin).toString('hex')}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    linkSync(unfinished, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function assertPrivateFile(file: string): void {
  const stats = lstatSync(file);
  if (!stats.isFile()) throw new AuditKeyError(`${file} is no ordinary file`);
  if ((stats.mode & 0o077) !== 0)
    throw new AuditKeyError(
      `${file} has mode ${(stats.mode & 0o777).toString(8)}: others could read the audit key and forge records; chmod 600, and think of a new key`,
    );
  const user = process.getuid?.();
  if (user !== undefined && user !== 0 && stats.uid !== user)
    throw new AuditKeyError(`${file} belongs to user ${stats.uid}, this process runs as ${user}`);
  if (stats.size > keyFileBytesMax) throw new AuditKeyError(`${file} is larger than ${keyFileBytesMax} bytes`);
}
