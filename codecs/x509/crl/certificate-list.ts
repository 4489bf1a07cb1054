// CRLs (RFC 5280 section 5.1): TBSCertList encoded in one pass for any number of entries, and decoded without unfolding the entries.
import {
  contextConstructed,
  DerError,
  type DerReader,
  encodeBitString,
  encodeConstructed,
  encodeExplicit,
  encodeInteger,
  encodeSequence,
  encodeTime,
  headerLength,
  openDer,
  tags,
  writeHeader,
} from '#codecs/der';
import { type CertificateExtension, encodeExtension, readExtensions } from '../extension.ts';
import { findSignatureAlgorithm } from '../signature-algorithm.ts';
import { type RevokedCertificate, RevokedCertificatesEncoder, readRevokedCertificate } from './revoked-certificate.ts';

export interface TbsCertListContent {
  /** Name in the profile language, such as `SHA256withRSA`. */
  readonly signatureAlgorithm: string;
  readonly issuerDer: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** Written in this order; see `orderRevokedCertificates` for Dogtag's. Entries that are encoded already may come in an encoder. */
  readonly revokedCertificates: Iterable<RevokedCertificate> | RevokedCertificatesEncoder;
  /** Null makes a version 1 CRL, for which entries must not have extensions. An empty list makes version 2 without extensions. */
  readonly extensions:
    | readonly { readonly oid: string; readonly critical: boolean; readonly valueDer: Uint8Array }[]
    | null;
}

/** DER of the TBSCertList. Throws DerError for an unknown algorithm or a time that cannot be written. */
export function encodeTbsCertList(content: TbsCertListContent): Buffer {
  const algorithm = findSignatureAlgorithm(content.signatureAlgorithm);
  if (algorithm === null) throw new DerError(`unknown signature algorithm ${content.signatureAlgorithm}`);
  const entries = collectEntries(content.revokedCertificates);
  const front: Uint8Array[] = content.extensions === null ? [] : [encodeInteger(1)];
  front.push(algorithm.der, content.issuerDer, encodeTime(content.thisUpdate));
  if (content.nextUpdate !== null) front.push(encodeTime(content.nextUpdate));
  const back: Uint8Array[] =
    content.extensions === null || content.extensions.length === 0
      ? []
      : [encodeExplicit(0, encodeConstructed(tags.sequence, content.extensions.map(encodeExtension)))];
  return join(front, entries, back);
}

function collectEntries(
  revokedCertificates: Iterable<RevokedCertificate> | RevokedCertificatesEncoder,
): RevokedCertificatesEncoder {
  if (revokedCertificates instanceof RevokedCertificatesEncoder) return revokedCertificates;
  const entries = new RevokedCertificatesEncoder();
  for (const entry of revokedCertificates) entries.add(entry);
  return entries;
}

/** Copies everything once into memory of the right size; entries dominate, and an empty list of them is left out. */
function join(front: readonly Uint8Array[], entries: RevokedCertificatesEncoder, back: readonly Uint8Array[]): Buffer {
  const hasEntries = entries.count > 0;
  const entriesBytes = hasEntries ? headerLength(entries.byteLength) + entries.byteLength : 0;
  const contentBytes = [...front, ...back].reduce((sum, part) => sum + part.length, entriesBytes);
  const result = Buffer.allocUnsafe(headerLength(contentBytes) + contentBytes);
  let at = writeHeader(result, 0, tags.sequence, contentBytes);
  const copy = (part: Uint8Array): void => {
    result.set(part, at);
    at += part.length;
  };
  front.forEach(copy);
  if (hasEntries) {
    at = writeHeader(result, at, tags.sequence, entries.byteLength);
    entries.pieces().forEach(copy);
  }
  back.forEach(copy);
  return result;
}

/** The CRL around a signed TBSCertList. `signature` is the content of the BIT STRING. */
export function assembleCertificateList(
  tbsDer: Uint8Array,
  signatureAlgorithmDer: Uint8Array,
  signature: Uint8Array,
): Buffer {
  return encodeSequence(tbsDer, signatureAlgorithmDer, encodeBitString(signature));
}

export interface CertificateList {
  readonly der: Buffer;
  /** TBSCertList, over which the signature is made. */
  readonly tbsDer: Buffer;
  /** 0 is version 1, 1 is version 2. */
  readonly version: number;
  readonly signatureAlgorithmDer: Buffer;
  readonly issuerDer: Buffer;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  readonly extensions: readonly CertificateExtension[];
  readonly outerSignatureAlgorithmDer: Buffer;
  readonly signature: Buffer;
  /** Entries one after another, decoded anew on each call. The iteration throws DerError at a broken entry. */
  revokedCertificates(): IterableIterator<RevokedCertificate>;
  /** The same as they are encoded, not looked into. */
  revokedCertificatesDer(): IterableIterator<Buffer>;
}

/** Decodes one CRL and nothing after it; entries are looked at only when iterated. Throws DerError. */
export function decodeCertificateList(
  crlDer: Uint8Array,
  options: { readonly rules?: 'der' | 'ber' } = {},
): CertificateList {
  const reader = openDer(crlDer, { rules: options.rules ?? 'der' });
  const outer = reader.readElement(tags.sequence, 'CertificateList');
  reader.assertEnd('CertificateList');
  const sequence = reader.enterElement(outer);
  const tbsElement = sequence.readElement(tags.sequence, 'TBSCertList');
  const outerSignatureAlgorithmDer = sequence.readElement(tags.sequence, 'signatureAlgorithm').bytes;
  const { bits: signature, unusedBits } = sequence.readBitString('signatureValue');
  if (unusedBits !== 0) throw new DerError('signatureValue is not a whole number of octets');
  sequence.assertEnd('CertificateList');

  const tbs = sequence.enterElement(tbsElement);
  const version = tbs.peekTag() === tags.integer ? tbs.readSmallInteger('version') : 0;
  if (version !== 0 && version !== 1) throw new DerError(`version ${version} is not one of CRLs`);
  const signatureAlgorithmDer = tbs.readElement(tags.sequence, 'signature').bytes;
  const issuerDer = tbs.readElement(tags.sequence, 'issuer').bytes;
  const thisUpdate = tbs.readTime('thisUpdate');
  const hasNextUpdate = tbs.peekTag() === tags.utcTime || tbs.peekTag() === tags.generalizedTime;
  const nextUpdate = hasNextUpdate ? tbs.readTime('nextUpdate') : null;
  const entries = tbs.findElement(tags.sequence, 'revokedCertificates');
  const wrapped = tbs.findEntered(contextConstructed(0), 'crlExtensions');
  const extensions = wrapped === null ? [] : readExtensions(wrapped);
  wrapped?.assertEnd('crlExtensions');
  tbs.assertEnd('TBSCertList');
  return {
    der: outer.bytes,
    tbsDer: tbsElement.bytes,
    version,
    signatureAlgorithmDer,
    issuerDer,
    thisUpdate,
    nextUpdate,
    extensions,
    outerSignatureAlgorithmDer,
    signature,
    revokedCertificates: () => readEntries(entries === null ? null : tbs.enterElement(entries)),
    revokedCertificatesDer: () => readEncodedEntries(entries === null ? null : tbs.enterElement(entries)),
  };
}

function* readEntries(reader: DerReader | null): Generator<RevokedCertificate, undefined, undefined> {
  while (reader !== null && !reader.isAtEnd) yield readRevokedCertificate(reader);
}

function* readEncodedEntries(reader: DerReader | null): Generator<Buffer, undefined, undefined> {
  while (reader !== null && !reader.isAtEnd) yield reader.readElement(tags.sequence, 'revoked certificate').bytes;
}
