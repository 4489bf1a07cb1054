// The one source of randomness, so that a tidy check can forbid every other one.
import { randomBytes as nodeRandomBytes, randomUUID as nodeRandomUuid } from 'node:crypto';

/** Cryptographically secure bytes from the operating system. */
export function randomBytes(byteCount: number): Buffer {
  return nodeRandomBytes(byteCount);
}

/** A random (version 4) UUID in lower-case text form. */
export function randomUuid(): string {
  return nodeRandomUuid();
}
