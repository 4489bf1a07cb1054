// The reader takes what XML 1.0 calls well-formed and nothing else; the escapes survive it.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escapeXmlAttribute, escapeXmlText, readXml, XmlError } from './index.ts';

const read = (text: string) => readXml(Buffer.from(text));

describe('XML', () => {
  it('reads elements, attributes, text, CDATA, comments and references', () => {
    const root = read(
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<!-- c --><a x="1&#13;&amp;\n2" y=\'"\'>t&#13;\r\n&lt;&#x41;<b/><![CDATA[<x>&amp;]]><!-- d -->z<?pi d?></a>\n',
    );
    assert.equal(root.name, 'a');
    assert.equal(root.attributes.get('x'), '1\r& 2');
    assert.equal(root.attributes.get('y'), '"');
    assert.equal(root.text, 't\r\n<A<x>&amp;z');
    assert.deepEqual(root.children, [{ name: 'b', attributes: new Map(), children: [], text: '' }]);
  });

  it('reads back every text and attribute that the escapes write', () => {
    const carried = fc
      .string({ unit: 'binary' })
      .map((text) => text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''));
    fc.assert(
      fc.property(carried, carried, (text, value) => {
        const root = read(`<r v="${escapeXmlAttribute(value)}">${escapeXmlText(text)}</r>`);
        assert.equal(root.text, text);
        assert.equal(root.attributes.get('v'), value);
      }),
    );
  });

  it('writes readable XML for any text at all', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units);
        read(`<r v="${escapeXmlAttribute(text)}">${escapeXmlText(text)}</r>`);
      }),
    );
  });

  for (const [what, text] of Object.entries({
    'a document type': '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    'an external document type': '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    'a lower-case document type': '<!doctype a><a/>',
    'a document type inside': '<a><!DOCTYPE b><b/></a>',
    'an undeclared entity': '<a>&bogus;</a>',
    'an entity named like a member of every object': '<a>&constructor;</a>',
    'a bare ampersand': '<a>a & b</a>',
    'a reference without end': '<a>&amp</a>',
    'a reference to U+0000': '<a>&#0;</a>',
    'a reference to a surrogate': '<a>&#xD800;</a>',
    'two roots': '<a/><b/>',
    'text beside the root': 'x<a/>',
    'text after the root': '<a/>x',
    'a tag that is not closed': '<a><b></a>',
    'a truncated tag': '<CertEnrollmentRequest><Prof',
    'an attribute without quotes': '<a x=1/>',
    'a repeated attribute': '<a x="1" x="2"/>',
    'attributes without space': '<a x="1"y="2"/>',
    'a < in an attribute': '<a x="<"/>',
    ']]> in text': '<a>]]></a>',
    'a control character': '<a>\u0001</a>',
    'a declaration after space': ' <?xml version="1.0"?><a/>',
    'another encoding': '<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
    'a comment with --': '<!-- a -- b --><a/>',
    'a processing instruction without a target': '<a><? ?></a>',
    'XML 1.1, which has other characters': '<?xml version="1.1"?><a/>',
    nothing: '',
  })) {
    it(`refuses ${what}`, () => {
      assert.throws(() => read(text), XmlError);
    });
  }

  it('takes what only looks wrong: ]]> in an attribute, letters beyond the first plane in a name', () => {
    assert.equal(read('<a x="]]>"/>').attributes.get('x'), ']]>');
    assert.equal(read('<\u{10400}/>').name, '\u{10400}');
  });

  it('reads names of members that every object has', () => {
    const root = read('<__proto__ constructor="1" __proto__="2"/>');
    assert.deepEqual([...root.attributes], Object.entries(JSON.parse('{"constructor":"1","__proto__":"2"}')));
  });

  it('refuses octets that are not UTF-8', () => {
    assert.throws(() => readXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e])), XmlError);
  });

  it('refuses nesting and numbers of nodes beyond the limits without using up the stack', () => {
    assert.throws(() => read('<a>'.repeat(200_000)), /nested deeper than 40/);
    assert.throws(() => read(`<a>${'<b/>'.repeat(100_001)}</a>`), /more than 100000/);
    const attributes = Array.from({ length: 100_001 }, (_, index) => `x${index}=""`).join(' ');
    assert.throws(() => read(`<a ${attributes}/>`), /more than 100000/);
  });

  it('fails with XmlError only, whatever it is given', () => {
    const fragments = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      ' ',
      '"',
      "'",
      '=',
      '&',
      ';',
      '#',
      'x',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '<!',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 40 }), (parts) => {
        try {
          read(parts.join(''));
        } catch (error) {
          assert.ok(error instanceof XmlError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
