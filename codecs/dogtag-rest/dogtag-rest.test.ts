// Round trips of every body in both forms, Jackson's coercions, and bodies that must be refused.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BodyOf, BodySchema, Field } from './body-schema.ts';
import {
  account,
  application,
  auditConfiguration,
  auditFile,
  authorityData,
  authorityInformation,
  BodyError,
  certificateData,
  certificateEntry,
  chooseBodyForm,
  decodeJsonBody,
  decodeXmlBody,
  domainHostData,
  domainInformation,
  encodeJsonBody,
  encodeJsonCollection,
  encodeXmlBody,
  encodeXmlCollection,
  enrollmentRequest,
  exception,
  feature,
  identifyBodyForm,
  installToken,
  kraConnector,
  profileEntry,
  requestInformation,
  review,
  revocationRequest,
  searchRequest,
  serverInformation,
} from './index.ts';
import { decodeJsonText } from './json-encoding.ts';
import { encodeJsonString, parseJson } from './json-text.ts';

const schemas: readonly BodySchema[] = [
  account,
  authorityData,
  authorityInformation,
  certificateData,
  certificateEntry,
  enrollmentRequest,
  exception,
  profileEntry,
  requestInformation,
  review,
  revocationRequest,
  searchRequest,
  serverInformation,
  application,
  auditConfiguration,
  auditFile,
  domainHostData,
  feature,
  kraConnector,
  domainInformation,
  installToken,
];
const words = fc
  .string({ unit: 'binary' })
  .map((text) => text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''));

function arbitraryOf(field: Field): fc.Arbitrary<unknown> {
  const isEmptyHidden = field.shown === 'not-empty';
  const text = isEmptyHidden ? words.filter((word) => word !== '') : words;
  switch (field.kind) {
    case 'text':
      return fc.option(text, { nil: null });
    case 'flag':
      return fc.boolean();
    case 'optional-flag':
      return fc.option(fc.boolean(), { nil: null });
    case 'integer':
      return fc.option(fc.bigInt({ min: -(2n ** 160n), max: 2n ** 160n }), { nil: null });
    case 'number':
      return fc.option(fc.integer(), { nil: null });
    case 'identifier':
      return fc.option(fc.bigInt({ min: -(2n ** 160n), max: 2n ** 160n }), { nil: null });
    case 'time':
      return fc.option(fc.date({ noInvalidDate: true }), { nil: null });
    case 'object':
      return fc.option(arbitraryBody(field.schema), { nil: null });
    case 'objects':
      return fc.array(arbitraryBody(field.schema), { maxLength: 2 });
    case 'map':
      return fc.uniqueArray(arbitraryBody(field.schema), {
        maxLength: 2,
        selector: (body) => String((body as Record<string, unknown>)[field.key] ?? ''),
      });
    case 'texts':
      return fc.array(words, { maxLength: 3 });
    case 'attributes':
    case 'values':
      return fc.array(fc.record({ name: words, value: words }, { noNullPrototype: true }), { maxLength: 3 });
    case 'link':
      return fc.option(
        fc.record({ rel: words, href: words, type: fc.option(words, { nil: null }) }, { noNullPrototype: true }),
        { nil: null },
      );
  }
}

/** What only later releases have is lost in the forms of 10.x, and so is what only XML shows there. */
function arbitraryBody(schema: BodySchema): fc.Arbitrary<BodyOf<BodySchema>> {
  const fields = Object.entries(schema.fields).map(
    ([key, field]) =>
      [
        key,
        field.isLeftOutOfJaxbJson
          ? fc.constant([])
          : field.since === 11
            ? fc.constant(field.kind === 'flag' ? false : null)
            : arbitraryOf(field),
      ] as const,
  );
  return fc.record(Object.fromEntries(fields), { noNullPrototype: true }) as unknown as fc.Arbitrary<
    BodyOf<BodySchema>
  >;
}

describe('Dogtag REST bodies', () => {
  for (const schema of schemas) {
    it(`reads back every ${schema.root} that it writes, as JSON and as XML`, () => {
      fc.assert(
        fc.property(arbitraryBody(schema), (body) => {
          const json = encodeJsonBody(schema, body);
          assert.deepEqual(decodeJsonBody(schema, Buffer.from(json)), body);
          JSON.parse(json);
          assert.deepEqual(decodeXmlBody(schema, Buffer.from(encodeXmlBody(schema, body))), body);
        }),
        { numRuns: 60 },
      );
    });
  }

  it('reads any JSON text as the platform does, but for numbers, whose digits it keeps', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const read = JSON.parse(JSON.stringify(plain(parseJson(json))));
        assert.deepEqual(read, JSON.parse(json));
      }),
    );
  });

  it('escapes strings as Jackson does', () => {
    assert.equal(
      encodeJsonString('a"\\/\b\f\n\r\t\u0001\u001fé\u007f'),
      '"a\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001Fé\u007f"',
    );
    assert.equal(encodeJsonString('\\u001f\u0001'), '"\\\\u001f\\u0001"');
  });

  it('coerces members as Jackson does', () => {
    const decode = (json: string) => decodeJsonBody(searchRequest, Buffer.from(json));
    assert.equal(decode('{"serialFrom":123456789012345678901234567890}')?.serialFrom, '123456789012345678901234567890');
    assert.equal(decode('{"status":true}')?.status, 'true');
    assert.equal(decode('{"status":1.50}')?.status, '1.50');
    assert.equal(decode('{"status":null}')?.status, null);
    for (const yes of ['true', '"true"', '"TRUE"', '"True"', '1', '-2']) {
      assert.equal(decode(`{"subjectInUse":${yes}}`)?.subjectInUse, true, yes);
    }
    for (const no of ['false', '"false"', '""', 'null', '0']) {
      assert.equal(decode(`{"subjectInUse":${no}}`)?.subjectInUse, false, no);
    }
    assert.equal(decode('{"validityCount":"2"}')?.validityCount, 2);
    assert.equal(decode('{"validityCount":2.7}')?.validityCount, 2);
    assert.equal(decode('{"validityCount":""}')?.validityCount, null);
    assert.equal(decode('{"status":"VALID","status":"REVOKED"}')?.status, 'REVOKED');
    assert.equal(decode('{"status":"VALID"} and more')?.status, 'VALID');
    for (const nothing of ['', ' \n', 'null']) assert.equal(decode(nothing), null);
  });

  for (const [what, json] of Object.entries({
    'a truncated object': '{"status":',
    'an array': '[]',
    'a string': '"x"',
    'a number': '1',
    'single quotes': "{'status':1}",
    'a trailing comma': '{"status":"VALID",}',
    NaN: '{"status":NaN}',
    'a comment': '// c\n{}',
    'a raw line feed in a string': '{"status":"a\nb"}',
    'an unknown escape': '{"status":"\\x"}',
    'a string without end': '{"status":"VALID',
    'an object for text': '{"status":{}}',
    'an array for text': '{"status":["VALID"]}',
    'a word for a flag': '{"subjectInUse":"x"}',
    'a word for a number': '{"validityCount":"x"}',
    'a number out of range': '{"validityCount":99999999999}',
    'an unknown member': '{"nonsense":1}',
    'a member named __proto__': '{"__proto__":1}',
    'endless nesting': '['.repeat(1_000_000),
  })) {
    it(`refuses JSON with ${what}`, () => {
      assert.throws(() => decodeJsonBody(searchRequest, Buffer.from(json)), BodyError);
    });
  }

  it('names an unknown member in the words of Dogtag', () => {
    assert.throws(() => decodeJsonBody(revocationRequest, Buffer.from('{"Nonsense":1}')), {
      message:
        'Unrecognized field "Nonsense" (class com.netscape.certsrv.cert.CertRevokeRequest), not marked as ignorable',
    });
  });

  for (const [what, xml] of Object.entries({
    'another root': '<CertRevokeRequest/>',
    'a name space': '<CertSearchRequest xmlns="urn:x"/>',
    'a document type':
      '<!DOCTYPE CertSearchRequest [<!ENTITY a "b">]><CertSearchRequest><status>&a;</status></CertSearchRequest>',
    'a truncated tag': '<CertSearchRequest><sta',
    'a word for a number': '<CertSearchRequest><validityCount>x</validityCount></CertSearchRequest>',
    nothing: '',
  })) {
    it(`refuses XML with ${what}`, () => {
      assert.throws(() => decodeXmlBody(searchRequest, Buffer.from(xml)), BodyError);
    });
  }

  it('ignores unknown elements of XML', () => {
    assert.equal(decodeXmlBody(searchRequest, Buffer.from('<CertSearchRequest><x/></CertSearchRequest>')).status, null);
  });

  it('fails with BodyError only, whatever octets it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (bytes) => {
          for (const decode of [decodeJsonBody, decodeXmlBody]) {
            try {
              decode(enrollmentRequest, bytes);
            } catch (error) {
              assert.ok(error instanceof BodyError, String(error));
            }
          }
        },
      ),
    );
  });

  it('writes lists with total, entries and links in both forms', () => {
    const later = { visible: true, enabled: true, enabledBy: null };
    const entry = { profileUrl: 'u', profileId: 'i', profileName: null, profileDescription: '<', ...later };
    const list = { total: 7, entries: [entry], links: [{ rel: 'next', href: 'h?a&b', type: null }] };
    assert.equal(
      encodeJsonCollection(profileEntry, list),
      '{"total":7,"entries":[{"profileURL":"u","profileId":"i","profileName":null,"profileDescription":"<"}],' +
        '"Link":[{"extensionAttributes":{},"lang":null,"base":null,"href":"h?a&b","rel":"next","type":null,"hreflang":null,"title":null,"length":null}]}',
    );
    const line = '<profileURL>u</profileURL><profileId>i</profileId><profileDescription>&lt;</profileDescription>';
    assert.equal(
      encodeXmlCollection(profileEntry, list),
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><ProfileDataInfos xmlns:ns2="http://www.w3.org/2005/Atom">' +
        `<entries xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="profileDataInfo">${line}</entries>` +
        `<Link href="h?a&amp;b" rel="next"/><total>7</total><ProfileDataInfo>${line}</ProfileDataInfo></ProfileDataInfos>`,
    );
  });

  it('chooses the form of the answer as the recorded server does', () => {
    const answers: [string | undefined, ReturnType<typeof chooseBodyForm>][] = [
      [undefined, 'xml'],
      ['*/*', 'xml'],
      ['*', 'xml'],
      ['application/*', 'xml'],
      ['application/json', 'json'],
      ['APPLICATION/JSON', 'json'],
      ['application/json; charset=utf-8', 'json'],
      ['application/json,', 'json'],
      ['application/json, application/xml', 'json'],
      ['application/xml, application/json', 'xml'],
      ['application/xml;q=0.9, application/json', 'json'],
      ['application/xml;q=0.3,application/json;q=0.4', 'json'],
      ['application/json;q=0', 'json'],
      ['application/json;q=0, */*', 'xml'],
      ['application/json, */*', 'json'],
      ['*/*, application/json', 'json'],
      ['*/*;q=0.9, application/json;q=0.8', 'xml'],
      ['application/*;q=0.5, application/json;q=0.4', 'xml'],
      ['text/html, */*;q=0.1', 'xml'],
      ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'xml'],
      ['application/problem+json, application/json;q=0.2', 'json'],
      ['text/html', 'unacceptable'],
      ['text/xml', 'unacceptable'],
      ['text/*', 'unacceptable'],
      ['application/hal+json', 'unacceptable'],
      ['foo', 'malformed'],
      [';', 'malformed'],
      ['application/json;q=abc', 'malformed'],
    ];
    for (const [accept, form] of answers) assert.equal(chooseBodyForm(accept), form, accept);
  });

  it('identifies the form of a request as the recorded server does', () => {
    const forms: [string | undefined, ReturnType<typeof identifyBodyForm>][] = [
      ['application/json', 'json'],
      ['application/json;charset=utf-8', 'json'],
      ['APPLICATION/JSON', 'json'],
      ['application/xml', 'xml'],
      ['*/*', 'xml'],
      ['application/*', 'xml'],
      ['text/xml', 'unsupported'],
      ['text/plain', 'unsupported'],
      ['application/vnd.x+json', 'unsupported'],
      ['application/x-www-form-urlencoded', 'unsupported'],
      ['', 'malformed'],
      [undefined, 'unsupported'],
      ['garbage', 'malformed'],
    ];
    for (const [contentType, form] of forms) assert.equal(identifyBodyForm(contentType), form, contentType);
  });
});

describe('encodings of JSON', () => {
  const text = '{"a":"ü\u{1f511}"}';
  const swapped = (bytes: Buffer, width: number) => {
    const copy = Buffer.from(bytes);
    return width === 2 ? copy.swap16() : copy.swap32();
  };
  const utf16 = Buffer.from(text, 'utf16le');
  const utf32 = Buffer.from(new Uint32Array([...text].map((character) => character.codePointAt(0) ?? 0)).buffer);

  it('are told by a mark or by the first character', () => {
    for (const bytes of [Buffer.from(text), utf16, swapped(utf16, 2), utf32, swapped(utf32, 4)])
      assert.equal(decodeJsonText(bytes), text);
    for (const bytes of [utf16, swapped(utf16, 2)])
      assert.equal(
        decodeJsonText(Buffer.concat([bytes === utf16 ? Buffer.of(0xff, 0xfe) : Buffer.of(0xfe, 0xff), bytes])),
        text,
      );
    assert.equal(decodeJsonText(Buffer.from(`\ufeff${text}`)), text);
    assert.equal(decodeJsonText(Buffer.alloc(0)), '');
    assert.equal(decodeJsonText(Buffer.from('5')), '5');
  });

  it('are refused where the octets are of none', () => {
    const broken = [
      Buffer.from([0x7b, 0xff]),
      Buffer.concat([utf16, Buffer.of(1)]),
      utf32.subarray(0, 6),
      Buffer.from('0000feff7b00ffff', 'hex'),
    ];
    for (const bytes of broken) assert.throws(() => decodeJsonText(bytes), BodyError);
  });
});

/** What JSON.parse would make of it. */
function plain(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.defineProperties(
      {},
      Object.fromEntries(
        [...value].map(([key, member]) => [key, { value: plain(member), enumerable: true, configurable: true }]),
      ),
    );
  }
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === 'object' && value !== null && 'text' in value ? Number(value.text) : value;
}
