// Facts of reading and writing LDIF.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  DirectoryEntry,
  decodeLdif,
  encodeLdifEntry,
  LdifDecoder,
  LdifError,
  ldifLimits,
  ldifVersionLine,
} from './index.ts';

const read = (text: string) => decodeLdif(Buffer.from(text, 'utf8'));

function contents(entry: DirectoryEntry): unknown {
  const attributes = [...entry.attributes()].map(([description, values]) => [
    description.toLowerCase(),
    values.map((value) => Buffer.from(value).toString('hex')).sort(),
  ]);
  return { dn: entry.dn, attributes: attributes.sort() };
}

describe('LDIF', () => {
  it('reads version line, comments, folding, base64 and several records', () => {
    const entries = read(
      [
        'version: 1',
        '# a comment',
        '  that is folded',
        'dn: cn=1,ou=a',
        'cn: 1',
        'description: first ',
        ' second',
        'userCertificate;binary:: MAA=',
        '',
        '',
        'dn:: Y249w7w=',
        'cn:: w7w=',
        'empty:',
        '',
      ].join('\n'),
    );
    assert.equal(entries.length, 2);
    assert.equal(entries[0]?.findText('DESCRIPTION'), 'first second');
    assert.deepEqual(entries[0]?.binaryValues('userCertificate'), [Buffer.from([0x30, 0])]);
    assert.equal(entries[1]?.dn, 'cn=ü');
    assert.equal(entries[1]?.findText('empty'), '');
  });

  it('reads lines that end with carriage return and line feed', () => {
    const [entry] = read('dn: cn=1\r\ncn: 1\r\nsn: a\r\n b\r\n\r\n');
    assert.equal(entry?.findText('sn'), 'ab');
  });

  it('reads a last record without an empty line or line end', () => {
    assert.equal(read('dn: cn=1\ncn: x')[0]?.findText('cn'), 'x');
  });

  it('gives the same entries however the octets are cut', () => {
    const text = Buffer.from(
      'version: 1\n\ndn: cn=1\ncn: 1\nsn:: AP8=\n long\n\ndn: cn=2\ncn: 2\nsn: a\n b\n'.replace('\n long', ''),
    );
    const whole = decodeLdif(text).map(contents);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const decoder = new LdifDecoder();
        const entries: DirectoryEntry[] = [];
        let at = 0;
        for (let i = 0; at < text.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          // A fresh buffer each time, overwritten afterwards: the decoder must not keep views of the caller's memory.
          const piece = Buffer.from(text.subarray(at, at + size));
          entries.push(...decoder.push(piece));
          piece.fill(0x78);
          at += size;
        }
        entries.push(...decoder.finish());
        assert.deepEqual(entries.map(contents), whole);
      }),
    );
  });

  it('writes what it reads, for any octets', () => {
    const description = fc.constantFrom('cn', 'sn', 'objectClass', 'userCertificate;binary', 'extdata-req--005fkey');
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string().map((text) => Buffer.from(text)),
    );
    const attributes = fc.uniqueArray(fc.tuple(description, fc.array(value, { minLength: 1, maxLength: 4 })), {
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ minLength: 1 }), attributes), { maxLength: 5 }), (raw) => {
        const entries = raw.map(([dn, list]) => new DirectoryEntry(`cn=${dn}`, list));
        const text = ldifVersionLine + entries.map(encodeLdifEntry).join('');
        assert.ok(text.split('\n').every((line) => line.length <= 76));
        assert.deepEqual(read(text).map(contents), entries.map(contents));
      }),
    );
  });

  it('writes the same octets whatever the order of attributes and values', () => {
    const [a, b] = [Buffer.from('a'), Buffer.from('b')];
    const one = new DirectoryEntry('cn=1', [
      ['sn', [a, b]],
      ['objectClass', [b, a]],
    ]);
    const two = new DirectoryEntry('cn=1', [
      ['objectClass', [a, b]],
      ['sn', [b, a]],
    ]);
    assert.equal(encodeLdifEntry(one), encodeLdifEntry(two));
  });

  for (const [what, text, lineNumber] of [
    ['a record without a name', 'cn: 1\n', 1],
    ['a line without a colon', 'dn: cn=1\nrubbish\n', 2],
    ['a continuation of nothing', ' x\n', 1],
    ['a change record', 'dn: cn=1\nchangetype: delete\n', 2],
    ['a value by URL', 'dn: cn=1\njpegPhoto:< file:///etc/passwd\n', 2],
    ['broken base64', 'dn: cn=1\ncn:: AAA\n', 2],
    ['another version', 'version: 2\n\ndn: cn=1\n', 1],
    ['a name that is not UTF-8', 'dn:: /w==\n', 1],
  ] as const)
    it(`refuses ${what}, naming the line`, () => {
      assert.throws(
        () => read(text),
        (error) => error instanceof LdifError && error.lineNumber === lineNumber,
      );
    });

  it('refuses what is beyond the limits before it has swallowed all of it', () => {
    const limits = { ...ldifLimits, entryBytesMax: 1000 };
    const decoder = new LdifDecoder(limits);
    const piece = Buffer.alloc(600, 0x61);
    decoder.push(Buffer.from('dn: cn=1\ncn: '));
    decoder.push(piece);
    assert.throws(() => decoder.push(piece), /longer than 1000 octets/);
    assert.throws(
      () => decodeLdif(Buffer.from(`dn: cn=1\n${'cn: 1\n'.repeat(20)}`), { ...ldifLimits, valuesMax: 10 }),
      /more than 10 values/,
    );
    assert.throws(
      () => decodeLdif(Buffer.from('dn: cn=1\ncn: 12345\n'), { ...ldifLimits, valueBytesMax: 4 }),
      /longer than 4 octets/,
    );
  });
});
