// Passwords as they are kept: PBKDF2 (RFC 8018) in the text form of 389 Directory Server, so that a hash made here can go back into Dogtag's directory.
import { pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { randomBytes } from '#platform';

const scheme = '{PBKDF2_SHA256}';
const iterations = 30_000;
/** Nobody may have a server work long by having changed the record. */
const iterationsMax = 1_000_000;
const saltBytes = 64;
const keyBytes = 256;
const derive = promisify(pbkdf2);

/** The scheme, then base64 of the number of iterations (4 octets), salt and derived key. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(iterations);
  const key = await derive(password, salt, iterations, keyBytes, 'sha256');
  return scheme + Buffer.concat([count, salt, key]).toString('base64');
}

/** False for a hash of another form, too. */
export async function isPasswordOf(hash: string, password: string): Promise<boolean> {
  if (!hash.startsWith(scheme)) return false;
  const bytes = Buffer.from(hash.slice(scheme.length), 'base64');
  if (bytes.length !== 4 + saltBytes + keyBytes) return false;
  const count = bytes.readUInt32BE(0);
  if (count < 1 || count > iterationsMax) return false;
  const key = await derive(password, bytes.subarray(4, 4 + saltBytes), count, keyBytes, 'sha256');
  return timingSafeEqual(key, bytes.subarray(4 + saltBytes));
}
