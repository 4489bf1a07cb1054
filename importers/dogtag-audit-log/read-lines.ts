// Lines of a file of any size, as octets: only a line feed ends one, because whatever else stands there was signed with it.
import { createReadStream } from 'node:fs';
import { SourceError } from '../import-source.ts';

export interface ReadLine {
  readonly bytes: Buffer;
  /** False for the last line of a file that ends without a line feed. */
  readonly isEnded: boolean;
}

const lineBytesMax = 64 * 1024 * 1024;

/** Lines by the piece, `bytesMax` octets of the file at most. Rejects with SourceError when it cannot be read or a line is longer than 64 MiB. */
export async function* readLines(path: string, bytesMax?: number): AsyncGenerator<readonly ReadLine[]> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  try {
    const end = bytesMax === undefined ? {} : { end: bytesMax - 1 };
    for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024, ...end }) as AsyncIterable<Buffer>) {
      const lines: ReadLine[] = [];
      let start = 0;
      for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, start)) {
        const bytes = piece.subarray(start, at);
        lines.push({ bytes: rest.length === 0 ? bytes : Buffer.concat([...rest, bytes]), isEnded: true });
        rest = [];
        restBytes = 0;
        start = at + 1;
      }
      if (start < piece.length) rest.push(piece.subarray(start));
      restBytes += piece.length - start;
      if (restBytes > lineBytesMax)
        throw new SourceError('limited', `${path}: a line is longer than ${lineBytesMax} octets; this is no audit log`);
      yield lines;
    }
  } catch (error) {
    throw readingFailed(path, error);
  }
  if (rest.length > 0) yield [{ bytes: Buffer.concat(rest), isEnded: false }];
}

export function readingFailed(path: string, error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EACCES' || code === 'EPERM')
    return new SourceError('refused', `${path} may not be read: run this as a user that may, or copy the logs`, {
      cause: error,
    });
  if (code === 'ENOENT') return new SourceError('unreachable', `${path} is not there`, { cause: error });
  return new SourceError('unreachable', `${path} cannot be read: ${error instanceof Error ? error.message : error}`, {
    cause: error,
  });
}
