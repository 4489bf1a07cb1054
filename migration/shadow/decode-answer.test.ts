// Facts about reducing answers to comparable data.
import assert from 'node:assert/strict';
import { compareTrees } from './compare-trees.ts';
import { decodeAnswer } from './decode-answer.ts';

const answer = (contentType: string, body: string, headers: Record<string, string | string[]> = {}) =>
  decodeAnswer({ status: 200, headers: { 'content-type': contentType, ...headers }, body: Buffer.from(body) }, {});

describe('decodeAnswer', () => {
  it('does not mind the order of JSON members or spaces', () => {
    assert.deepEqual(
      compareTrees(answer('application/json', '{"a":1,"b":2}'), answer('application/json', '{ "b": 2, "a": 1 }')),
      [],
    );
  });

  it('does not mind the padding of texts in the argument-set dialect', () => {
    const padded = answer('text/xml', '<xml>\n<output>\n<set>\n<op>\napprove\n</op>\n</set>\n</output>\n</xml>');
    assert.deepEqual(
      compareTrees(padded, answer('text/xml', '<xml><output><set><op>approve</op></set></output></xml>')),
      [],
    );
  });

  it('sees a missing record of a list', () => {
    const two = answer('application/xml', '<xml><r>1</r><r>2</r></xml>');
    const one = answer('application/xml', '<xml><r>1</r></xml>');
    assert.deepEqual(compareTrees(two, one), [{ path: 'body.xml.r[1]', theirs: '2', ours: undefined }]);
  });

  it('sees an attribute that differs', () => {
    assert.equal(compareTrees(answer('text/xml', '<a id="1"/>'), answer('text/xml', '<a id="2"/>')).length, 1);
  });

  it('does not mind when a text of properties was written', () => {
    const text = (date: string, name: string) => answer('application/json', `#${date}\nname=${name}\n`);
    const one = text('Mon Nov 23 08:31:22 UTC 2026', 'a');
    assert.deepEqual(compareTrees(one, text('Tue Nov 24 00:00:01 CET 2026', 'a')), []);
    assert.equal(compareTrees(one, text('Mon Nov 23 08:31:22 UTC 2026', 'b')).length, 1);
  });

  it('does not mind the case of header names', () => {
    const answerWith = (name: string) =>
      decodeAnswer({ status: 200, headers: { [name]: 'application/json' }, body: Buffer.from('{ "a": 1 }') }, {});
    assert.deepEqual(answerWith('Content-Type'), answerWith('content-type'));
    assert.equal(JSON.stringify(answerWith('Content-Type')).includes('{\\"'), false);
  });

  it('compares broken JSON as it stands', () => {
    assert.equal(compareTrees(answer('application/json', '{"a":'), answer('application/json', '{"b":')).length, 1);
  });

  it('sees one differing byte of a binary body', () => {
    const bytes = (last: number) =>
      decodeAnswer({ status: 200, headers: {}, body: Buffer.from([0xff, 0xfe, last]) }, {});
    assert.equal(compareTrees(bytes(1), bytes(2)).length, 1);
  });

  it('does not expand entities', () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>';
    assert.equal(JSON.stringify(answer('text/xml', bomb)).includes('aaaaaaaaaaaa'), false);
  });
});
