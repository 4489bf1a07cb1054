// Facts of what a request's entry holds beyond the request that is made of it: nothing that stands there may be in neither.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DirectoryEntry } from '#codecs/ldif';
import { decodeExtensionDataKey, decodeRequestEntry, universalTime } from './index.ts';

const container = 'ou=ca,ou=requests,o=ipaca';
type Values = Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[]>>;

function entryOf(values: Values, id = '7'): DirectoryEntry {
  const bytes = (value: string | Uint8Array) => (typeof value === 'string' ? Buffer.from(value) : value);
  const all: Values = {
    objectClass: ['top', 'request', 'extensibleObject'],
    cn: id,
    requestId: `01${id}`,
    requestState: 'complete',
    requestType: 'enrollment',
    dateOfCreate: '20260101000000Z',
    dateOfModify: '20260102000000Z',
    requestOwner: 'ipara',
    ...values,
  };
  return new DirectoryEntry(
    `cn=${id},${container}`,
    Object.entries(all).map(([name, value]) => [
      name,
      (typeof value === 'string' || value instanceof Uint8Array ? [value] : value).map(bytes),
    ]),
  );
}

const remainderOf = (entry: DirectoryEntry) => decodeRequestEntry(entry, container, universalTime).remainder;
const namesOf = (entry: DirectoryEntry | null) => [...(entry?.attributes() ?? [])].map(([name]) => name);

describe('the remainder of a request', () => {
  it('is nothing for what Dogtag writes', () => {
    const entry = entryOf({
      'extdata-profileid': 'caIPAserviceCert',
      'extdata-profilesetid': 'serverCertSet',
      'extdata-cert--005frequest': 'MII\nABC',
      'extdata-auth--005ftoken;uid': 'ipara',
      'extdata-requestid': '7',
      'extdata-requesttype': 'enrollment',
      'extdata-requeststatus': 'complete',
      'extdata-req--005fx509info': 'MAA=',
      'extdata-error': 'none',
      entryUSN: '17',
    });
    assert.equal(remainderOf(entry), null);
  });

  it('is every attribute that a request has no place for, with every octet', () => {
    const odd: Values = {
      requestSourceId: 'elsewhere',
      realm: 'ipa',
      requestType: 'cmcrevreq',
      objectClass: ['top', 'request', 'extensibleObject', 'somethingElse'],
      requestId: '018',
      'extdata-blob': Buffer.from([0, 0xff, 0xfe]),
      'extdata-twice': ['one', 'two'],
      'extdata-deep;a;b': 'nested twice',
      'extdata-req--005fx509info': 'no base64!',
      'extdata-req--005fissued--005fcert': 'no certificate',
      'extdata-requestid': '8',
      'extdata-request--0053tatus': 'pending',
    };
    const remainder = remainderOf(entryOf({ ...odd, 'extdata-plain': 'has a place' }));
    assert.ok(remainder);
    // Nested twice, it stands among the pairs under its whole name.
    const expected = Object.keys(odd).filter((name) => name !== 'extdata-deep;a;b');
    assert.deepEqual(namesOf(remainder).sort(), expected.sort());
    assert.deepEqual(remainder.values('extdata-blob'), [Buffer.from([0, 0xff, 0xfe])]);
    assert.deepEqual(remainder.texts('extdata-twice'), ['one', 'two']);
  });

  it('is all of an entry of which no request can be made, but for secrets', () => {
    const entry = entryOf({
      requestType: 'getCAChain',
      'extdata-x': 'y',
      'extdata-challengephrase': 'secret',
      'extdata-auth--005ftoken;pwd': 'secret',
    });
    const names = namesOf(remainderOf(entry));
    assert.ok(names.includes('extdata-x') && names.includes('requestType') && names.includes('objectClass'));
    assert.ok(!names.some((name) => /challenge|pwd/.test(name)));
  });

  it('and the request together hold every value of every pair', () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(;[a-z0-9]{1,4})?$/);
    const value = fc.oneof(
      fc.string({ minLength: 1 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ minLength: 1 }),
    );
    const pairs = fc.dictionary(key, fc.array(value, { minLength: 1, maxLength: 3 }), { maxKeys: 6 });
    fc.assert(
      fc.property(pairs, (given) => {
        const named = Object.entries(given).filter(
          ([name]) => !/pass|pwd|pin|phrase|secret|^(error|profile)/.test(name),
        );
        const entry = entryOf(Object.fromEntries(named.map(([name, values]) => [`extdata-${name}`, values])));
        const { value: request, remainder } = decodeRequestEntry(entry, container, universalTime);
        assert.ok(request);
        const held = { ...request.inputs, ...request.attributes };
        for (const [name, values] of named) {
          const left = remainder?.values(`extdata-${name}`) ?? [];
          if (left.length > 0) assert.deepEqual(left.length, values.length);
          else {
            const [only] = values;
            const text = Object.entries(held).find(([key]) => key.toLowerCase() === decodeExtensionDataKey(name))?.[1];
            assert.ok(values.length === 1 && only !== undefined && text !== undefined, name);
            assert.deepEqual(Buffer.from(text), Buffer.from(only));
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
