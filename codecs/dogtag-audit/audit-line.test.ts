// Facts of the log's grammar: heads, attributes with brackets in them, references, pairs, charsets and times.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findJavaTimeZone } from '#codecs/dogtag-text';
import { auditLineText, auditReferences, findAttribute, parseAuditLine, parseNameValuePairs } from './audit-line.ts';
import { createLogTimeReader } from './log-time.ts';

const head = '0.https-jsse-nio-8443-exec-3 - [23/Nov/2026:07:35:14 UTC] [14] [6] ';
const parse = (message: string) => {
  const line = parseAuditLine(head + message);
  assert.ok(line);
  return line;
};
const attributesOf = (message: string) => parse(message).attributes.map(({ name, value }) => [name, value]);

describe('a line of a signed audit log', () => {
  it('has a head, an event, attributes and a phrase', () => {
    const line = parse(
      '[AuditEvent=CERT_REQUEST_PROCESSED][SubjectID=ipara][Outcome=Success][ReqID=10][CertSerialNum=0x5a3f] certificate request processed',
    );
    assert.deepEqual(
      [line.processId, line.thread, line.timeText, line.source, line.level],
      ['0', 'https-jsse-nio-8443-exec-3', '23/Nov/2026:07:35:14 UTC', '14', '6'],
    );
    assert.equal(line.event, 'CERT_REQUEST_PROCESSED');
    assert.equal(findAttribute(line, 'SubjectID'), 'ipara');
    assert.equal(line.phrase, 'certificate request processed');
    assert.deepEqual(auditReferences(line), { certificates: [0x5a3fn], requests: [10n] });
  });

  it('may be written by a thread that is named after a file', () => {
    const thread = '/var/lib/pki/pki-tomcat/logs/ca/signedAudit/ca_audit.flush-9';
    const line = parseAuditLine(`0.${thread} - [28/Nov/2026:02:38:41 UTC] [14] [6] [AuditEvent=AUTH] x`);
    assert.equal(line?.thread, thread);
  });

  it('keeps brackets that belong together within a value', () => {
    assert.deepEqual(
      attributesOf('[AuditEvent=AUTH][AttemptedCred=CN=[a] [b],O=c][Outcome=Failure] authentication failure'),
      [
        ['AuditEvent', 'AUTH'],
        ['AttemptedCred', 'CN=[a] [b],O=c'],
        ['Outcome', 'Failure'],
      ],
    );
    assert.deepEqual(attributesOf('[CertSubject=CN=a]b] made'), [['CertSubject', 'CN=a]b']]);
    assert.deepEqual(attributesOf('[CertSubject=CN=a[b] made'), [['CertSubject', 'CN=a[b']]);
  });

  it('says the first of two attributes of one name, which Dogtag wrote', () => {
    const line = parse(
      '[AuditEvent=PROFILE_CERT_REQUEST][SubjectID=x][Outcome=Failure][CertSubject=CN=a][Outcome=Success] made',
    );
    assert.equal(findAttribute(line, 'Outcome'), 'Failure');
    assert.equal(line.attributes.length, 5);
  });

  it('has no value where Dogtag writes <null>', () => {
    assert.equal(findAttribute(parse('[AuditEvent=AUTHZ][aclResource=<null>][Op=] x'), 'aclResource'), null);
    assert.equal(findAttribute(parse('[AuditEvent=AUTHZ][aclResource=<null>][Op=] x'), 'Op'), null);
  });

  it('is none without a head, and no event without attributes', () => {
    for (const text of ['', ' goes on', 'x - [y]', `${head.trimEnd()}[AuditEvent=AUTH] x`])
      assert.equal(parseAuditLine(text), null);
    assert.deepEqual([parse('plain text').event, parse('plain text').phrase], [null, 'plain text']);
    assert.equal(parse('[SubjectID=x][AuditEvent=AUTH] y').event, null);
  });

  it('gives back every list of attributes without brackets, and never throws', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,20}$/);
    const value = fc.string({ unit: 'grapheme' }).filter((text) => !/[[\]\n]/.test(text));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, value), { maxLength: 12 }),
        fc.stringMatching(/^[a-z]{1,20}$/),
        (pairs, phrase) => {
          const line = parse(`${pairs.map(([name, value]) => `[${name}=${value}]`).join('')} ${phrase}`);
          assert.deepEqual(
            line.attributes.map(({ name, value }) => [name, value]),
            pairs,
          );
          assert.equal(line.phrase, phrase);
        },
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', ']', '=', 'A', ' ', '0', ',', 'x') }), (text) => {
        const line = parse(text);
        auditReferences(line);
      }),
    );
  });

  it('is read in no more time than it is long, however it is made', () => {
    const started = performance.now();
    for (const piece of ['[A=[', '[A=[]', '[A=]', ']', '[']) parse(piece.repeat(200_000));
    assert.ok(performance.now() - started < 5_000);
  });

  it('names several certificates where a TPS does, and nothing where the text is no number', () => {
    assert.deepEqual(auditReferences(parse('[AuditEvent=TOKEN_CERT_RENEWAL][Serial=1,0x0a, 12] x')).certificates, [
      1n,
      10n,
      12n,
    ]);
    assert.deepEqual(
      auditReferences(
        parse(`[AuditEvent=X][CertSerialNum=0xfg][ReqID=$Unidentified$][RequestID=${'9'.repeat(200)}] x`),
      ),
      {
        certificates: [],
        requests: [],
      },
    );
  });

  it('has pairs of names and values, of which a value may hold plus signs', () => {
    const text = 'Scope;;users+Operation;;OP_ADD+cert;;MII+AB/+CD==+empty;;';
    assert.deepEqual(
      parseNameValuePairs(text).map(({ name, value }) => [name, value]),
      [
        ['Scope', 'users'],
        ['Operation', 'OP_ADD'],
        ['cert', 'MII+AB/+CD=='],
        ['empty', ''],
      ],
    );
  });

  it('is UTF-8, or ISO 8859-1 where it can be nothing else', () => {
    assert.equal(auditLineText(Buffer.from('Käse')), 'Käse');
    assert.equal(auditLineText(Buffer.from('Käse', 'latin1')), 'Käse');
  });
});

describe('the time of a line', () => {
  const read = (text: string, zone: string | null = null) =>
    createLogTimeReader(zone === null ? null : findJavaTimeZone(zone))(text)?.toISOString() ?? null;

  it('is in the zone that its name says', () => {
    assert.equal(read('28/Nov/2026:02:38:36 UTC'), '2026-11-28T02:38:36.000Z');
    assert.equal(read('28/Nov/2026:02:38:36 GMT+05:30'), '2026-11-27T21:08:36.000Z');
    assert.equal(read('28/Nov/2026:02:38:36 EST'), '2026-11-28T07:38:36.000Z');
    assert.equal(read('01/Jul/2026:12:00:00 CEST', 'Europe/Berlin'), '2026-07-01T10:00:00.000Z');
    assert.equal(read('01/Jul/2026:12:00:00 CST', 'Asia/Shanghai'), '2026-07-01T04:00:00.000Z');
  });

  it('is the one meant in the hour that the clock shows twice', () => {
    assert.equal(read('25/Oct/2026:02:30:00 CEST', 'Europe/Berlin'), '2026-10-25T00:30:00.000Z');
    assert.equal(read('25/Oct/2026:02:30:00 CET', 'Europe/Berlin'), '2026-10-25T01:30:00.000Z');
  });

  it('is unknown where it cannot be read', () => {
    for (const text of [
      '',
      '31/Feb/2026:00:00:00 UTC',
      '28/Nox/2026:02:38:36 UTC',
      '28/Nov/2026:25:00:00 UTC',
      '28/Nov/2026:02:38:36 ???',
    ])
      assert.equal(read(text), null, text);
  });
});
