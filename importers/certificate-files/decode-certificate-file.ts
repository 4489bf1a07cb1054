// What a file holds of certificates and CRLs, in whatever form people keep them: PEM blocks, DER, PKCS#7, base64 without armor.
import { DerError, openDer, tags } from '#codecs/der';
import { findBase64Bytes, type PemBlock, scanPemBlocks } from '#codecs/pem';
import { decodeSignedDataContents } from '#codecs/pkcs';
import { decodeCertificate, decodeCertificateList } from '#codecs/x509';

export interface FileContents {
  readonly certificatesDer: readonly Uint8Array[];
  readonly crlsDer: readonly Uint8Array[];
  /** `refused`: something that ought to be a certificate or a CRL is none. `accepted`: something else is in there. */
  readonly problems: readonly {
    readonly kind: string;
    readonly verdict: 'accepted' | 'refused';
    readonly message: string;
  }[];
}

const privateKeyMessage =
  'a private key stands here; it is left alone, because keys go into the signer only (retag authority take-key)';

/** Never throws: what cannot be read is a problem with a sentence. `isExpected`: whether the file's name promises certificates or CRLs. */
export function decodeCertificateFile(bytes: Uint8Array, isExpected: boolean): FileContents {
  const found = new Contents();
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (text.includes('-----BEGIN ')) {
    const { blocks, problems } = scanPemBlocks(text);
    for (const block of blocks) found.addBlock(block);
    for (const problem of problems) found.refuse('pem-block-unreadable', problem);
    return found;
  }
  const bare = bytes[0] === sequenceTag ? bytes : findBareBase64(text);
  if (bare !== null && found.addDer(bare)) return found;
  if (!isExpected) found.accept('file-passed-over', 'it is no certificate, CRL or PKCS#7 message');
  else if (bytes.length === 0) found.refuse('file-not-understood', 'it is empty');
  else found.refuse('file-not-understood', `it holds no certificate, CRL or PKCS#7 message${reasonFor(bare)}`);
  return found;
}

const sequenceTag: number = tags.sequence;

/** Text that is nothing but base64 of a SEQUENCE. */
function findBareBase64(text: string): Uint8Array | null {
  if (!/^\s*[A-Za-z0-9+/]{4}[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) return null;
  const bytes = findBase64Bytes(text);
  return bytes !== null && bytes[0] === sequenceTag ? bytes : null;
}

function reasonFor(bytes: Uint8Array | null): string {
  if (bytes === null) return '';
  try {
    decodeCertificate(bytes, { rules: 'ber' });
    return '';
  } catch (error) {
    return ` (read as a certificate: ${(error as Error).message})`;
  }
}

class Contents implements FileContents {
  readonly certificatesDer: Uint8Array[] = [];
  readonly crlsDer: Uint8Array[] = [];
  readonly problems: FileContents['problems'][number][] = [];

  accept(kind: string, message: string): void {
    this.problems.push({ kind, verdict: 'accepted', message });
  }

  refuse(kind: string, message: string): void {
    this.problems.push({ kind, verdict: 'refused', message });
  }

  /** Labels are taken as hints only, since chains are found under CERTIFICATE and single certificates under PKCS7. */
  addBlock({ label, der }: PemBlock): void {
    if (label.endsWith('PRIVATE KEY')) this.accept('private-key-left-alone', privateKeyMessage);
    else if (this.addDer(label === 'TRUSTED CERTIFICATE' ? firstElement(der) : der)) return;
    else if (/CERTIFICATE$|CRL$|^PKCS #?7|^CMS$/.test(label))
      this.refuse('pem-block-unreadable', `PEM block ${label} is not what it says${reasonFor(der)}`);
    else this.accept('pem-block-passed-over', `PEM block ${label} is no certificate and no CRL`);
  }

  /** False when the bytes are nothing that is known here. */
  addDer(der: Uint8Array): boolean {
    if (succeeds(() => decodeCertificate(der, { rules: 'ber' }))) this.certificatesDer.push(der);
    else if (succeeds(() => decodeCertificateList(der, { rules: 'ber' }))) this.crlsDer.push(der);
    else return this.#addMessage(der) || this.#noteOther(der);
    return true;
  }

  #addMessage(der: Uint8Array): boolean {
    try {
      const { certificatesDer, crlsDer } = decodeSignedDataContents(der);
      this.certificatesDer.push(...certificatesDer);
      this.crlsDer.push(...crlsDer);
      if (certificatesDer.length + crlsDer.length === 0)
        this.accept('pkcs7-without-certificates', 'a PKCS#7 message without certificates and CRLs');
      return true;
    } catch {
      return false;
    }
  }

  #noteOther(der: Uint8Array): boolean {
    const kind = identifyOther(der);
    if (kind === 'pkcs12')
      this.accept('pkcs12-passed-over', 'a PKCS#12 file: import it by itself, with its password (--pkcs12)');
    else if (kind === 'private-key') this.accept('private-key-left-alone', privateKeyMessage);
    else if (kind === 'request') this.accept('request-passed-over', 'a certificate request, which is no certificate');
    return kind !== null;
  }
}

/** By the first elements: PFX (RFC 7292) has version 3 before a ContentInfo, keys a version before integers or an algorithm. */
function identifyOther(der: Uint8Array): 'pkcs12' | 'private-key' | 'request' | null {
  try {
    const outer = openDer(der, { rules: 'ber', bytesMax: der.length + 1 }).enterSequence('SEQUENCE');
    if (outer.peekTag() === tags.sequence) {
      const first = outer.enterSequence('SEQUENCE');
      if (first.peekTag() === tags.integer) return 'request';
      // EncryptedPrivateKeyInfo (RFC 5208 section 6).
      return first.peekTag() === tags.objectIdentifier && outer.peekTag() === tags.octetString ? 'private-key' : null;
    }
    const version = outer.readSmallInteger('version');
    if (version === 3 && outer.peekTag() === tags.sequence) return 'pkcs12';
    return version <= 1 ? 'private-key' : null;
  } catch {
    return null;
  }
}

/** OpenSSL writes its trust settings behind the certificate. */
function firstElement(der: Uint8Array): Uint8Array {
  try {
    return openDer(der, { rules: 'ber', bytesMax: der.length + 1 }).readAny('certificate').bytes;
  } catch {
    return der;
  }
}

function succeeds(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}
