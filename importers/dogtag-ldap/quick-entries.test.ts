// Tests of messages as they come off a connection, in pieces of any size.
import assert from 'node:assert/strict';
import { BerWriter, Client, type MessageParser, type SearchEntry, SearchResponse } from 'ldapts';
import { DirectoryEntry } from '#codecs/ldif';
import { randomBytes } from '#platform';
import { decodeEntriesQuickly, MessageFrames } from './quick-entries.ts';

type Values = Readonly<Record<string, readonly (string | Buffer)[]>>;

function searchEntryMessage(messageId: number, dn: string, attributes: Values): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(messageId);
  writer.startSequence(0x64);
  writer.writeString(dn);
  writer.startSequence();
  for (const [description, values] of Object.entries(attributes)) {
    writer.startSequence();
    writer.writeString(description);
    writer.startSequence(0x31);
    for (const value of values) writer.writeBuffer(Buffer.from(value as string), 0x04);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return Buffer.from(writer.buffer);
}

/** SearchResultDone with success. */
const done = (messageId: number) =>
  Buffer.from([0x30, 0x0c, 0x02, 0x01, messageId, 0x65, 0x07, 0x0a, 1, 0, 4, 0, 4, 0]);

function inPieces(data: Buffer, sizeOf: () => number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < data.length; ) {
    const size = sizeOf();
    pieces.push(data.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

function listen() {
  const client = new Client({ url: 'ldap://localhost' });
  const { messageParser } = client as unknown as { readonly messageParser: MessageParser };
  messageParser.removeAllListeners();
  const heard: unknown[] = [];
  messageParser.on('message', (message) => heard.push(message));
  messageParser.on('error', (error) => heard.push(error));
  decodeEntriesQuickly(client);
  return { heard, read: (piece: Buffer) => messageParser.read(piece, new Map()) };
}

const entryOf = (message: unknown) => (message as SearchEntry).toObject([], []) as unknown as DirectoryEntry;

describe('entries of search results', () => {
  it('have every value to the last octet, empty and binary ones too', () => {
    const { heard, read } = listen();
    const odd = Buffer.from([0, 255, 0xef, 0xbb, 0xbf, 10]);
    read(searchEntryMessage(300, 'cn=ä,o=x', { cn: ['ä'], 'userCertificate;binary': [odd, ''], none: [] }));
    assert.equal(heard.length, 1);
    assert.equal((heard[0] as SearchEntry).messageId, 300);
    const entry = entryOf(heard[0]);
    assert.ok(entry instanceof DirectoryEntry);
    assert.equal(entry.dn, 'cn=ä,o=x');
    assert.deepEqual(
      entry.attributes().map(([name, values]) => [name, values.map((value) => Buffer.from(value))]),
      [
        ['cn', [Buffer.from('ä')]],
        ['userCertificate;binary', [odd, Buffer.alloc(0)]],
      ],
    );
  });

  it('come out the same however the messages arrive', () => {
    const messages = [
      searchEntryMessage(2, 'cn=1', { a: ['x'.repeat(100_000)] }),
      searchEntryMessage(2, 'cn=2', { a: ['y'] }),
      done(2),
      searchEntryMessage(3, 'cn=3', { a: ['z'.repeat(200)] }),
    ];
    for (const sizeOf of [
      () => 1,
      () => 7,
      () => 65_536,
      () => 1 + (randomBytes(2).readUInt16BE() % 5_000),
      () => 1e9,
    ]) {
      const { heard, read } = listen();
      for (const piece of inPieces(Buffer.concat(messages), sizeOf)) read(piece);
      assert.equal(heard.length, 4);
      assert.deepEqual(
        [0, 1, 3].map((index) => entryOf(heard[index]).dn),
        ['cn=1', 'cn=2', 'cn=3'],
      );
      assert.ok(heard[2] instanceof SearchResponse);
      assert.equal(entryOf(heard[0]).findText('a')?.length, 100_000);
    }
  });

  it('are not copied once more with each piece of a large one', () => {
    const frames = new MessageFrames();
    const message = searchEntryMessage(2, 'cn=1', { a: [Buffer.alloc(8 << 20, 1)] });
    const pieces = inPieces(message, () => 65_536);
    const found = pieces.flatMap((piece) => frames.push(piece));
    assert.equal(found.length, 1);
    assert.ok(found[0]?.equals(message));
  });

  it('leave to ldapts what is none, or broken', () => {
    for (const broken of [
      Buffer.from([0x31, 2, 1, 1]),
      Buffer.from([0x30, 0x80, 1, 1]),
      Buffer.from([0x30, 8, 2, 1, 2, 0x64, 3, 4, 9, 1]),
    ]) {
      const { heard, read } = listen();
      read(broken);
      assert.ok(heard.length <= 1);
      assert.ok(
        heard.every((thing) => thing instanceof Error),
        String(heard),
      );
    }
  });
});
