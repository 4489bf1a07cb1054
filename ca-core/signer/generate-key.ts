// Makes private keys, on the thread pool: signatures of other keys must not wait for a prime number.
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyKind } from './key-tool-protocol.ts';

const generate = promisify(generateKeyPair);

/** A fresh private key. Rejects with the library's own error. */
export async function generatePrivateKey(kind: KeyKind): Promise<KeyObject> {
  if (kind.type === 'rsa') return (await generate('rsa', { modulusLength: kind.bits })).privateKey;
  if (kind.type === 'ec') return (await generate('ec', { namedCurve: kind.curve })).privateKey;
  if (kind.type === 'ed25519') return (await generate('ed25519')).privateKey;
  // Each parameter set has a signature of its own in Node's types.
  return (await generate(kind.type as 'ml-dsa-44')).privateKey;
}
