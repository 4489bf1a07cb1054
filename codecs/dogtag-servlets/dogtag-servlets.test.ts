// The three XML dialects of the servlets: order as recorded, round trips, and documents that must be refused.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { XmlError } from '#codecs/xml';
import { inHashtableOrder } from './hashtable-order.ts';
import {
  type ArgsetSet,
  type ArgsetValue,
  decodeArgsetXml,
  decodeTemplateXml,
  decodeXmlResponse,
  encodeArgsetPage,
  encodeArgsetXml,
  encodeJsonResponse,
  encodeTemplatePage,
  encodeTemplateXml,
  encodeXmlResponse,
  escapeScriptText,
} from './index.ts';

const order = (names: string): string =>
  inHashtableOrder(names.split(' ').map((name) => [name, null] as const))
    .map(([name]) => name)
    .join(' ');
const words = fc
  .string({ unit: 'binary' })
  .map((text) => text.replaceAll(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''));
const names = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,8}$/);
const unique = { selector: ([name]: readonly [string, unknown]) => name, maxLength: 12 };

describe('Hashtable order', () => {
  it('is the recorded one for the names of eight answers', () => {
    const recorded: [string, string][] = [
      [
        'authority requestId status createdOn updatedOn requestNotes',
        'requestNotes status updatedOn requestId authority createdOn',
      ],
      [
        'agentHost agentPort host port scheme requestId authorityName',
        'scheme port agentHost host requestId authorityName agentPort',
      ],
      [
        'serialNo base64Cert certPrettyPrint pkcs7ChainBase64 certFingerprint',
        'certFingerprint pkcs7ChainBase64 serialNo certPrettyPrint base64Cert',
      ],
      ['policyId defDesc defList conDesc', 'conDesc policyId defList defDesc'],
      ['defId defSyntax defConstraint defName defVal', 'defId defConstraint defName defSyntax defVal'],
      [
        'profileIsEnable profileEnableBy profileId profileIsVisible profileName profileDesc',
        'profileDesc profileIsEnable profileName profileEnableBy profileId profileIsVisible',
      ],
      [
        'errorCode errorReason op requestId requestStatus requestType profileId outputList',
        'outputList errorReason requestType profileId requestId errorCode requestStatus op',
      ],
      [
        'requestId requestType requestStatus requestOwner requestCreationTime requestModificationTime profileId profileApprovedBy profileSetId ' +
          'profileIsVisible profileName profileDesc profileRemoteHost profileRemoteAddr requestNotes record errorCode errorReason inputList outputList',
        'requestNotes requestType record profileDesc inputList errorCode requestModificationTime profileRemoteAddr profileName profileApprovedBy ' +
          'requestOwner profileId profileRemoteHost profileIsVisible requestId errorReason requestStatus requestCreationTime outputList profileSetId',
      ],
    ];
    for (const [set, printed] of recorded) assert.equal(order(set), printed);
  });

  it('keeps every name once, with its last value', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.integer())), (entries) => {
        const ordered = inHashtableOrder(entries);
        assert.deepEqual(
          new Map(ordered.toSorted(([a], [b]) => (a < b ? -1 : 1))),
          new Map([...new Map(entries)].toSorted(([a], [b]) => (a < b ? -1 : 1))),
        );
      }),
    );
  });
});

describe('Hashtable order of names that were seen before', () => {
  it('is the same, with the values of now', () => {
    const few = fc.array(fc.tuple(names, fc.nat()), { maxLength: 80 });
    fc.assert(
      fc.property(few, (entries) => {
        const first = inHashtableOrder(entries);
        assert.deepEqual(inHashtableOrder(entries), first);
        const later = entries.map(([name, value]) => [name, value + 1] as const);
        assert.deepEqual(
          inHashtableOrder(later),
          first.map(([name, value]) => [name, value + 1]),
        );
        assert.deepEqual(new Map(first), new Map(entries));
      }),
    );
  });
});

describe('Template dialect', () => {
  const block = fc.uniqueArray(fc.tuple(names, words), unique);

  it('reads back what it writes, trimmed as Dogtag trims', () => {
    fc.assert(
      fc.property(block, block, fc.array(block, { maxLength: 3 }), (header, fixed, records) => {
        const decoded = decodeTemplateXml(Buffer.from(encodeTemplateXml({ header, fixed, records })));
        const trimmed = (entries: [string, string][]) => new Map(entries.map(([name, value]) => [name, value.trim()]));
        const sorted = (map: ReadonlyMap<string, string>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
        assert.deepEqual(sorted(decoded.header), sorted(trimmed(header)));
        assert.deepEqual(sorted(decoded.fixed), sorted(trimmed(fixed)));
        assert.deepEqual(
          decoded.records.map(sorted),
          records.map((record) => sorted(trimmed(record))),
        );
      }),
    );
  });

  it('writes an error as recorded', () => {
    assert.equal(
      encodeTemplateXml({
        header: [],
        fixed: [
          ['requestStatus', '7'],
          ['unexpectedError', 'Invalid number format: zzz'],
          ['authorityName', 'Certificate Manager'],
        ],
        records: [],
      }),
      '<?xml version="1.0" encoding="UTF-8" standalone="no"?><xml><header/><fixed><authorityName>Certificate Manager</authorityName><unexpectedError>Invalid number format: zzz</unexpectedError><requestStatus>7</requestStatus></fixed><records/></xml>',
    );
  });

  it('carries the same values in the script of its page, and no value can leave its quotes', () => {
    const html = encodeTemplatePage('T', {
      header: [
        ['requestId', '770'],
        ['noCertImport', true],
        ['evil', '</script><script>alert("x")\\'],
      ],
      fixed: [['port', 18443]],
      records: [[['serialNumber', '2a5']]],
    });
    assert.match(html, /^header\.requestId = "770";$/m);
    assert.match(html, /^header\.noCertImport = true;$/m);
    assert.match(html, /^fixed\.port = 18443;$/m);
    assert.match(html, /^record\.serialNumber="2a5";$/m);
    assert.equal(html.split('</script>').length, 2);
    assert.ok(!html.includes('<script>alert'));
  });

  it('refuses documents that are not well-formed', () => {
    assert.throws(() => decodeTemplateXml(Buffer.from('<xml><header></xml>')), XmlError);
  });
});

describe('Argset dialect', () => {
  const { set } = fc.letrec<{ set: ArgsetSet; value: ArgsetValue }>((tie) => ({
    set: fc.record(
      { set: fc.uniqueArray(fc.tuple(names, tie('value')), { ...unique, maxLength: 5 }) },
      { noNullPrototype: true },
    ),
    value: fc.oneof(
      { depthSize: 'small' },
      words,
      fc.record({ list: fc.array(tie('set'), { maxLength: 3 }) }, { noNullPrototype: true }),
      tie('set'),
    ),
  }));

  it('reads back every set that it writes', () => {
    const sorted = (value: ArgsetValue): unknown => {
      if (value === null || typeof value === 'string') return value;
      if ('list' in value) return value.list.map(sorted);
      return value.set
        .map(([name, item]) => [name, sorted(item)])
        .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    };
    fc.assert(
      fc.property(set, (output) => {
        assert.deepEqual(sorted(decodeArgsetXml(Buffer.from(encodeArgsetXml(output)))), sorted(output));
      }),
    );
  });

  it('puts a line feed after every tag and around every text', () => {
    assert.equal(
      encodeArgsetXml({
        set: [
          ['errorCode', '0'],
          ['record', { list: [{ set: [['policyId', '1']] }] }],
          ['profileId', null],
        ],
      }),
      '<xml>\n<output>\n<set>\n<record>\n<list>\n<record>\n<set>\n<policyId>\n1\n</policyId>\n</set>\n</record>\n</list>\n</record>\n<profileId>\n\n</profileId>\n<errorCode>\n0\n</errorCode>\n</set>\n</output>\n</xml>\n',
    );
  });

  it('names the elements of lists in the script as Dogtag does', () => {
    const html = encodeArgsetPage('T', {
      set: [
        ['requestList', { list: [{ set: [['requestId', '761']] }] }],
        ['errorCode', '2'],
        ['x', null],
      ],
    });
    assert.match(
      html,
      /requestListSet = new Array;\nrequestList = new Object;\nrequestList\.requestId="761";\nrequestListSet\[0\] = requestList;/,
    );
    assert.match(html, /^errorCode="2";$/m);
    assert.match(html, /^x="null";$/m);
  });

  it('refuses documents that are not well-formed, and document types', () => {
    for (const xml of [
      '',
      '<xml><output>',
      '<!DOCTYPE xml><xml/>',
      '<xml>\n<output>\n<set>\n<a>\n1 < 2\n</a>\n</set>\n</output>\n</xml>\n',
    ]) {
      assert.throws(() => decodeArgsetXml(Buffer.from(xml)), XmlError);
    }
  });
});

describe('XMLResponse dialect', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(names, words)),
        names,
        fc.array(fc.tuple(names, words), { minLength: 1 }),
        (items, name, nested) => {
          const response = [...items, [name, nested] as const];
          assert.deepEqual(decodeXmlResponse(Buffer.from(encodeXmlResponse(response))), response);
        },
      ),
    );
  });

  it('writes the same as indented JSON for 11.x', () => {
    assert.equal(
      encodeJsonResponse([
        ['Status', '0'],
        ['A', 'say: "b"'],
      ]),
      '{\n  "Response" : {\n    "Status" : "0",\n    "A" : "say: \\"b\\""\n  }\n}',
    );
  });

  it('keeps the two spaces before a request id and writes an empty text as one tag', () => {
    assert.equal(
      encodeXmlResponse([
        ['Status', '2'],
        ['Error', ''],
        ['RequestId', '  760'],
      ]),
      '<?xml version="1.0" encoding="UTF-8" standalone="no"?><XMLResponse><Status>2</Status><Error/><RequestId>  760</RequestId></XMLResponse>',
    );
  });

  it('refuses another root', () => {
    assert.throws(() => decodeXmlResponse(Buffer.from('<x/>')), XmlError);
  });
});

describe('Script text', () => {
  it('is escaped for HTML first and for the script second', () => {
    assert.equal(
      escapeScriptText('a"b<c>&\'/\\\n\r\té€Ωš日'),
      "a&quot;b&lt;c&gt;&amp;\\'\\/\\\\\\n\\r\\t&eacute;&euro;&Omega;&scaron;\\u65E5",
    );
  });

  it('never contains a quote, a tag or a line end of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(escapeScriptText(text), /[<>\n\r]|(?<!\\)(?:\\\\)*"/);
      }),
    );
  });
});
