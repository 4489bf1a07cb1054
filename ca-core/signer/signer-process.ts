// The process that holds the keys: reads one key folder, proves every key, then signs what its parent sends until the parent goes.
import { randomBytes } from '#platform';
import { generatePrivateKey } from './generate-key.ts';
import { findKey, listKeyIds, readKeyFolder, removeKey, type StoredKey, writeKey } from './key-folder.ts';
import { readSecret } from './secret-source.ts';
import { findSignatureScheme, signBytes, verifySignature } from './signature-scheme.ts';
import { SignerError, type SignerKey } from './signer.ts';
import type { FromSigner, KeyMessage, OpenMessage, SignRequest, SignResult, ToSigner } from './signer-protocol.ts';

/** A message costs both processes about as much as a tenth of an RSA signature; waiting for more than these would cost time. */
const resultsPerMessage = 4;
const lookIntervalMs = 1_000;

/** Where keys are kept, once the first message has said so. */
let place: { readonly keyFolder: string; readonly secret: string | null } | null = null;
const keys = new Map<string, StoredKey>();
let results: SignResult[] = [];
let underWay = 0;

// A terminal's Ctrl-C and a service manager's stop reach the whole process group. The parent must be able to finish what it
// has begun, so the signer goes only when its parent does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToSigner) => {
  if (message.kind === 'open') open(message).catch(giveUp);
  else if (message.kind !== 'sign') workOnKey(message);
  else for (const request of message.requests) signOne(request);
});

async function open({ keyFolder, passphrase }: OpenMessage): Promise<void> {
  const secret = passphrase === null ? null : readSecret(passphrase, process.env);
  place = { keyFolder, secret };
  for (const key of readKeyFolder(keyFolder, secret)) {
    await proveKey(key);
    keys.set(key.keyId, key);
  }
  send({ kind: 'ready', keys: describeKeys() });
  lookAgainAfter(keyFolder, secret);
}

function describeKeys(): readonly SignerKey[] {
  return [...keys.values()].map(({ keyId, publicKeyDer, algorithms }) => ({ keyId, publicKeyDer, algorithms }));
}

/** A key that is taken over while the authority runs must not wait for its next start; a bad file must not stop those that sign. */
function lookAgainAfter(keyFolder: string, secret: string | null): void {
  const refused = new Set<string>();
  const look = async () => {
    for (const keyId of listKeyIds(keyFolder)) {
      if (keys.has(keyId) || refused.has(keyId)) continue;
      try {
        const key = findKey(keyFolder, keyId, secret);
        if (key === null) continue;
        await proveKey(key);
        keys.set(keyId, key);
        send({ kind: 'keys-added', keys: describeKeys() });
      } catch (error) {
        refused.add(keyId);
        send({
          kind: 'key-refused',
          message: error instanceof SignerError ? error.message : `key ${keyId} is unusable`,
        });
      }
    }
  };
  const lookOnceMore = () =>
    setTimeout(() => {
      // A folder that is away for a moment holds nothing new.
      look()
        .catch(() => {})
        .finally(lookOnceMore);
    }, lookIntervalMs);
  lookOnceMore();
}

/** Makes or destroys one key, and says which keys there are then. */
async function workOnKey(message: KeyMessage): Promise<void> {
  const { id, keyId } = message;
  try {
    if (place === null) throw new SignerError('unavailable', 'the keys are not open yet');
    if (message.kind === 'destroy-key') {
      removeKey(place.keyFolder, keyId);
      keys.delete(keyId);
    } else {
      const key = writeKey(place.keyFolder, keyId, await generatePrivateKey(message.keyKind), place.secret);
      await proveKey(key);
      keys.set(keyId, key);
    }
    send({ kind: 'keys-changed', id, keys: describeKeys() });
  } catch (error) {
    const reason = error instanceof SignerError ? error.message : `key ${keyId} could not be worked on`;
    send({ kind: 'key-work-failed', id, message: reason });
  }
}

/** A damaged key or library must show itself here and not in a certificate. */
async function proveKey({ keyId, privateKey, publicKey, algorithms }: StoredKey): Promise<void> {
  const bytes = randomBytes(64);
  for (const algorithm of algorithms) {
    const scheme = findSignatureScheme(algorithm);
    if (scheme === null) continue;
    const fits = await verifySignature(publicKey, scheme, bytes, await signBytes(privateKey, scheme, bytes));
    if (!fits) throw new SignerError('unavailable', `key ${keyId} does not verify its own ${algorithm} signature`);
  }
}

function signOne({ id, keyId, algorithm, bytes }: SignRequest): void {
  const key = keys.get(keyId);
  const scheme = findSignatureScheme(algorithm);
  if (key === undefined) answer({ id, errorCode: 'unknown-key', message: `no key ${keyId}` });
  else if (scheme === null || !key.algorithms.includes(algorithm))
    answer({ id, errorCode: 'unsuitable-algorithm', message: `key ${keyId} does not sign with ${algorithm}` });
  else {
    underWay += 1;
    signBytes(key.privateKey, scheme, bytes)
      .then(
        (signature): SignResult => ({ id, signature }),
        (): SignResult => ({ id, errorCode: 'failed', message: `key ${keyId} failed to sign with ${algorithm}` }),
      )
      .then((result) => {
        underWay -= 1;
        answer(result);
      });
  }
}

/** Results that come shortly after each other travel in one message. */
function answer(result: SignResult): void {
  results.push(result);
  if (results.length < resultsPerMessage && underWay > 0) return;
  const finished = results;
  results = [];
  send({ kind: 'signed', results: finished });
}

function giveUp(error: unknown): void {
  const message = error instanceof SignerError ? error.message : 'the keys could not be opened';
  process.send?.({ kind: 'failed', message } satisfies FromSigner, () => process.exit(1));
}

function send(message: FromSigner): void {
  // The callback swallows the error of a channel that has just closed; `disconnect` ends the process.
  process.send?.(message, () => {});
}
