// Reads PKCS#12 files (RFC 7292) as Dogtag, NSS and openssl write them; certificates come out as the very bytes that went in.
import { contextConstructed, contextPrimitive, DerError, type DerReader, openDer, tags } from '#codecs/der';
import { checkPasswordMac, decryptWithPassword, type PasswordBytes, passwordEncodings } from './password-decryption.ts';

interface Pkcs12Bag {
  /** Ties a key to its certificate, in hexadecimal; null where the file leaves that open. */
  readonly localKeyId: string | null;
  /** Nickname of the source, such as `caSigningCert cert-pki-ca`. */
  readonly friendlyName: string | null;
}

export interface Pkcs12Key extends Pkcs12Bag {
  /** PrivateKeyInfo. */
  readonly pkcs8Der: Buffer;
}

export interface Pkcs12Certificate extends Pkcs12Bag {
  readonly certificateDer: Buffer;
}

export interface Pkcs12Content {
  readonly keys: readonly Pkcs12Key[];
  readonly certificates: readonly Pkcs12Certificate[];
}

const data = '1.2.840.113549.1.7.1';
const encryptedData = '1.2.840.113549.1.7.6';
const bagTypes = '1.2.840.113549.1.12.10.1';
const x509Certificate = '1.2.840.113549.1.9.22.1';
const friendlyNameAttribute = '1.2.840.113549.1.9.20';
const localKeyIdAttribute = '1.2.840.113549.1.9.21';
const bagsMax = 1024;
// NSS writes BER with indefinite lengths.
const rules = { rules: 'ber', bytesMax: 16 * 1024 * 1024 } as const;

/** `wrong-password` when the file's own check says so, or when it has none and decryption does not fit. */
export type Pkcs12ErrorCode = 'wrong-password' | 'unreadable';

/** A PKCS#12 file that cannot be opened. The message never repeats the password. */
export class Pkcs12Error extends Error {
  readonly code: Pkcs12ErrorCode;
  constructor(code: Pkcs12ErrorCode, message: string) {
    super(message);
    this.name = 'Pkcs12Error';
    this.code = code;
  }
}

/**
 * Keys and certificates of a PKCS#12 file, in the order of the file. Takes a moment of processor time, as files demand many rounds of
 * hashing. Throws Pkcs12Error.
 */
export function decodePkcs12(bytes: Uint8Array, password: string): Pkcs12Content {
  let isPasswordProven = false;
  let isDecrypting = false;
  try {
    const file = openDer(bytes, rules).enterSequence('PFX');
    if (file.readSmallInteger('version') !== 3) throw new DerError('PKCS#12 version is not 3');
    const authenticatedSafe = readData(file.enterSequence('authSafe'));
    const macData = file.isAtEnd ? null : file.readAny('MacData').bytes;
    const content = new ContentCollector(findPassword(macData, authenticatedSafe, password));
    isPasswordProven = macData !== null;
    isDecrypting = true;
    const safes = openDer(authenticatedSafe, rules).enterSequence('AuthenticatedSafe');
    while (!safes.isAtEnd) content.addSafe(safes.enterSequence('ContentInfo'));
    return content;
  } catch (error) {
    if (error instanceof Pkcs12Error) throw error;
    // A cipher whose padding does not fit throws an error of its own; one in 256 wrong passwords gives garbage instead.
    if (isDecrypting && !isPasswordProven) {
      throw new Pkcs12Error('wrong-password', "the PKCS#12 file can't be decrypted: wrong password, or a damaged file");
    }
    const detail = error instanceof DerError ? `: ${error.message}` : '';
    throw new Pkcs12Error('unreadable', `the PKCS#12 file can't be read${detail}`);
  }
}

function findPassword(macData: Buffer | null, authenticatedSafe: Buffer, password: string): PasswordBytes {
  const encodings = passwordEncodings(password);
  const fits = (encoding: PasswordBytes): boolean =>
    macData === null || checkPasswordMac(openDer(macData, rules), authenticatedSafe, encoding);
  const found = encodings.find(fits);
  if (found === undefined) throw new Pkcs12Error('wrong-password', 'the PKCS#12 password is wrong');
  return found;
}

/** Walks through the safes of one file. */
class ContentCollector implements Pkcs12Content {
  readonly keys: Pkcs12Key[] = [];
  readonly certificates: Pkcs12Certificate[] = [];
  readonly #password: PasswordBytes;
  #bags = 0;

  constructor(password: PasswordBytes) {
    this.#password = password;
  }

  addSafe(contentInfo: DerReader): void {
    this.#addBags(openSafe(contentInfo, this.#password));
  }

  #addBags(outer: DerReader): void {
    const safe = outer.enterSequence('SafeContents');
    while (!safe.isAtEnd) {
      if (++this.#bags > bagsMax) throw new DerError(`more than ${bagsMax} bags`);
      const bag = safe.enterSequence('SafeBag');
      const type = bag.readObjectIdentifier('bag type');
      const value = bag.enter(contextConstructed(0), 'bag value');
      const attributes = readAttributes(bag);
      if (type === `${bagTypes}.1`) this.keys.push({ ...attributes, pkcs8Der: value.readAny('key').bytes });
      else if (type === `${bagTypes}.2`) this.keys.push({ ...attributes, pkcs8Der: decryptKey(value, this.#password) });
      else if (type === `${bagTypes}.3`) this.#addCertificate(value.enterSequence('CertBag'), attributes);
      else if (type === `${bagTypes}.6`) this.#addBags(value);
    }
  }

  #addCertificate(bag: DerReader, attributes: Pkcs12Bag): void {
    if (bag.readObjectIdentifier('certificate type') !== x509Certificate) return;
    const certificateDer = bag.enter(contextConstructed(0), 'certificate').readOctetString('certificate');
    this.certificates.push({ ...attributes, certificateDer: Buffer.from(certificateDer) });
  }
}

/** Content of a ContentInfo of type data; the reader stands before its type. */
function readData(contentInfo: DerReader): Buffer {
  const type = contentInfo.readObjectIdentifier();
  if (type !== data) throw new DerError(`content type ${type} is not supported`);
  return contentInfo.enter(contextConstructed(0), 'content').readOctetString('data');
}

function openSafe(contentInfo: DerReader, password: PasswordBytes): DerReader {
  const type = contentInfo.readObjectIdentifier();
  const content = contentInfo.enter(contextConstructed(0), 'content');
  if (type === data) return openDer(content.readOctetString('data'), rules);
  if (type !== encryptedData) throw new DerError(`content type ${type} is not supported`);
  const envelope = content.enterSequence('EncryptedData');
  envelope.readSmallInteger('version');
  const encryptedContent = envelope.enterSequence('EncryptedContentInfo');
  encryptedContent.readObjectIdentifier('content type');
  const algorithm = encryptedContent.readElement(tags.sequence, 'encryption algorithm');
  const encrypted = readImplicitOctets(encryptedContent);
  return openDer(decryptWithPassword(openDer(algorithm.bytes, rules), encrypted, password), rules);
}

/** `[0] IMPLICIT OCTET STRING`, in one piece or, as NSS writes it, in several. */
function readImplicitOctets(reader: DerReader): Buffer {
  if (reader.peekTag() === contextPrimitive(0)) return reader.readAny('encrypted content').content;
  const pieces = reader.enter(contextConstructed(0), 'encrypted content');
  const octets: Buffer[] = [];
  while (!pieces.isAtEnd) octets.push(pieces.readOctetString('encrypted content'));
  return Buffer.concat(octets);
}

function decryptKey(value: DerReader, password: PasswordBytes): Buffer {
  const envelope = value.enterSequence('EncryptedPrivateKeyInfo');
  const algorithm = envelope.readElement(tags.sequence, 'encryption algorithm');
  const encrypted = envelope.readOctetString('encrypted key');
  return decryptWithPassword(openDer(algorithm.bytes, rules), encrypted, password);
}

function readAttributes(bag: DerReader): Pkcs12Bag {
  let localKeyId: string | null = null;
  let friendlyName: string | null = null;
  const attributes = bag.findEntered(tags.set, 'bag attributes');
  while (attributes !== null && !attributes.isAtEnd) {
    const attribute = attributes.enterSequence('bag attribute');
    const type = attribute.readObjectIdentifier('attribute type');
    const values = attribute.enter(tags.set, 'attribute values');
    if (type === localKeyIdAttribute) localKeyId = values.readOctetString('localKeyID').toString('hex');
    if (type === friendlyNameAttribute) friendlyName = values.readAnyCharacterString('friendlyName');
  }
  return { localKeyId, friendlyName };
}
