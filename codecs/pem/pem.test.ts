// PEM and base64 in every form that clients send.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodePem, decodePemBlocks, encodeBase64Lines, encodePem, findBase64Bytes, PemError } from './index.ts';

describe('PEM', () => {
  it('gives back what it wrote, whatever the line ends', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom(64, 76, 10_000),
        (bytes, newline, lineLength) => {
          const text = encodePem('X Y', bytes, { newline, lineLength });
          assert.deepEqual(decodePem(text, 'X Y'), Buffer.from(bytes));
        },
      ),
    );
  });

  it('finds every block and ignores what stands between', () => {
    const text = `a\n${encodePem('CERTIFICATE', Buffer.of(1))}b\r\n${encodePem('EC PRIVATE KEY', Buffer.of(2))}`;
    assert.deepEqual(
      decodePemBlocks(text).map(({ label, der }) => [label, der.toString('hex')]),
      [
        ['CERTIFICATE', '01'],
        ['EC PRIVATE KEY', '02'],
      ],
    );
  });

  it('refuses a block without end, of bad base64, or of another label', () => {
    assert.throws(() => decodePemBlocks('-----BEGIN X-----\nAA=='), PemError);
    assert.throws(() => decodePemBlocks('-----BEGIN X-----\nA\n-----END X-----'), PemError);
    assert.throws(() => decodePemBlocks('-----BEGIN X-----\n-----END X-----'), PemError);
    assert.throws(() => decodePem(encodePem('X', Buffer.of(1)), 'Y'), PemError);
  });

  it('breaks lines where it is told', () => {
    assert.equal(encodeBase64Lines(Buffer.alloc(6), { lineLength: 4, newline: '|' }), 'AAAA|AAAA|');
    assert.equal(encodeBase64Lines(Buffer.alloc(0)), '');
  });
});

describe('base64', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['AQI=', '0102'],
    ['AQI', '0102'],
    [' A\tQ\r\nI=', '0102'],
    ['A*Q!I=', '0102'],
    ['+/8=', 'fbff'],
    ['-_8', 'fbff'],
    ['-_8=', 'fbff'],
    ['-_8 ', null],
    ['AQ==', '01'],
    ['AQ=', null],
    ['AQ===', '01'],
    ['AQ= =', null],
    ['AQ==*', '01'],
    ['AQ==A', null],
    ['-_8==', null],
    ['=', null],
    ['A', null],
    ['A===', null],
    ['AQI=AQI=', null],
    ['AAAA=', null],
    ['', ''],
  ];
  for (const [text, hex] of cases) {
    it(`is ${hex === null ? 'refused' : 'read'} as Java does: ${JSON.stringify(text)}`, () => {
      assert.equal(findBase64Bytes(text)?.toString('hex') ?? null, hex);
    });
  }
});
