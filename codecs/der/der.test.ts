// Facts of the DER writer and reader, each way and against hostile input.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type CharacterStringType,
  DerError,
  encodeBitString,
  encodeBoolean,
  encodeCharacterString,
  encodeElement,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeImplicit,
  encodeInteger,
  encodeNamedBits,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSetOf,
  encodeTime,
  encodeUnsignedInteger,
  encodeUtcTime,
  openDer,
  tags,
} from './index.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('DER writer', () => {
  it('writes lengths in the shortest form at every boundary', () => {
    const cases: [number, string][] = [
      [0, '0400'],
      [127, '047f'],
      [128, '048180'],
      [255, '0481ff'],
      [256, '04820100'],
      [65535, '0482ffff'],
      [65536, '0483010000'],
      [16777216, '048401000000'],
    ];
    for (const [length, header] of cases) {
      const encoded = encodeOctetString(Buffer.alloc(length));
      assert.equal(encoded.subarray(0, header.length / 2).toString('hex'), header);
      assert.equal(encoded.length, header.length / 2 + length);
    }
  });

  it('writes integers in the fewest octets', () => {
    const cases: [bigint | number, string][] = [
      [0, '020100'],
      [127, '02017f'],
      [128, '02020080'],
      [256, '02020100'],
      [-1, '0201ff'],
      [-128, '020180'],
      [-129, '0202ff7f'],
      [-32768n, '02028000'],
      [0x7fn, '02017f'],
      [0x80n, '02020080'],
      [0x8000000000000000n, '0209008000000000000000'],
    ];
    for (const [value, expected] of cases) assert.equal(encodeInteger(value).toString('hex'), expected);
    assert.equal(encodeUnsignedInteger(hex('0000ff')).toString('hex'), '020200ff');
    assert.equal(encodeUnsignedInteger(hex('')).toString('hex'), '020100');
  });

  it('reads back every integer it writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 200n), max: 1n << 200n }), (value) => {
        assert.equal(openDer(encodeInteger(value)).readInteger(), value);
      }),
    );
  });

  it('writes object identifiers as X.690 section 8.19 says', () => {
    const cases: [string, string][] = [
      ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
      ['2.999.3', '0603883703'],
      ['0.9.2342.19200300.100.1.1', '060a0992268993f22c640101'],
      ['2.25.329800735698586629295641978511506172918', '06146983f09da7ebcfdee0c7a1a7b2c0948cc8f9d776'],
    ];
    for (const [oid, expected] of cases) {
      assert.equal(encodeObjectIdentifier(oid).toString('hex'), expected);
      assert.equal(openDer(hex(expected)).readObjectIdentifier(), oid);
    }
    for (const wrong of ['', '1', '3.1', '1.40', '1..2', '01.2', '1.2.', 'a.b', '1.02']) {
      assert.throws(() => encodeObjectIdentifier(wrong), DerError, wrong);
    }
  });

  it('trims trailing zeros of named bits and sorts SET OF', () => {
    assert.equal(encodeNamedBits([true, false, true, false, false]).toString('hex'), '030205a0');
    assert.equal(encodeNamedBits([false, false]).toString('hex'), '030100');
    assert.equal(encodeNamedBits([...Array<boolean>(8).fill(false), true]).toString('hex'), '0303070080');
    assert.equal(
      encodeSetOf([encodeInteger(5), encodeBoolean(true), encodeInteger(3)]).toString('hex'),
      '31090101ff020103020105',
    );
  });

  it('switches from UTCTime to GeneralizedTime at 2050', () => {
    const last = new Date('2049-12-31T23:59:59Z');
    const first = new Date('2050-01-01T00:00:00Z');
    assert.equal(encodeTime(last).subarray(2).toString(), '491231235959Z');
    assert.equal(encodeTime(first).subarray(2).toString(), '20500101000000Z');
    assert.equal(openDer(encodeTime(last)).readTime().getTime(), last.getTime());
    assert.equal(openDer(encodeTime(first)).readTime().getTime(), first.getTime());
  });

  it('reads back every time it writes, to the second', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (time) => {
          const second = Math.floor(time.getTime() / 1000) * 1000;
          assert.equal(openDer(encodeTime(time)).readTime().getTime(), second);
          assert.equal(openDer(encodeGeneralizedTime(time)).readGeneralizedTime().getTime(), second);
        },
      ),
    );
  });

  it('refuses characters that a string type cannot hold', () => {
    const cases: [CharacterStringType, string][] = [
      ['printableString', 'a@b'],
      ['ia5String', 'ä'],
      ['teletexString', '€'],
      ['numericString', '1a'],
      ['visibleString', '\n'],
      ['utf8String', '\ud800'],
    ];
    for (const [type, text] of cases) assert.throws(() => encodeCharacterString(type, text), DerError, type);
  });

  it('reads back text of every type', () => {
    const types = ['utf8String', 'bmpString', 'universalString'] as const;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...types), (text, type) => {
        assert.equal(openDer(encodeCharacterString(type, text)).readCharacterString(type), text);
      }),
    );
  });

  it('tags implicitly and explicitly', () => {
    assert.equal(encodeExplicit(3, encodeInteger(1)).toString('hex'), 'a303020101');
    assert.equal(encodeImplicit(1, encodeInteger(1)).toString('hex'), '810101');
    assert.equal(encodeImplicit(0, encodeSequence(encodeInteger(1))).toString('hex'), 'a003020101');
  });
});

describe('DER reader', () => {
  const refusals: [string, string][] = [
    ['padded length', '048101ff'],
    ['padded length of two octets', '04820001ff'],
    ['indefinite length', '30800000'],
    ['length beyond the input', '0405ff'],
    ['enormous length', '0484ffffffff'],
    ['length of length beyond the input', '0484ff'],
    ['length of 126 octets', `04fe${'00'.repeat(126)}`],
    ['lonely tag', '04'],
    ['unfinished high tag', '1f81'],
    ['high tag without end', '1fffffffffff'],
  ];
  for (const [name, input] of refusals) {
    it(`refuses an element with: ${name}`, () => {
      assert.throws(() => openDer(hex(input)).readAny(), DerError);
    });
  }

  it('refuses padded and empty integers, odd booleans, NULL with content, and wrong bit counts', () => {
    assert.throws(() => openDer(hex('02020001')).readInteger(), /padded/);
    assert.throws(() => openDer(hex('0202ff80')).readInteger(), /padded/);
    assert.throws(() => openDer(hex('0200')).readInteger(), /without content/);
    assert.throws(() => openDer(hex('010101')).readBoolean(), /neither/);
    assert.throws(() => openDer(hex('050100')).readNull(), /NULL/);
    assert.throws(() => openDer(hex('03020800')).readBitString(), /unused/);
    assert.throws(() => openDer(hex('030101')).readBitString(), /unused/);
    assert.throws(() => openDer(hex('0300')).readBitString(), /without content/);
    assert.throws(() => openDer(hex('0205ff00000001')).readSmallInteger(), /32 bits/);
  });

  it('takes BER when asked to', () => {
    const ber = { rules: 'ber' } as const;
    assert.equal(openDer(hex('02020001'), ber).readInteger(), 1n);
    assert.equal(openDer(hex('010101'), ber).readBoolean(), true);
    assert.equal(
      openDer(hex('2480 0402 0102 2480 0401 03 0000 0000'), ber).readOctetString().toString('hex'),
      '010203',
    );
    assert.deepEqual(openDer(hex('2309 030200ff 03030480f0'), ber).readBitString(), {
      bits: hex('ff80f0'),
      unusedBits: 4,
    });
    const sequence = openDer(hex('3080 020101 3080 0000 0000'), ber).enterSequence();
    assert.equal(sequence.readInteger(), 1n);
    sequence.enterSequence().assertEnd();
    sequence.assertEnd();
    assert.equal(
      openDer(Buffer.concat([hex('170b'), Buffer.from('2001010000Z')]), ber)
        .readTime()
        .toISOString(),
      '2020-01-01T00:00:00.000Z',
    );
    assert.equal(
      openDer(Buffer.concat([hex('1713'), Buffer.from('200101000000+0130')]).with(1, 17), ber)
        .readTime()
        .toISOString(),
      '2019-12-31T22:30:00.000Z',
    );
  });

  it('refuses nesting beyond its limit, definite or not', () => {
    const deep = hex('3080'.repeat(5000) + '0000'.repeat(5000));
    assert.throws(() => openDer(deep, { rules: 'ber' }).readAny(), /nested too deeply/);
    let nested: Buffer = encodeSequence();
    for (let i = 0; i < 100; i++) nested = encodeSequence(nested);
    const descend = (): void => {
      let reader = openDer(nested);
      for (;;) reader = reader.enterSequence();
    };
    assert.throws(descend, /nested too deeply/);
  });

  it('refuses times out of range', () => {
    for (const text of [
      '231301000000Z',
      '230230000000Z',
      '230101240000Z',
      '230101006000Z',
      '230101000060Z',
      '2301010000Z',
    ]) {
      assert.throws(() => openDer(encodeElement(tags.utcTime, Buffer.from(text))).readTime(), DerError, text);
    }
    assert.throws(
      () => openDer(encodeElement(tags.generalizedTime, Buffer.from('20230101000000.5Z'))).readTime(),
      DerError,
    );
    assert.equal(
      openDer(encodeUtcTime(new Date('2024-02-29T00:00:00Z')))
        .readTime()
        .toISOString(),
      '2024-02-29T00:00:00.000Z',
    );
  });

  it('says where it stumbled', () => {
    const input = encodeSequence(encodeInteger(1), hex('048101ff'));
    const reader = openDer(input).enterSequence();
    reader.readInteger();
    assert.throws(
      () => reader.readOctetString('nonce'),
      (error: unknown) => error instanceof DerError && error.offset === 5 && error.message.startsWith('nonce: '),
    );
  });

  it('answers any bytes with an element or a DerError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom('der' as const, 'ber' as const), (bytes, rules) => {
        const reader = openDer(bytes, { rules });
        try {
          while (!reader.isAtEnd) assert.ok(reader.readAny().end <= bytes.length);
        } catch (error) {
          assert.ok(error instanceof DerError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('gives bit strings with their count of unused bits', () => {
    assert.deepEqual(openDer(encodeBitString(hex('a0'), 5)).readBitString(), { bits: hex('a0'), unusedBits: 5 });
    assert.deepEqual(openDer(hex('030205a0')).readNamedBits(), [true, false, true]);
  });
});
