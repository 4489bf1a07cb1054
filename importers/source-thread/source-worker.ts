// The thread's side: opens a source, and answers what it is asked.
import { parentPort, workerData } from 'node:worker_threads';
import { type Log, type LogLevel, systemClock } from '#platform';
import { createDogtagDirectorySource } from '../dogtag-directory/dogtag-directory-source.ts';
import { createLdapDirectoryReader } from '../dogtag-ldap/ldap-directory-reader.ts';
import { onlyBase, openLdifDirectoryReader } from '../dogtag-ldif/ldif-directory-reader.ts';
import { type ImportSource, type SourceBatch, SourceError } from '../import-source.ts';
import {
  type FromSource,
  packBatch,
  type SentError,
  type SourceCall,
  type SourcePlace,
  type SourceStream,
  type ToSource,
} from './source-messages.ts';

/** Pieces that may be under way before the reader asks for more. */
const piecesAhead = 1;
const numbersInPiece = 5_000;

const port = parentPort;
if (port === null) throw new Error('this runs as a thread of a reader');
const send = (message: FromSource, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, transfer);

const tell =
  (level: LogLevel, base: object): Log['info'] =>
  (message, fields) =>
    send({ kind: 'log', level, message, fields: { ...base, ...fields } });
const logWith = (base: object): Log => ({
  debug: tell('debug', base),
  info: tell('info', base),
  warn: tell('warn', base),
  error: tell('error', base),
  with: (fields) => logWith({ ...base, ...fields }),
});

async function open(place: SourcePlace): Promise<{ readonly source: ImportSource; readonly base: string }> {
  const { base, timeZone } = place;
  if (place.kind === 'directory') {
    const settings = { ...place.settings, url: new URL(place.url), base: place.base };
    const reader = createLdapDirectoryReader(settings, { log: logWith({}), clock: systemClock });
    return { source: createDogtagDirectorySource(reader, { base: place.base, timeZone }), base: place.base };
  }
  const reader = await openLdifDirectoryReader(place.file);
  const found = base ?? onlyBase(reader.findBases(), place.file);
  return { source: createDogtagDirectorySource(reader, { base: found, timeZone }), base: found };
}

const calls: Readonly<Record<SourceCall, (source: ImportSource, values: readonly never[]) => Promise<unknown>>> = {
  describe: (source) => source.describe(),
  findUsersPlace: (source) => source.findUsersPlace(),
  count: (source, [kind]) => source.count(kind as never),
  find: async (source, [name]) => {
    const batch = await source.find(name as never);
    return batch && packBatch(batch).value;
  },
  readNumberRanges: (source) => source.readNumberRanges(),
  account: (source) => source.account(),
  markChanges: (source) => source.markChanges(),
  reviewChanges: (source, [since]) => source.reviewChanges(since as never),
};

interface Piece {
  readonly value: unknown;
  readonly transfer: readonly ArrayBuffer[];
}

const streams: Readonly<
  Record<SourceStream, (source: ImportSource, values: readonly never[]) => AsyncIterable<Piece>>
> = {
  read: (source, [kind, after]) => packed(source.read(kind as never, after as never)),
  readChanges: (source, [kind, since, until, only]) =>
    packed(source.readChanges(kind as never, since as never, until as never, only as never)),
  listNumbers: (source, [kind]) => inPieces(source.listNumbers(kind as never)),
};

async function* packed(batches: AsyncIterable<SourceBatch>) {
  for await (const batch of batches) yield packBatch(batch);
}

async function* inPieces(numbers: AsyncIterable<bigint>): AsyncGenerator<Piece> {
  let piece: bigint[] = [];
  for await (const number of numbers) {
    if (piece.push(number) < numbersInPiece) continue;
    yield { value: piece, transfer: [] };
    piece = [];
  }
  if (piece.length > 0) yield { value: piece, transfer: [] };
}

/** How many more pieces a stream may send, and how it learns that there may be more. */
interface Credit {
  left: number;
  isStopped: boolean;
  wake: () => void;
}
const credits = new Map<number, Credit>();

async function serveStream(id: number, pieces: AsyncIterable<Piece>): Promise<void> {
  const credit: Credit = { left: piecesAhead, isStopped: false, wake: () => {} };
  credits.set(id, credit);
  try {
    for await (const { value, transfer } of pieces) {
      while (credit.left === 0 && !credit.isStopped)
        await new Promise<void>((resolve) => {
          credit.wake = resolve;
        });
      if (credit.isStopped) return;
      credit.left--;
      send({ kind: 'piece', id, value }, transfer);
    }
    send({ kind: 'end', id });
  } finally {
    credits.delete(id);
  }
}

function sentError(error: unknown): SentError {
  if (!(error instanceof Error)) return { code: null, message: String(error), stack: undefined };
  return { code: error instanceof SourceError ? error.code : null, message: error.message, stack: error.stack };
}

async function serve(source: ImportSource, message: ToSource): Promise<void> {
  const { id } = message;
  try {
    switch (message.kind) {
      case 'call':
        return send({
          kind: 'answer',
          id,
          value: await calls[message.method](source, message.values as readonly never[]),
        });
      case 'stream':
        return await serveStream(id, streams[message.method](source, message.values as readonly never[]));
      case 'close':
        await source.close();
        return send({ kind: 'answer', id, value: null });
      default: {
        const credit = credits.get(id);
        if (credit === undefined) return;
        if (message.kind === 'more') credit.left++;
        else credit.isStopped = true;
        credit.wake();
      }
    }
  } catch (error) {
    send({ kind: 'failure', id, error: sentError(error) });
  }
}

try {
  const { source, base } = await open(workerData as SourcePlace);
  port.on('message', (message: ToSource) => void serve(source, message));
  send({ kind: 'opened', name: source.name, base });
} catch (error) {
  send({ kind: 'not-opened', error: sentError(error) });
}
