// The short-lived process behind key-tool.ts: makes one key, or takes one out of a PKCS#12 file, and ends.
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { decodePkcs12, type Pkcs12Certificate, type Pkcs12Content, Pkcs12Error, type Pkcs12Key } from '#codecs/pkcs';
import { generatePrivateKey } from './generate-key.ts';
import { findKey, type StoredKey, writeKey } from './key-folder.ts';
import type { FromKeyTool, ImportedKey, ImportPkcs12Order, ToKeyTool } from './key-tool-protocol.ts';
import { readSecret, type SecretSource } from './secret-source.ts';
import { SignerError } from './signer.ts';

const pkcs12BytesMax = 16 * 1024 * 1024;

process.on('disconnect', () => process.exit(0));
process.on('message', async (message: ToKeyTool) => {
  let answer: FromKeyTool;
  try {
    answer = await carryOut(message);
  } catch (error) {
    answer = { kind: 'refused', message: error instanceof SignerError ? error.message : 'the key could not be stored' };
  }
  process.send?.(answer, () => process.exit(0));
});

async function carryOut(message: ToKeyTool): Promise<FromKeyTool> {
  if (message.kind === 'import-pkcs12') return { kind: 'imported', key: importKey(message.order) };
  const { keyFolder, keyId, passphrase, keyKind } = message.order;
  const { publicKeyDer } = writeKey(keyFolder, keyId, await generatePrivateKey(keyKind), readPassphrase(passphrase));
  return { kind: 'created', keyId, publicKeyDer };
}

function importKey(order: ImportPkcs12Order): ImportedKey {
  const { keyFolder, keyId, pkcs12File, pkcs12Password } = order;
  const password = 'value' in pkcs12Password ? pkcs12Password.value : readSecret(pkcs12Password, process.env);
  const { keys, certificates } = openPkcs12(readPkcs12File(pkcs12File), password);
  const pairs = keys.flatMap((key) => pair(key, certificates));
  const only = order.publicKeyDer === undefined ? chooseByName(order, pairs) : chooseByKey(order.publicKeyDer, pairs);
  if (only === null) throw new SignerError('failed', `${pkcs12File} does not hold the key that is looked for`);
  const passphrase = readPassphrase(order.passphrase);
  const present = findPresent(keyFolder, keyId, passphrase);
  const publicKeyDer = createPublicKey(only.privateKey).export({ type: 'spki', format: 'der' });
  if (present !== null && !present.publicKeyDer.equals(publicKeyDer))
    throw new SignerError('failed', `another key ${keyId} is already in ${keyFolder}`);
  if (present === null) writeKey(keyFolder, keyId, only.privateKey, passphrase);
  return {
    keyId,
    publicKeyDer,
    wasPresent: present !== null,
    certificateDer: only.certificate.certificateDer,
    otherCertificatesDer: certificates.flatMap((other) => (other === only.certificate ? [] : [other.certificateDer])),
  };
}

function chooseByName(
  { pkcs12File, friendlyName }: ImportPkcs12Order,
  pairs: readonly KeyWithCertificate[],
): KeyWithCertificate {
  const chosen =
    friendlyName === null ? pairs : pairs.filter((found) => found.certificate.friendlyName === friendlyName);
  const [only] = chosen;
  if (only === undefined || chosen.length > 1)
    throw new SignerError('failed', ambiguity(pkcs12File, pairs, friendlyName));
  return only;
}

/** With whichever of its certificates: an authority that was renewed has several. */
function chooseByKey(publicKeyDer: Uint8Array, pairs: readonly KeyWithCertificate[]): KeyWithCertificate | null {
  const found = pairs.find(
    ({ privateKey }) =>
      Buffer.compare(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }), publicKeyDer) === 0,
  );
  return found ?? null;
}

function openPkcs12(bytes: Buffer, password: string): Pkcs12Content {
  try {
    return decodePkcs12(bytes, password);
  } catch (error) {
    if (error instanceof Pkcs12Error) throw new SignerError('failed', error.message);
    throw error;
  }
}

interface KeyWithCertificate {
  readonly privateKey: KeyObject;
  readonly certificate: Pkcs12Certificate;
}

/** The certificates that carry the public half of a key; a shared local key id is a hint that proves nothing. */
function pair(key: Pkcs12Key, certificates: readonly Pkcs12Certificate[]): readonly KeyWithCertificate[] {
  const privateKey = decodePrivateKey(key);
  return certificates
    .filter(({ certificateDer }) => decodeCertificate(certificateDer)?.checkPrivateKey(privateKey) === true)
    .map((certificate) => ({ privateKey, certificate }));
}

function decodePrivateKey({ pkcs8Der }: Pkcs12Key): KeyObject {
  try {
    return createPrivateKey({ key: pkcs8Der, format: 'der', type: 'pkcs8' });
  } catch {
    throw new SignerError('failed', 'the PKCS#12 file holds a key that is damaged or of a kind that is not supported');
  }
}

function decodeCertificate(certificateDer: Buffer): X509Certificate | null {
  try {
    return new X509Certificate(certificateDer);
  } catch {
    return null;
  }
}

function ambiguity(file: string, pairs: readonly KeyWithCertificate[], friendlyName: string | null): string {
  const names = pairs.map(({ certificate }) => JSON.stringify(certificate.friendlyName ?? 'no name')).join(', ');
  if (pairs.length === 0) return `${file} holds no key together with its certificate`;
  return friendlyName === null
    ? `${file} holds several keys, choose one by its friendly name: ${names}`
    : `${file} holds no single key named ${JSON.stringify(friendlyName)}; it has ${names}`;
}

function readPkcs12File(path: string): Buffer {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new SignerError('failed', `${path} does not exist`);
  if (stats.size > pkcs12BytesMax) throw new SignerError('failed', `${path} is larger than ${pkcs12BytesMax} bytes`);
  try {
    return readFileSync(path);
  } catch {
    throw new SignerError('failed', `${path} can't be read`);
  }
}

function findPresent(keyFolder: string, keyId: string, passphrase: string | null): StoredKey | null {
  return lstatSync(keyFolder, { throwIfNoEntry: false }) === undefined ? null : findKey(keyFolder, keyId, passphrase);
}

function readPassphrase(source: SecretSource | null): string | null {
  return source === null ? null : readSecret(source, process.env);
}
