// Facts of single values of the directory: numbers, dates, names, revocation data, extension data keys.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeExtensionDataKey,
  detectTimeZone,
  directoryTimeZone,
  encodePrefixedNumber,
  escapeNameValue,
  findOwnName,
  normalizeEntryName,
  parseDirectoryDate,
  parseEntryName,
  parsePrefixedNumber,
  parseRevocationInfo,
  prefixedNumberMax,
  universalTime,
} from './index.ts';

const berlin = directoryTimeZone('Europe/Berlin');
const at = (text: string, zone = universalTime) => parseDirectoryDate(text, zone)?.toISOString();

describe('numbers of the directory', () => {
  it('reads and writes the length before the digits', () => {
    for (const [value, text] of [
      [0n, '010'],
      [1n, '011'],
      [255n, '03255'],
      [-1n, '02-1'],
      [9999999999n, '109999999999'],
    ] as const) {
      assert.equal(encodePrefixedNumber(value), text);
      assert.equal(parsePrefixedNumber(text), value);
    }
  });

  it('orders as text as it orders as number', () => {
    const number = fc.bigInt({ min: 0n, max: prefixedNumberMax });
    fc.assert(
      fc.property(number, number, (a, b) => {
        assert.equal(encodePrefixedNumber(a) < encodePrefixedNumber(b), a < b);
        assert.equal(parsePrefixedNumber(encodePrefixedNumber(a)), a);
      }),
    );
  });

  it('reads no number from what is none', () => {
    for (const text of ['', '01', '01x', '0x', 'abc', '011 ', '02--1', `99${'9'.repeat(101)}`])
      assert.equal(parsePrefixedNumber(text), null, text);
  });
});

describe('dates of the directory', () => {
  it('reads a date in universal time', () => {
    assert.equal(at('20261123175521Z'), '2026-11-23T17:55:21.000Z');
    assert.equal(at('99991231235959Z'), '9999-12-31T23:59:59.000Z');
    assert.equal(at('100000101000000Z'), '+010000-01-01T00:00:00.000Z');
  });

  it('reads a date written in local time, summer and winter', () => {
    assert.equal(at('20260701120000Z', berlin), '2026-07-01T10:00:00.000Z');
    assert.equal(at('20260101120000Z', berlin), '2026-01-01T11:00:00.000Z');
    assert.equal(at('20260101120000Z', directoryTimeZone('Asia/Kathmandu')), '2026-01-01T06:15:00.000Z');
  });

  it('takes an hour that occurs twice for the later one and a skipped one with the offset before, as Java does', () => {
    assert.equal(at('20261025023000Z', berlin), '2026-10-25T01:30:00.000Z');
    assert.equal(at('20260329023000Z', berlin), '2026-03-29T01:30:00.000Z');
  });

  it('refuses what is no date instead of rolling it over', () => {
    for (const text of [
      '',
      '2026',
      '20261301000000Z',
      '20260230000000Z',
      '20260101240000Z',
      '20260101006000Z',
      '20260101000000',
      '20260101000000+0100',
      'now',
    ])
      assert.equal(at(text), undefined, text);
  });

  it('undoes the local time of every instant that has one reading only', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns'].map(
      directoryTimeZone,
    );
    const instant = fc.integer({ min: 0, max: 4_102_444_800 }).map((seconds) => seconds * 1000);
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (zone, ms) => {
        const read = zone.instantMs(zone.localMs(ms));
        // Within the repeated hour the reading is up to an hour later, never anything else.
        assert.ok(read === ms || (read > ms && read - ms <= 3_600_000), zone.name);
      }),
      { numRuns: 300 },
    );
  });
});

describe('time zone evidence', () => {
  const sample = (zoneName: string, iso: string) => {
    const zone = directoryTimeZone(zoneName);
    const local = new Date(zone.localMs(Date.parse(iso))).toISOString();
    return { text: `${local.replace(/[-:T]|\.\d+Z/g, '')}Z`, instant: new Date(iso) };
  };

  it('is universal time when that explains everything, and when there is none', () => {
    assert.equal(detectTimeZone([]).zone.name, 'UTC');
    assert.equal(detectTimeZone([sample('UTC', '2026-07-01T00:00:00Z')]).zone.name, 'UTC');
  });

  it('finds a zone by summer and winter dates', () => {
    const samples = ['2026-01-15T10:00:00Z', '2026-07-15T10:00:00Z', '2027-03-28T00:30:00Z'].map((iso) =>
      sample('America/New_York', iso),
    );
    const evidence = detectTimeZone(samples, ['America/New_York']);
    assert.equal(evidence.zone.name, 'America/New_York');
    assert.equal(evidence.explainedCount, 3);
    for (const { text, instant } of samples)
      assert.equal(parseDirectoryDate(text, detectTimeZone(samples).zone)?.getTime(), instant.getTime());
    assert.ok(!evidence.alternatives.includes('America/Denver'));
  });

  it('takes the zone that explains most and says how many', () => {
    const samples = [
      sample('Asia/Kolkata', '2026-01-15T10:00:00Z'),
      sample('Asia/Kolkata', '2026-07-15T10:00:00Z'),
      sample('Pacific/Auckland', '2026-07-15T10:00:00Z'),
    ];
    const evidence = detectTimeZone(samples);
    assert.equal(evidence.zone.localMs(0), 5.5 * 3_600_000);
    assert.deepEqual([evidence.sampleCount, evidence.explainedCount], [3, 2]);
  });
});

describe('revocation data', () => {
  it('reads date, reason and invalidity date', () => {
    assert.deepEqual(
      parseRevocationInfo(
        '20261123182111Z;CRLReasonExtension=1;InvalidityDateExtension=20261118120640Z',
        universalTime,
      ),
      {
        revokedAt: new Date('2026-11-23T18:21:11Z'),
        reason: 1,
        invalidityDate: new Date('2026-11-18T12:06:40Z'),
        problems: [],
      },
    );
    assert.equal(parseRevocationInfo('20261123182111Z', universalTime)?.reason, null);
  });

  it('keeps what it can read and tells the rest', () => {
    const info = parseRevocationInfo(
      '20261123182111Z;CRLReasonExtension=x;InvalidityDateExtension=soon;Other=1;',
      universalTime,
    );
    assert.equal(info?.revokedAt.toISOString(), '2026-11-23T18:21:11.000Z');
    assert.equal(info?.problems.length, 3);
    assert.equal(parseRevocationInfo('yesterday;CRLReasonExtension=1', universalTime), null);
  });
});

describe('extension data keys', () => {
  it('reads escapes, and hyphens that are none', () => {
    for (const [encoded, key] of [
      ['req--005fx509info', 'req_x509info'],
      ['auth--005ftoken--002egroups--005b0--005d', 'auth_token.groups[0]'],
      ['auth--005ftoken-uid', 'auth_token-uid'],
      ['foo-bar', 'foo-bar'],
      ['a--', 'a--'],
      ['a--00', 'a--00'],
      ['--00fc', 'ü'],
    ])
      assert.equal(decodeExtensionDataKey(encoded ?? ''), key);
  });
});

describe('names of entries', () => {
  it('finds the own name under its container, whatever the case and spaces', () => {
    assert.equal(
      findOwnName('CN=12, OU=certificateRepository,ou=CA,o=ipaca', 'cn', 'ou=certificaterepository,ou=ca,O=IPACA'),
      '12',
    );
    assert.equal(
      findOwnName('cn=12,ou=x,ou=certificateRepository,ou=ca,o=ipaca', 'cn', 'ou=certificateRepository,ou=ca,o=ipaca'),
      null,
    );
    assert.equal(findOwnName('uid=a\\,b,ou=people,o=x', 'uid', 'ou=people,o=x'), 'a,b');
    assert.equal(findOwnName('uid=x\\C3\\BC,ou=people,o=x', 'uid', 'ou=people,o=x'), 'xü');
    assert.equal(findOwnName('nonsense', 'cn', 'o=x'), null);
    assert.notEqual(normalizeEntryName('cn=a,cn=b'), normalizeEntryName('cn=a\\,cn=b'));
    assert.equal(normalizeEntryName('CN=A ,  o=B'), normalizeEntryName('cn=a,o=b'));
  });

  it('reads back every value it escapes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => value.trim() === value),
        (value) => {
          assert.deepEqual(parseEntryName(`cn=${escapeNameValue(value)},o=x`), [
            { attribute: 'cn', value },
            { attribute: 'o', value: 'x' },
          ]);
        },
      ),
    );
  });
});
