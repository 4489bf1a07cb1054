// Reads the content of an LDIF file: packed or not, written by a search, by `db2ldif` or for a replica; what a search would not show is told apart.
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type DirectoryEntry, LdifDecoder, LdifError, withoutReplicationState } from '#codecs/ldif';
import { SourceError } from '../import-source.ts';
import type { SourceFinding } from '../records.ts';

/** Unpacked; also what is taken of a packed file, whose own length says little. */
const fileBytesMax = 1024 * 1024 * 1024;

export interface LdifContent {
  /** In the order of the file, without what no client of the directory sees. */
  readonly entries: readonly DirectoryEntry[];
  /** Entries of deletions (`nsTombstone`), which directories keep for their replicas. */
  readonly tombstoneCount: number;
  readonly findings: readonly SourceFinding[];
}

/** Rejects with SourceError when the file cannot be read, holds more than 1 GiB of text or is not LDIF. */
export async function readLdifFile(file: string): Promise<LdifContent> {
  const decoder = new LdifDecoder();
  const sorter = new EntrySorter();
  let length = 0;
  let lastOctet = 0x0a;
  try {
    for await (const piece of await openText(file)) {
      const bytes = piece as Buffer;
      length += bytes.length;
      if (length > fileBytesMax) throw tooLarge(file);
      lastOctet = bytes.at(-1) ?? lastOctet;
      for (const entry of decoder.push(bytes)) sorter.add(entry);
    }
    for (const entry of decoder.finish()) sorter.add(entry);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw new SourceError(codeOf(error), `${file}: ${explain(error as NodeJS.ErrnoException)}`, { cause: error });
  }
  if (lastOctet !== 0x0a)
    sorter.findings.push({
      kind: 'export-may-be-cut-off',
      verdict: 'accepted',
      message: 'the file ends in the middle of a line; was the export finished?',
      entry: file,
    });
  return sorter;
}

async function openText(file: string): Promise<Readable> {
  const { size } = await stat(file);
  if (size > fileBytesMax) throw tooLarge(file);
  const stream = createReadStream(file);
  if (!(await isPacked(file))) return stream;
  const unpacked = createGunzip();
  // `pipe` carries no errors over.
  stream.once('error', (error) => unpacked.destroy(error));
  unpacked.once('close', () => stream.destroy());
  return stream.pipe(unpacked);
}

/** By the first octets (RFC 1952 section 2.3.1), since names of exports are anybody's choice. */
async function isPacked(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

function tooLarge(file: string): SourceError {
  return new SourceError(
    'limited',
    `${file} holds more than ${fileBytesMax} octets of text, which is too much for memory: import from the directory itself`,
  );
}

function codeOf(error: unknown): SourceError['code'] {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return error instanceof LdifError || code.startsWith('Z_') ? 'malformed' : 'unreachable';
}

function explain(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'Z_BUF_ERROR') return 'the packed file ends too early; was the export finished?';
  return error.message;
}

class EntrySorter implements LdifContent {
  readonly entries: DirectoryEntry[] = [];
  tombstoneCount = 0;
  readonly findings: SourceFinding[] = [];

  add(written: DirectoryEntry): void {
    const entry = withoutReplicationState(written);
    const classes = new Set(entry.texts('objectClass').map((name) => name.toLowerCase()));
    if (classes.has('nstombstone')) this.tombstoneCount++;
    else if (entry.values('nsds5ReplConflict').length > 0)
      this.findings.push({
        kind: 'replication-conflict',
        verdict: 'accepted',
        message:
          'two servers have made an entry of this name; the directory hides this one from its clients, and it is left out here too',
        entry: entry.dn,
      });
    else this.entries.push(entry);
  }
}
