// X.509 certificates (RFC 5280 section 4.1) decoded without losing a byte: every part keeps the exact DER it came in.
import { contextConstructed, contextPrimitive, DerError, type DerReader, openDer, tags } from '#codecs/der';
import { type CertificateExtension, readExtensions } from './extension.ts';

/** What stands at the beginning of a TBSCertificate, up to its validity. */
export interface CertificateHead {
  /** DER value of `version`: 0 is X.509 version 1, 2 is version 3. */
  readonly version: number;
  readonly serialNumber: bigint;
  /** AlgorithmIdentifier inside the TBSCertificate. */
  readonly signatureAlgorithmDer: Buffer;
  readonly issuerDer: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface TbsCertificate extends CertificateHead {
  /** The whole TBSCertificate, which is what is signed. */
  readonly tbsDer: Buffer;
  readonly subjectDer: Buffer;
  readonly subjectPublicKeyInfoDer: Buffer;
  /** Content of the BIT STRING, without its count of unused bits. */
  readonly issuerUniqueId: Buffer | null;
  readonly subjectUniqueId: Buffer | null;
  /** In the order of the encoding. Empty both when absent and when an empty list is encoded. */
  readonly extensions: readonly CertificateExtension[];
}

export interface Certificate extends TbsCertificate {
  readonly der: Buffer;
  /** AlgorithmIdentifier beside the signature; RFC 5280 wants it equal to the inner one, which is for the caller to check. */
  readonly outerSignatureAlgorithmDer: Buffer;
  /** Content of the signature BIT STRING. */
  readonly signature: Buffer;
}

export interface DecodeCertificateOptions {
  /** `ber` takes sloppy encodings of old certificates. Default `der`. */
  readonly rules?: 'der' | 'ber';
}

/** Post-quantum certificates reach some 10 KiB; a MiB leaves room for anything real. */
export const certificateBytesMax = 1024 * 1024;

/** Decodes one certificate and nothing after it. Throws DerError. */
export function decodeCertificate(certificateDer: Uint8Array, options: DecodeCertificateOptions = {}): Certificate {
  const reader = openDer(certificateDer, { rules: options.rules ?? 'der', bytesMax: certificateBytesMax });
  const element = reader.readElement(tags.sequence, 'Certificate');
  reader.assertEnd('Certificate');
  const sequence = reader.enterElement(element);
  const tbs = readTbsCertificate(sequence);
  const outerSignatureAlgorithmDer = sequence.readElement(tags.sequence, 'signatureAlgorithm').bytes;
  const { bits, unusedBits } = sequence.readBitString('signatureValue');
  if (unusedBits !== 0) throw new DerError('signatureValue is not a whole number of octets');
  sequence.assertEnd('Certificate');
  return { ...tbs, der: element.bytes, outerSignatureAlgorithmDer, signature: bits };
}

/** Decodes one TBSCertificate and nothing after it. Throws DerError. */
export function decodeTbsCertificate(tbsDer: Uint8Array, options: DecodeCertificateOptions = {}): TbsCertificate {
  const reader = openDer(tbsDer, { rules: options.rules ?? 'der', bytesMax: certificateBytesMax });
  const tbs = readTbsCertificate(reader);
  reader.assertEnd('TBSCertificate');
  return tbs;
}

/** Decodes as much of a certificate and does not look at the rest, which may be anything but too short. Throws DerError. */
export function decodeCertificateHead(
  certificateDer: Uint8Array,
  options: DecodeCertificateOptions = {},
): CertificateHead {
  const reader = openDer(certificateDer, { rules: options.rules ?? 'der', bytesMax: certificateBytesMax });
  return readHead(reader.enterSequence('Certificate').enterSequence('TBSCertificate'));
}

function readTbsCertificate(reader: DerReader): TbsCertificate {
  const element = reader.readElement(tags.sequence, 'TBSCertificate');
  const tbs = reader.enterElement(element);
  const head = readHead(tbs);
  const subjectDer = tbs.readElement(tags.sequence, 'subject').bytes;
  const subjectPublicKeyInfoDer = tbs.readElement(tags.sequence, 'subjectPublicKeyInfo').bytes;
  const issuerUniqueId = findUniqueId(tbs, 1);
  const subjectUniqueId = findUniqueId(tbs, 2);
  const wrapped = tbs.findEntered(contextConstructed(3), 'extensions');
  const extensions = wrapped === null ? [] : readExtensions(wrapped);
  wrapped?.assertEnd('extensions');
  tbs.assertEnd('TBSCertificate');
  return {
    ...head,
    tbsDer: element.bytes,
    subjectDer,
    subjectPublicKeyInfoDer,
    issuerUniqueId,
    subjectUniqueId,
    extensions,
  };
}

function readHead(tbs: DerReader): CertificateHead {
  const version = readVersion(tbs);
  const serialNumber = tbs.readInteger('serialNumber');
  const signatureAlgorithmDer = tbs.readElement(tags.sequence, 'signature').bytes;
  const issuerDer = tbs.readElement(tags.sequence, 'issuer').bytes;
  const validity = tbs.enterSequence('validity');
  const notBefore = validity.readTime('notBefore');
  const notAfter = validity.readTime('notAfter');
  validity.assertEnd('validity');
  return { version, serialNumber, signatureAlgorithmDer, issuerDer, notBefore, notAfter };
}

function readVersion(tbs: DerReader): number {
  const wrapped = tbs.findEntered(contextConstructed(0), 'version');
  if (wrapped === null) return 0;
  const version = wrapped.readSmallInteger('version');
  wrapped.assertEnd('version');
  if (version < 0 || version > 2) throw new DerError(`version ${version} is not one of X.509`);
  return version;
}

function findUniqueId(tbs: DerReader, number: number): Buffer | null {
  const tag = contextPrimitive(number);
  return tbs.peekTag() === tag ? tbs.readBitString('unique identifier', tag).bits : null;
}
