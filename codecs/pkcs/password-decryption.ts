// Password-based decryption as PKCS#12 files need it: PBES2 (RFC 8018) and the older schemes of RFC 7292 appendices B and C; and their MACs.
import { createDecipheriv, createHash, createHmac, hash, pbkdf2Sync } from 'node:crypto';
import rc2 from 'node-forge/lib/rc2.js';
import util from 'node-forge/lib/util.js';
import { DerError, type DerReader, tags } from '#codecs/der';

/** RFC 7292 allows any count; beyond this a file is an attack on the processor and not a key. */
const iterationsMax = 20_000_000;

const hmacWithSha1 = '1.2.840.113549.2.7';

const pseudoRandomFunctions = new Map([
  [hmacWithSha1, 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
]);

const contentCiphers = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyBytes: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', keyBytes: 24 }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', keyBytes: 32 }],
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', keyBytes: 24 }],
]);

interface Digest {
  readonly name: string;
  readonly blockBytes: number;
}

const digests = new Map<string, Digest>([
  ['1.3.14.3.2.26', { name: 'sha1', blockBytes: 64 }],
  ['2.16.840.1.101.3.4.2.4', { name: 'sha224', blockBytes: 64 }],
  ['2.16.840.1.101.3.4.2.1', { name: 'sha256', blockBytes: 64 }],
  ['2.16.840.1.101.3.4.2.2', { name: 'sha384', blockBytes: 128 }],
  ['2.16.840.1.101.3.4.2.3', { name: 'sha512', blockBytes: 128 }],
]);
const sha1: Digest = { name: 'sha1', blockBytes: 64 };

const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2 = '1.2.840.113549.1.5.12';
const pbmac1 = '1.2.840.113549.1.5.14';
const olderSchemes = new Map([
  ['1.2.840.113549.1.12.1.3', { cipher: 'des-ede3-cbc', keyBytes: 24 }],
  ['1.2.840.113549.1.12.1.4', { cipher: 'des-ede-cbc', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.5', { cipher: 'rc2', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.6', { cipher: 'rc2', keyBytes: 5 }],
]);

/** A password in the two encodings that PKCS#12 knows. */
export interface PasswordBytes {
  /** BMPString with a zero character at its end, for the schemes of RFC 7292. */
  readonly terminated: Buffer;
  /** UTF-8, for PBKDF2. */
  readonly plain: Buffer;
}

/** What a password may mean: the empty one is written as a lone zero character by some tools, and as nothing at all by others. */
export function passwordEncodings(password: string): PasswordBytes[] {
  const plain = Buffer.from(password, 'utf8');
  const terminated = Buffer.from(`${password}\0`, 'utf16le').swap16();
  return password === ''
    ? [
        { terminated, plain },
        { terminated: plain, plain },
      ]
    : [{ terminated, plain }];
}

/**
 * Decrypts `encrypted` as the AlgorithmIdentifier that `reader` stands before says. Throws DerError for a scheme that is not known or
 * broken parameters, and the library's error when the padding does not fit, which a wrong password looks like.
 */
export function decryptWithPassword(reader: DerReader, encrypted: Uint8Array, password: PasswordBytes): Buffer {
  const algorithm = reader.enterSequence('encryption algorithm');
  const oid = algorithm.readObjectIdentifier('encryption algorithm');
  const parameters = algorithm.enterSequence('encryption parameters');
  if (oid === pbes2) return decryptPbes2(parameters, encrypted, password);
  const scheme = olderSchemes.get(oid);
  if (scheme === undefined) throw new DerError(`encryption ${oid} is not supported`);
  const salt = parameters.readOctetString('salt');
  const iterations = readIterations(parameters);
  const derive = (purpose: number, byteCount: number): Buffer =>
    deriveOlder(sha1, purpose, password.terminated, salt, iterations, byteCount);
  const key = derive(1, scheme.keyBytes);
  const initializationVector = derive(2, 8);
  if (scheme.cipher === 'rc2') return decryptRc2(key, initializationVector, encrypted);
  // OpenSSL 3 has no two-key name for CBC any more: the third key is the first one again.
  const fullKey = scheme.keyBytes === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key;
  return decipher('des-ede3-cbc', fullKey, initializationVector, encrypted);
}

/** Whether the MAC of RFC 7292 section 4, or of RFC 9579, fits; `reader` stands before MacData. Throws DerError. */
export function checkPasswordMac(reader: DerReader, content: Uint8Array, password: PasswordBytes): boolean {
  const macData = reader.enterSequence('MacData');
  const digestInfo = macData.enterSequence('DigestInfo');
  const algorithm = digestInfo.enterSequence('digest algorithm');
  const oid = algorithm.readObjectIdentifier('digest algorithm');
  const expected = digestInfo.readOctetString('MAC');
  const salt = macData.readOctetString('salt');
  const iterations = macData.isAtEnd ? 1 : readIterations(macData);
  if (oid === pbmac1) return computePbmac1(algorithm, content, password).equals(expected);
  const digest = digests.get(oid);
  if (digest === undefined) throw new DerError(`MAC digest ${oid} is not supported`);
  const macBytes = createHash(digest.name).digest().length;
  const key = deriveOlder(digest, 3, password.terminated, salt, iterations, macBytes);
  return createHmac(digest.name, key).update(content).digest().equals(expected);
}

function computePbmac1(algorithm: DerReader, content: Uint8Array, password: PasswordBytes): Buffer {
  const parameters = algorithm.enterSequence('PBMAC1 parameters');
  const derive = readKeyDerivation(parameters);
  const oid = parameters.enterSequence('message authentication scheme').readObjectIdentifier('MAC');
  const hash = pseudoRandomFunctions.get(oid);
  if (hash === undefined) throw new DerError(`MAC ${oid} is not supported`);
  return createHmac(hash, derive(password, createHash(hash).digest().length))
    .update(content)
    .digest();
}

function decryptPbes2(parameters: DerReader, encrypted: Uint8Array, password: PasswordBytes): Buffer {
  const derive = readKeyDerivation(parameters);
  const encryption = parameters.enterSequence('encryption scheme');
  const oid = encryption.readObjectIdentifier('cipher');
  const cipher = contentCiphers.get(oid);
  if (cipher === undefined) throw new DerError(`cipher ${oid} is not supported`);
  const initializationVector = encryption.readOctetString('initialization vector');
  return decipher(cipher.name, derive(password, cipher.keyBytes), initializationVector, encrypted);
}

/** PBKDF2 parameters. A key length that they give wins over the default of the cipher or MAC. */
function readKeyDerivation(parameters: DerReader): (password: PasswordBytes, keyBytes: number) => Buffer {
  const derivation = parameters.enterSequence('key derivation');
  const oid = derivation.readObjectIdentifier('key derivation');
  if (oid !== pbkdf2) throw new DerError(`key derivation ${oid} is not supported`);
  const inner = derivation.enterSequence('PBKDF2 parameters');
  const salt = inner.readOctetString('salt');
  const iterations = readIterations(inner);
  const keyLength = inner.peekTag() === tags.integer ? inner.readSmallInteger('key length') : null;
  const prfOid = inner.isAtEnd ? hmacWithSha1 : inner.enterSequence('PRF').readObjectIdentifier('PRF');
  const prf = pseudoRandomFunctions.get(prfOid);
  if (prf === undefined) throw new DerError(`PRF ${prfOid} is not supported`);
  if (keyLength !== null && (keyLength < 1 || keyLength > 64)) throw new DerError('key length is out of range');
  return (password, keyBytes) => pbkdf2Sync(password.plain, salt, iterations, keyLength ?? keyBytes, prf);
}

function decipher(cipher: string, key: Buffer, initializationVector: Buffer, encrypted: Uint8Array): Buffer {
  const process = createDecipheriv(cipher, key, initializationVector);
  return Buffer.concat([process.update(encrypted), process.final()]);
}

/** OpenSSL has put RC2 into a module that Node does not load; old exports still use it for certificates. */
function decryptRc2(key: Buffer, initializationVector: Buffer, encrypted: Uint8Array): Buffer {
  const process = rc2.createDecryptionCipher(key.toString('binary'), key.length * 8);
  process.start(initializationVector.toString('binary'));
  process.update(util.createBuffer(Buffer.from(encrypted).toString('binary')));
  if (!process.finish()) throw new DerError('padding does not fit');
  return Buffer.from(process.output.getBytes(), 'binary');
}

function readIterations(reader: DerReader): number {
  const iterations = reader.readSmallInteger('iterations');
  if (iterations < 1 || iterations > iterationsMax) throw new DerError(`iteration count ${iterations} is out of range`);
  return iterations;
}

/** The key derivation of RFC 7292 appendix B.2; `purpose` is 1 for keys, 2 for initialization vectors, 3 for MAC keys. */
function deriveOlder(
  digest: Digest,
  purpose: number,
  passwordBytes: Buffer,
  salt: Buffer,
  iterations: number,
  byteCount: number,
): Buffer {
  const { name, blockBytes } = digest;
  const diversifier = Buffer.alloc(blockBytes, purpose);
  const input = Buffer.concat([repeatToBlocks(salt, blockBytes), repeatToBlocks(passwordBytes, blockBytes)]);
  const derived: Buffer[] = [];
  for (let length = 0; length < byteCount; ) {
    let block = createHash(name).update(diversifier).update(input).digest();
    // The one-shot call halves the time, and NSS asks for 600,000 rounds several times per file.
    for (let round = 1; round < iterations; round++) block = hash(name, block, 'buffer');
    derived.push(block);
    length += block.length;
    addToEachBlock(input, repeatToBlocks(block, blockBytes), blockBytes);
  }
  return Buffer.concat(derived).subarray(0, byteCount);
}

function repeatToBlocks(bytes: Buffer, blockBytes: number): Buffer {
  if (bytes.length === 0) return bytes;
  return Buffer.alloc(Math.ceil(bytes.length / blockBytes) * blockBytes, bytes);
}

/** Adds `addend` plus one to every block of `input`, as big-endian numbers that wrap around. */
function addToEachBlock(input: Buffer, addend: Buffer, blockBytes: number): void {
  for (let start = 0; start < input.length; start += blockBytes) {
    let carry = 1;
    for (let at = blockBytes - 1; at >= 0; at -= 1) {
      const sum = (input[start + at] ?? 0) + (addend[at] ?? 0) + carry;
      input[start + at] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}
