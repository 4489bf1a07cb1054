// What signatures prove of a log, and what they say of one that was tampered with.
import assert from 'node:assert/strict';
import { SampleIssuer } from '#test/sample-issuer';
import { createAuditSigner, SignedAuditLog } from '#test/signed-audit-log';
import { type AuditSigner, AuditSignerError, readAuditSigner } from './audit-signer.ts';
import { type ChainFinding, type LogLine, SignatureChain } from './signature-chain.ts';

const signer = createAuditSigner();
const other = createAuditSigner();

interface Judged {
  /** Letter per line: good, bad, none, unchecked, open. */
  readonly statuses: string;
  readonly findings: readonly string[];
  readonly counts: { readonly good: number; readonly bad: number; readonly unchecked: number };
}

type Files = readonly { readonly name: string; readonly text: string | Buffer }[];

function judge(files: Files, signers: readonly AuditSigner[] = [signer]): Judged {
  const findings: ChainFinding[] = [];
  const chain = new SignatureChain<LogLine>(signers, (finding) => findings.push(finding));
  const decided = [];
  const given: string[] = [];
  for (const { name: file, text } of files)
    for (const [index, line] of Buffer.from(text).toString('latin1').replace(/\n$/, '').split('\n').entries()) {
      given.push(`${file}:${index + 1}`);
      decided.push(...chain.push({ file, lineNumber: index + 1, bytes: Buffer.from(line, 'latin1') }));
    }
  decided.push(...chain.finish());
  // None is lost, and none comes before its time.
  assert.deepEqual(
    decided.map(({ line }) => `${line.file}:${line.lineNumber}`),
    given,
  );
  return {
    statuses: decided.map(({ status }) => status[0]).join(''),
    findings: findings.map(({ kind, severity, from, to }) => `${severity} ${kind} ${from.lineNumber}-${to.lineNumber}`),
    counts: chain.counts,
  };
}

const one = (text: string | Buffer) => [{ name: 'ca_audit', text }];
/** Lines: 1 signature, 2 start, 3 event, 4 signature, 5 and 6 events, 7 signature, 8 event, 9 signature. */
const sample = () =>
  new SignedAuditLog(signer).start().event('AUTH').flush().event('AUTHZ').event('AUTH').flush().event('AUTH').flush();
const linesOf = (text: string) => text.split('\n').slice(0, -1);
const join = (lines: readonly string[]) => `${lines.join('\n')}\n`;

describe('the signatures of an audit log', () => {
  it('fit a log that nobody has touched, with RSA as with EC', () => {
    assert.deepEqual(judge(one(sample().text)), {
      statuses: 'ggggggggg',
      findings: [],
      counts: { good: 4, bad: 0, unchecked: 0 },
    });
    const rsa = createAuditSigner('rsa');
    const log = new SignedAuditLog(rsa).start().event('AUTH').flush();
    assert.deepEqual(judge(log.files, [rsa]).findings, []);
    assert.equal(judge(log.files, [other]).counts.good, 0);
  });

  it('go on through restarts and from file to file', () => {
    const log = sample()
      .event('AUTH')
      .rotate()
      .event('AUTH')
      .rotate()
      .event('AUTH')
      .flush()
      .start()
      .event('AUTH')
      .flush();
    assert.deepEqual(judge(log.files).findings, []);
    assert.match(judge(log.files).statuses, /^g+$/);
  });

  it('do not fit where an octet was changed', () => {
    const text = sample().text.replace('[AuditEvent=AUTHZ][SubjectID=admin]', '[AuditEvent=AUTHZ][SubjectID=adnin]');
    assert.deepEqual(judge(one(text)), {
      statuses: 'ggggbbbgg',
      findings: ['problem broken-signature 4-7'],
      counts: { good: 3, bad: 1, unchecked: 0 },
    });
  });

  it('do not fit where a line was dropped, added, or changed places', () => {
    const lines = linesOf(sample().text);
    const dropped = join(lines.toSpliced(4, 1));
    const added = join(lines.toSpliced(4, 0, lines[4] ?? ''));
    const swapped = join([...lines.slice(0, 4), ...lines.slice(4, 6).reverse(), ...lines.slice(6)]);
    for (const text of [dropped, added, swapped])
      assert.match(judge(one(text)).findings.join(), /^problem broken-signature 4-\d$/);
    // The signature itself: what it covered is covered by nothing any more.
    assert.deepEqual(judge(one(join(lines.toSpliced(6, 1)))).findings, ['problem broken-signature 4-8']);
    assert.deepEqual(judge(one(join(lines.with(6, (lines[6] ?? '').replace(/sig: .*/, 'signed'))))).findings, [
      'problem signature-missing 4-7',
      'problem broken-signature 7-9',
    ]);
  });

  it('do not fit where another key signed', () => {
    const log = new SignedAuditLog(signer)
      .start()
      .event('AUTH')
      .flush()
      .event('AUTH')
      .flush(other)
      .event('AUTH')
      .flush();
    assert.deepEqual(judge(log.files), {
      statuses: 'ggggbbgg',
      findings: ['problem broken-signature 4-6'],
      counts: { good: 3, bad: 1, unchecked: 0 },
    });
  });

  it('may be of several certificates, one after the other', () => {
    const log = new SignedAuditLog(signer)
      .start()
      .event('AUTH')
      .flush()
      .event('AUTH')
      .flush(other)
      .event('AUTH')
      .flush(other);
    assert.deepEqual(judge(log.files, [signer, other]), {
      statuses: 'gggggggg',
      findings: ['note signer-changed 6-6'],
      counts: { good: 4, bad: 0, unchecked: 0 },
    });
  });

  it('say nothing of what follows the last of them', () => {
    const lines = linesOf(sample().text);
    assert.deepEqual(judge(one(join(lines.slice(0, 6)))).findings, ['problem unsigned-end 5-6']);
    assert.match(judge(one(join(lines.slice(0, 6)))).statuses, /^ggggoo$/);
    assert.deepEqual(judge(one(sample().event('AUTH').text)).findings, ['problem unsigned-end 10-10']);
    assert.deepEqual(judge(one('a\nb\n')), {
      statuses: 'nn',
      findings: ['note never-signed 1-2'],
      counts: { good: 0, bad: 0, unchecked: 0 },
    });
  });

  it('show that a file between two others is missing', () => {
    const { files } = sample().rotate().event('AUTH').rotate().event('AUTH').flush();
    const [first, , third] = files;
    assert.ok(first && third);
    const { findings, statuses } = judge([first, third]);
    assert.deepEqual(findings, ['problem gap-between-files 10-1']);
    assert.equal(statuses, 'gggggggggg' + 'ugg');
    // And that the end of one was cut off.
    const cut = judge([{ name: first.name, text: join(linesOf(first.text).slice(0, 8)) }, ...files.slice(1)]);
    assert.deepEqual(cut.findings, ['problem gap-between-files 8-1']);
    assert.match(cut.statuses, /^gggggggn/);
  });

  it('cannot be checked where their beginning is not there', () => {
    const { files } = sample().rotate().event('AUTH').flush();
    assert.deepEqual(judge(files.slice(1)), {
      statuses: 'ugg',
      findings: ['note beginning-not-here 1-1'],
      counts: { good: 1, bad: 0, unchecked: 1 },
    });
    assert.match(judge(files, []).statuses, /^u+$/);
    assert.deepEqual(judge(files, []).findings, []);
  });

  it('begin after lines that were written before', () => {
    const log = new SignedAuditLog(signer).event('AUTH').event('AUTH').start().flush();
    assert.deepEqual(judge(log.files), {
      statuses: 'nnggg',
      findings: ['note unsigned-beginning 1-2'],
      counts: { good: 2, bad: 0, unchecked: 0 },
    });
  });

  it('leave out what a killed server had not signed, and do not take it for tampering', () => {
    const log = sample().event('AUTH').event('AUTHZ').crash().start().event('AUTH').flush();
    assert.deepEqual(judge(log.files).findings, ['problem unsigned-lines 10-11']);
    assert.equal(judge(log.files).statuses, 'gggggggggnngggg');
  });

  it('go on behind half a line, whose digits may meet those of the process', () => {
    for (const torn of [
      '0.main - [28/Nov/2026:02:3',
      '0.main - [28/Nov/2026:02:38:36 UTC] [14] [6] [AuditEvent=AUTH][ReqID=12',
    ]) {
      const log = sample().event('AUTH').crash(torn).start().event('AUTH').flush();
      assert.deepEqual(judge(log.files).findings, ['problem torn-line 11-11', 'problem unsigned-lines 10-10'], torn);
      assert.equal(judge(log.files).statuses, 'gggggggggngggg');
    }
  });

  it('begin anew where the server found none, which is no proof of what was between', () => {
    const log = sample();
    const fresh = new SignedAuditLog(signer).start().flush();
    assert.deepEqual(judge([...log.files, { name: 'ca_audit.2', text: fresh.text }]).findings, [
      'problem chain-restarted 9-1',
    ]);
  });

  it('cover lines that only name the event of a signature', () => {
    const log = new SignedAuditLog(signer)
      .start()
      .event(
        'CONFIG_SIGNED_AUDIT',
        '[SubjectID=admin][Outcome=Success][ParamNameValPairs=events;;AUTH,AUDIT_LOG_SIGNING]',
      )
      .event('AUTH')
      .flush();
    assert.deepEqual(judge(log.files).findings, []);
    // A server that starts takes such a line for the last signature.
    const killed = sample().event('CONFIG_SIGNED_AUDIT', '[Events=AUDIT_LOG_SIGNING]').crash().start().flush();
    assert.deepEqual(judge(killed.files).findings, ['problem unsigned-lines 10-10']);
  });

  it('fit whatever ends the lines, and what was written with carriage returns in it', () => {
    const text = sample().text.replaceAll('\n', '\r\n');
    assert.deepEqual(judge(one(text)).findings, []);
    const log = new SignedAuditLog(signer).start().event('AUTH', '[Info=one\r\ntwo]').flush();
    assert.deepEqual(judge(log.files).findings, ['note carriage-returns 1-5']);
    const feeds = new SignedAuditLog(signer).start().event('AUTH', '[Info=one\ntwo]').flush();
    assert.deepEqual(judge(feeds.files).findings, []);
  });

  it('are over UTF-8, in whatever charset the file is', () => {
    const log = new SignedAuditLog(signer).start().event('AUTH', '[SubjectID=Jürgen]').flush();
    assert.deepEqual(judge(one(Buffer.from(log.text))).findings, []);
    const found: ChainFinding[] = [];
    const chain = new SignatureChain<LogLine>([signer], (finding) => found.push(finding));
    for (const [index, line] of linesOf(log.text).entries())
      chain.push({ file: 'a', lineNumber: index + 1, bytes: Buffer.from(line, 'latin1') });
    assert.deepEqual(found, []);
  });
});

describe('the certificate of an audit log', () => {
  it('is read from DER or PEM, and named', () => {
    const { name, key } = readAuditSigner(signer.certificateDer);
    assert.equal(name, 'CN=CA Audit,O=SAMPLE (serial number 0x5)');
    const pem = `-----BEGIN CERTIFICATE-----\n${signer.certificateDer.toString('base64')}\n-----END CERTIFICATE-----\n`;
    assert.ok(readAuditSigner(pem).key.equals(key));
  });

  it('is refused when it is none, or its key signs no log', () => {
    assert.throws(() => readAuditSigner(Buffer.from('nothing')), AuditSignerError);
    const issuer = new SampleIssuer('CN=ed25519', 'ed25519');
    assert.throws(() => readAuditSigner(issuer.certifyItself(1n)), /ed25519/);
  });
});
