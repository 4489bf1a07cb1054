// Verdicts on signed audit logs, true and tampered with: ours and those of the AuditVerify that comes with the lab's Dogtag.
// Usage: eval "$(compat-fixtures/lab/lab env)"; node test/lab/audit-log/run.ts
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AuditSigner,
  auditEventNames,
  auditLineText,
  parseAuditLine,
  readAuditSigner,
} from '#codecs/dogtag-audit';
import { type AuditLogReport, isProven, takeAuditLogs } from '#migration';
import type { ThrowawayAuditSigner } from '#test/signed-audit-log';
import { createSuiteReport } from '#test/suite-report';
import { readLabVariable } from '../profiles/lab-dogtag.ts';
import { AuditVerifyFolder, runInLab } from './audit-verify.ts';
import { copiesOfTrueLog, copiesOfWrittenLog, type TamperedCopy } from './tampered-copies.ts';

/** Enough for every case, and quick for AuditVerify. */
const linesMax = 400;
const nickname = 'auditSigningCert cert-pki-ca';
const database = '/etc/pki/pki-tomcat/alias';

const report = createSuiteReport();
const folder = new AuditVerifyFolder();
try {
  const text = readFileSync(readLabVariable('DOGTAG_AUDIT_LOG'), 'latin1');
  const signer = readAuditSigner(runInLab(`certutil -L -d ${database} -n '${nickname}' -a`));
  await compare('a log of Dogtag', copiesOfTrueLog(text, linesMax), signer, database, nickname);
  for (const kind of ['rsa:2048', 'ec -pkeyopt ec_paramgen_curve:P-256'] as const) {
    const made = createSigner(kind);
    const created = folder.createDatabase(kind.slice(0, 2), made.pem);
    const copies = copiesOfWrittenLog(made.signer, createSigner(kind).signer);
    // What is wrong with a log does not depend on the kind of key; whether a signature fits does.
    const compared = kind.startsWith('rsa') ? copies : copies.slice(0, 5);
    await compare(`a log with ${kind.startsWith('rsa') ? 'RSA' : 'EC'}`, compared, made.signer, created, 'audit');
  }
  await report.check('every line of the log is in its grammar, every event known', () => {
    for (const [index, line] of text.split('\n').slice(0, -1).entries()) {
      const parsed = parseAuditLine(auditLineText(Buffer.from(line, 'latin1')));
      assert.ok(parsed?.event && auditEventNames.has(parsed.event), `line ${index + 1}: ${line.slice(0, 300)}`);
    }
  });
} finally {
  folder.delete();
}
report.finish();

async function compare(
  title: string,
  copies: readonly TamperedCopy[],
  signer: AuditSigner,
  database: string,
  nickname: string,
): Promise<void> {
  const verdicts = folder.verify(copies.map(({ files }) => ({ files, database, nickname })));
  for (const [index, { what, files, differs, countsDiffer }] of copies.entries())
    await report.check(`${title}: ${what}`, async () => {
      const theirs = verdicts[index];
      assert.ok(theirs, 'AuditVerify said nothing of it');
      const ours = await judge(files, signer);
      const both = `ours: ${JSON.stringify(ours.findings)}\nAuditVerify: ${theirs.output}`;
      assert.equal(isProven(ours) === theirs.isGood, differs === undefined, both);
      if (differs !== undefined || countsDiffer === true) return;
      // It never counts the first signature, which covers what is not there.
      const { good } = ours.signatures;
      const isFirstGood = !ours.findings.some(({ kind }) => kind === 'beginning-not-here');
      assert.equal(good - (isFirstGood ? 1 : 0), theirs.validSignatures, both);
    });
}

async function judge(files: TamperedCopy['files'], signer: AuditSigner): Promise<AuditLogReport> {
  const copy = mkdtempSync(join(tmpdir(), 'retag-audit-log-'));
  try {
    // Names decide the order here, as they do in Dogtag's folders.
    for (const [index, { text }] of files.entries())
      writeFileSync(join(copy, index === files.length - 1 ? 'ca_audit' : `ca_audit.2026112800000${index}`), text);
    const { logs } = await takeAuditLogs(copy, { server: null, signers: [signer], timeZone: null, intake: null });
    const [log] = logs;
    assert.ok(log);
    return log;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** AuditVerify wants the key usage that Dogtag's profile gives. */
function createSigner(kind: string): { readonly signer: ThrowawayAuditSigner; readonly pem: string } {
  const options =
    '-x509 -nodes -days 30 -subj /O=SAMPLE/CN=Audit -addext keyUsage=critical,digitalSignature -keyout - -out -';
  const made = execFileSync('openssl', ['req', '-newkey', ...kind.split(' '), ...options.split(' ')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const pem = made.slice(made.indexOf('-----BEGIN CERTIFICATE'));
  return { signer: { ...readAuditSigner(pem), privateKey: createPrivateKey(made) }, pem };
}
