// Facts about form fields, as Tomcat reads them.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseFormFields } from './form-fields.ts';

const fields = (encoded: string) => Object.fromEntries(parseFormFields(encoded));

describe('parseFormFields', () => {
  it('reads names, values, plus signs and percent signs', () => {
    assert.deepEqual(fields('a=b+c&d=%2B%20%C3%A4&e'), { a: ['b c'], d: ['+ ä'], e: [''] });
  });

  it('keeps all values of a name in order, those of the query first', () => {
    const query = parseFormFields('a=1&b=2');
    assert.deepEqual(Object.fromEntries(parseFormFields('a=3&a=4', query)), { a: ['1', '3', '4'], b: ['2'] });
    assert.deepEqual(Object.fromEntries(query), { a: ['1'], b: ['2'] });
  });

  it('passes over parameters that cannot be decoded or have no name', () => {
    assert.deepEqual(fields('a=%zz&b=1&=c&%=d&e=%e'), { b: ['1'] });
  });

  it('reads bytes as UTF-8, and what is none as replacement characters', () => {
    assert.deepEqual(fields('a=\u00c3\u00a4&b=%ff'), { a: ['ä'], b: ['\ufffd'] });
  });

  it('reads back what a browser encodes', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 5 }), (pairs) => {
        const expected = new Map<string, string[]>();
        for (const [name, value] of pairs) expected.set(name, [...(expected.get(name) ?? []), value]);
        const encoded = new URLSearchParams(pairs).toString();
        assert.deepEqual(parseFormFields(encoded), expected);
      }),
    );
  });
});
