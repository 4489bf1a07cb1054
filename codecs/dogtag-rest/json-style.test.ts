// Facts about the JSON of the releases.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  account,
  decodeJsonBody,
  encodeJsonBody,
  encodeJsonCollection,
  exception,
  indentedJson,
  jacksonJson,
  profileData,
  profileEntry,
} from './index.ts';

const words = fc.string({ maxLength: 8 });

describe('JSON of 11.x', () => {
  it('leaves out what is null and wraps nothing', () => {
    const body = { attributes: [], id: 'ipara', fullName: 'ipara', email: null, roles: ['A', 'B'] };
    assert.equal(
      encodeJsonBody(account, body, jacksonJson),
      '{"id":"ipara","FullName":"ipara","Roles":["A","B"],"Attributes":{"Attribute":[]}}',
    );
  });

  it('is indented in version 2 as Jackson indents: objects over several lines, arrays on one', () => {
    const body = { attributes: [{ name: 'n', value: 'v' }], className: 'c', code: 1, message: null };
    assert.equal(
      encodeJsonBody(exception, body, indentedJson),
      '{\n  "Attributes" : {\n    "Attribute" : [ {\n      "name" : "n",\n      "value" : "v"\n    } ]\n  },\n' +
        '  "ClassName" : "c",\n  "Code" : 1\n}',
    );
  });

  it('lists without links, and without a number that nobody has counted', () => {
    const links = [{ rel: 'next', href: 'h', type: null }];
    assert.equal(
      encodeJsonCollection(profileEntry, { total: 0, entries: [], links }, jacksonJson),
      '{"total":0,"entries":[]}',
    );
    assert.equal(
      encodeJsonCollection(profileEntry, { total: null, entries: [], links }, indentedJson),
      '{\n  "entries" : [ ]\n}',
    );
  });

  it('names the policies of a profile by their set', () => {
    const policy = { id: '1', default: null, constraint: null };
    const read = decodeJsonBody(profileData, Buffer.from('{"policySets":{"a":[{"id":"1"}]},"unknown":1}'), jacksonJson);
    assert.deepEqual(read?.policySets, { sets: [{ id: 'a', policies: [policy] }] });
    assert.match(
      encodeJsonBody(profileData, read ?? assert.fail(), jacksonJson),
      /"policySets":\{"a":\[\{"id":"1"\}\]\}/,
    );
  });

  it('reads back what it wrote, indented or not', () => {
    fc.assert(
      fc.property(
        fc.record({ id: words, fullName: words, email: words }, { noNullPrototype: true }),
        fc.array(words),
        (names, roles) => {
          const body = { ...names, roles, attributes: [{ name: 'a', value: names.id }] };
          for (const style of [jacksonJson, indentedJson])
            assert.deepEqual(decodeJsonBody(account, Buffer.from(encodeJsonBody(account, body, style)), style), body);
        },
      ),
    );
  });
});
