// Entries of a CRL (RFC 5280 section 5.1.2.6): written straight into growing memory, because a CRL may have hundreds of thousands.
import {
  type DerReader,
  encodeConstructed,
  encodeIntegerHex,
  headerLength,
  tags,
  timeLength,
  writeHeader,
  writeTime,
} from '#codecs/der';
import { type CertificateExtension, encodeExtension, readExtensions } from '../extension.ts';
import { extensionOids } from '../extensions/extension-oids.ts';
import {
  decodeInvalidityDate,
  decodeReasonCode,
  encodeInvalidityDate,
  encodeReasonCode,
} from '../extensions/single-values.ts';

export interface RevokedCertificate {
  readonly serialNumber: bigint;
  /** Whole seconds. */
  readonly revocationDate: Date;
  /** Null or 0 (unspecified) is written as no extension, as RFC 5280 section 5.3.1 asks and Dogtag does. */
  readonly reasonCode: number | null;
  readonly invalidityDate: Date | null;
  /** Entry extensions besides those two, written after them. */
  readonly otherExtensions?: readonly CertificateExtension[];
}

const chunkBytes = 64 * 1024;
const reasonCount = 11;
const noOctets = Buffer.alloc(0);

/** crlEntryExtensions of entries that have a reason and nothing else, by reason code, encoded once. */
const reasonOnly: readonly Buffer[] = Array.from({ length: reasonCount }, (_, reason) =>
  reason === 0 ? noOctets : encodeConstructed(tags.sequence, [encodeReasonExtension(reason)]),
);

/** Collects entries in the order in which they are added. Throws DerError for a time that cannot be written. */
export class RevokedCertificatesEncoder {
  readonly #chunks: Buffer[] = [];
  #chunk: Buffer = Buffer.allocUnsafe(chunkBytes);
  #used = 0;
  #byteLength = 0;
  #count = 0;

  /** Octets of all entries so far. */
  get byteLength(): number {
    return this.#byteLength;
  }

  get count(): number {
    return this.#count;
  }

  add(entry: RevokedCertificate): void {
    const parts = measure(entry);
    this.#reserve(parts.entryBytes);
    writeEntry(this.#chunk, this.#used, parts);
    this.#advance(parts.entryBytes);
  }

  /** Adds an entry that is DER already. */
  addEncoded(entryDer: Uint8Array): void {
    this.#reserve(entryDer.length);
    this.#chunk.set(entryDer, this.#used);
    this.#advance(entryDer.length);
  }

  /** All entries, in pieces that only need to be joined. */
  pieces(): Buffer[] {
    return [...this.#chunks, this.#chunk.subarray(0, this.#used)];
  }

  #advance(bytes: number): void {
    this.#used += bytes;
    this.#byteLength += bytes;
    this.#count++;
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#chunk.length) return;
    this.#chunks.push(this.#chunk.subarray(0, this.#used));
    this.#chunk = Buffer.allocUnsafe(Math.max(chunkBytes, bytes));
    this.#used = 0;
  }
}

/** One entry. Throws DerError for a time that cannot be written. */
export function encodeRevokedCertificate(entry: RevokedCertificate): Buffer {
  const parts = measure(entry);
  const result = Buffer.allocUnsafe(parts.entryBytes);
  writeEntry(result, 0, parts);
  return result;
}

interface EntryParts {
  readonly serialHex: string;
  readonly revocationDate: Date;
  readonly extensions: Buffer;
  readonly contentBytes: number;
  readonly entryBytes: number;
}

function measure(entry: RevokedCertificate): EntryParts {
  const serialHex = encodeIntegerHex(entry.serialNumber);
  const extensions = encodeEntryExtensions(entry);
  const serialBytes = serialHex.length / 2;
  const contentBytes = headerLength(serialBytes) + serialBytes + timeLength(entry.revocationDate) + extensions.length;
  const entryBytes = headerLength(contentBytes) + contentBytes;
  return { serialHex, revocationDate: entry.revocationDate, extensions, contentBytes, entryBytes };
}

function writeEntry(target: Buffer, offset: number, parts: EntryParts): void {
  let at = writeHeader(target, offset, tags.sequence, parts.contentBytes);
  at = writeHeader(target, at, tags.integer, parts.serialHex.length / 2);
  at += target.write(parts.serialHex, at, 'hex');
  at = writeTime(target, at, parts.revocationDate);
  if (parts.extensions.length > 0) target.set(parts.extensions, at);
}

function encodeEntryExtensions(entry: RevokedCertificate): Buffer {
  const { reasonCode, invalidityDate, otherExtensions = [] } = entry;
  if (invalidityDate === null && otherExtensions.length === 0) {
    const known = reasonOnly[reasonCode ?? 0];
    if (known !== undefined) return known;
  }
  const extensions: Buffer[] = [];
  if (reasonCode !== null && reasonCode !== 0) extensions.push(encodeReasonExtension(reasonCode));
  if (invalidityDate !== null) {
    const valueDer = encodeInvalidityDate(invalidityDate);
    extensions.push(encodeExtension({ oid: extensionOids.invalidityDate, critical: false, valueDer }));
  }
  for (const extension of otherExtensions) extensions.push(encodeExtension(extension));
  return encodeConstructed(tags.sequence, extensions);
}

function encodeReasonExtension(reasonCode: number): Buffer {
  return encodeExtension({ oid: extensionOids.reasonCode, critical: false, valueDer: encodeReasonCode(reasonCode) });
}

/** The entry that is next in `reader`. Throws DerError. */
export function readRevokedCertificate(reader: DerReader): RevokedCertificate {
  const sequence = reader.enterSequence('revoked certificate');
  const serialNumber = sequence.readInteger('userCertificate');
  const revocationDate = sequence.readTime('revocationDate');
  let reasonCode: number | null = null;
  let invalidityDate: Date | null = null;
  const otherExtensions: CertificateExtension[] = [];
  for (const extension of sequence.isAtEnd ? [] : readExtensions(sequence)) {
    if (extension.oid === extensionOids.reasonCode) reasonCode = decodeReasonCode(extension.valueDer);
    else if (extension.oid === extensionOids.invalidityDate) invalidityDate = decodeInvalidityDate(extension.valueDer);
    else otherExtensions.push(extension);
  }
  sequence.assertEnd('revoked certificate');
  return { serialNumber, revocationDate, reasonCode, invalidityDate, otherExtensions };
}
