// Facts of showing differences: where values part, in little space, and nothing that requesters typed in.
import assert from 'node:assert/strict';
import { describeOctets, describeTexts } from './describe-difference.ts';

describe('showing a difference', () => {
  it('shows short values whole', () => {
    assert.deepEqual(describeTexts('complete', 'pending'), { source: 'complete', record: 'pending', detail: null });
  });

  it('shows long ones around the first place where they part, by its line', () => {
    const lines = Array.from({ length: 100 }, (_, i) => `policyset.list.${i}=value`);
    const changed = lines.with(41, 'policyset.list.41=Value');
    const { source, record, detail } = describeTexts(lines.join('\n'), changed.join('\n'));
    assert.equal(detail, 'from line 42 on');
    assert.ok(source.length < 120 && source.includes('list.41=value') && record.includes('list.41=Value'));
    assert.equal(describeTexts('x'.repeat(200), 'x'.repeat(199)).detail, 'from character 200 on');
  });

  it('names and measures values by name, but does not show them', () => {
    const pairs = (values: Record<string, string>) => JSON.stringify(Object.entries(values));
    const shown = describeTexts(pairs({ a: 'secret', b: 'same' }), pairs({ b: 'same', c: 'other secret' }));
    assert.match(
      shown.detail ?? '',
      /^"a" is 6 octets of SHA-256 [0-9a-f]{16}… in the source, absent in the record; "c" is absent in the source, 12 octets/,
    );
    assert.doesNotMatch(JSON.stringify(shown), /secret/);
  });

  it('counts octets that differ and shows the first of them', () => {
    const bytes = Buffer.from('0123456789');
    assert.equal(describeOctets(bytes, bytes), null);
    assert.equal(
      describeOctets(bytes, Buffer.from('0123x56789')),
      '1 of 10 octets differs, the first at offset 4: 34 in the source, 78 in the record',
    );
    assert.equal(
      describeOctets(bytes, bytes.subarray(0, 8)),
      '2 octets, of 10 in the source and 8 in the record, differ, the first at offset 8: 38 in the source, nothing in the record',
    );
  });
});
