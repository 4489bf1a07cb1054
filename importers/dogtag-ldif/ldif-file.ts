// An LDIF file on disk, read once from front to back and afterwards record by record where they lie. A packed one is unpacked beside first.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  type DirectoryEntry,
  decodeLdifRecord,
  LdifRecordSplitter,
  type LdifRecordText,
  ldifLimits,
  withoutReplicationState,
} from '#codecs/ldif';
import { SourceError } from '../import-source.ts';
import type { EntryPlace } from './numbered-places.ts';

const lineFeed = 0x0a;
const pieceBytes = 512 * 1024;
/** What lies between two wanted records is read along when it is less than this: one read is cheaper than two. */
const gapBytesMax = 32 * 1024;
const readBytesMax = 8 * 1024 * 1024;

export class LdifFile {
  readonly #handle: FileHandle;
  readonly #folder: string | null;
  readonly name: string;

  private constructor(name: string, handle: FileHandle, folder: string | null) {
    this.name = name;
    this.#handle = handle;
    this.#folder = folder;
  }

  /** Rejects with SourceError when the file cannot be read or unpacked. */
  static async open(file: string): Promise<LdifFile> {
    let folder: string | null = null;
    try {
      const handle = await open(file);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      // RFC 1952 section 2.3.1.
      if (bytesRead < 2 || buffer[0] !== 0x1f || buffer[1] !== 0x8b) return new LdifFile(file, handle, null);
      await handle.close();
      folder = await mkdtemp(join(tmpdir(), 'retag-ldif-'));
      const unpacked = join(folder, 'directory.ldif');
      await pipeline(createReadStream(file), createGunzip(), createWriteStream(unpacked, { mode: 0o600 }));
      return new LdifFile(file, await open(unpacked), folder);
    } catch (error) {
      if (folder !== null) await rm(folder, { recursive: true, force: true });
      throw new SourceError(codeOf(error), `${file}: ${explain(error as NodeJS.ErrnoException)}`, { cause: error });
    }
  }

  /** Calls `take` for every record, in order. `sha256` is of the text, in hexadecimal; `endsLine` tells whether the last line is whole. Rejects with SourceError. */
  async scan(take: (record: LdifRecordText) => void): Promise<{ readonly sha256: string; readonly endsLine: boolean }> {
    const splitter = new LdifRecordSplitter();
    const digest = createHash('sha256');
    const memory = Buffer.allocUnsafe(pieceBytes);
    let lastOctet = lineFeed;
    try {
      for (let offset = 0; ; ) {
        const { bytesRead } = await this.#handle.read(memory, 0, pieceBytes, offset);
        if (bytesRead === 0) break;
        offset += bytesRead;
        const piece = memory.subarray(0, bytesRead);
        digest.update(piece);
        lastOctet = piece.at(-1) ?? lastOctet;
        for (const record of splitter.push(piece)) take(record);
        if (splitter.heldLength > ldifLimits.entryBytesMax)
          throw new SourceError(
            'malformed',
            `${this.name}: the entry at octet ${offset - splitter.heldLength} is longer than ${ldifLimits.entryBytesMax} octets`,
          );
      }
      for (const record of splitter.finish()) take(record);
    } catch (error) {
      if (error instanceof SourceError) throw error;
      throw new SourceError('unreachable', `${this.name}: ${(error as Error).message}`, { cause: error });
    }
    return { sha256: digest.digest('hex'), endsLine: lastOctet === lineFeed };
  }

  /** Entries at these places, in their order; places that lie close together should stand beside each other. Rejects with SourceError. */
  async read(places: readonly EntryPlace[]): Promise<DirectoryEntry[]> {
    return (await this.readTexts(places)).map((text) => this.decode(text));
  }

  /** The same without decoding them, for who looks at one after the other. */
  async readTexts(places: readonly EntryPlace[]): Promise<LdifRecordText[]> {
    const texts: LdifRecordText[] = [];
    for (let i = 0; i < places.length; ) {
      const first = places[i];
      if (first === undefined) break;
      let end = first.offset + first.length;
      let next = i + 1;
      for (; next < places.length; next++) {
        const place = places[next];
        if (place === undefined || place.offset < end || place.offset - end > gapBytesMax) break;
        if (place.offset + place.length - first.offset > readBytesMax) break;
        end = place.offset + place.length;
      }
      const text = await this.#readText(first.offset, end - first.offset);
      for (const { offset, length } of places.slice(i, next)) {
        const start = offset - first.offset;
        texts.push({ bytes: text.subarray(start, start + length), offset });
      }
      i = next;
    }
    return texts;
  }

  /** Throws SourceError for what is no entry. */
  decode({ bytes, offset }: LdifRecordText): DirectoryEntry {
    const entry = this.decodeIfAny({ bytes, offset });
    if (entry === null) throw new SourceError('malformed', `${this.name}: no entry at octet ${offset} any more`);
    return entry;
  }

  /** Null for empty lines, comments and the version line. Throws SourceError for what is neither. */
  decodeIfAny({ bytes, offset }: LdifRecordText): DirectoryEntry | null {
    try {
      const entry = decodeLdifRecord(bytes);
      return entry === null ? null : withoutReplicationState(entry);
    } catch (error) {
      const where = `${this.name}: in the entry at octet ${offset}, ${(error as Error).message}`;
      throw new SourceError('malformed', where, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true });
  }

  async #readText(offset: number, length: number): Promise<Buffer> {
    const text = Buffer.allocUnsafe(length);
    try {
      for (let done = 0; done < length; ) {
        const { bytesRead } = await this.#handle.read(text, done, length - done, offset + done);
        if (bytesRead === 0) throw new Error('the file has become shorter');
        done += bytesRead;
      }
    } catch (error) {
      throw new SourceError('unreachable', `${this.name}: ${(error as Error).message}`, { cause: error });
    }
    return text;
  }
}

function codeOf(error: unknown): SourceError['code'] {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('Z_') ? 'malformed' : 'unreachable';
}

function explain(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'Z_BUF_ERROR') return 'the packed file ends too early; was the export finished?';
  return error.message;
}
