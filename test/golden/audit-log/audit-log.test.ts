// A signed audit log that a Dogtag 10.10.2 wrote: what stands in it, and that no octet of it can be changed unnoticed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  auditEventNames,
  auditLineText,
  auditReferences,
  findAttribute,
  type LogLine,
  parseAuditLine,
  readAuditSigner,
  SignatureChain,
} from '#codecs/dogtag-audit';
import { isProven, takeAuditLogs } from '#migration';

const fixtures = new URL('../../../compat-fixtures/audit-log/', import.meta.url);
const signer = readAuditSigner(readFileSync(new URL('audit.crt', fixtures)));
const names = ['ca_audit.20261128033302', 'ca_audit.20261128033459'];
const files = names.map((file) => ({ file, bytes: readFileSync(new URL(`10.10.2/${file}`, fixtures)) }));

describe("a Dogtag's signed audit log", () => {
  it('is as it was written', async () => {
    const folder = new URL('10.10.2', fixtures).pathname;
    const { logs, notRead } = await takeAuditLogs(folder, {
      server: null,
      signers: [signer],
      timeZone: null,
      intake: null,
    });
    assert.deepEqual(notRead, []);
    const [log] = logs;
    assert.ok(log && isProven(log));
    assert.deepEqual([log.log, log.lines, log.files.length], ['ca_audit', 139, 4]);
    assert.deepEqual(log.signatures, { good: 47, bad: 0, unchecked: 0 });
    assert.deepEqual(
      log.findings.map(({ kind, count }) => [kind, count]),
      [['unsigned-beginning', 1]],
    );
  });

  it('holds nothing but events that are known', () => {
    const lines = linesOf(files).map(({ bytes }) => parseAuditLine(auditLineText(bytes)));
    for (const line of lines) assert.ok(line?.event && auditEventNames.has(line.event));
    const named = (event: string, id: bigint) => {
      const found = lines.find((line) => line?.event === event && auditReferences(line).requests.includes(id));
      assert.ok(found, `${event} of request ${id}`);
      return found;
    };
    assert.equal(findAttribute(named('PROFILE_CERT_REQUEST', 8n), 'CertSubject'), 'CN=Käse [one] ]x,O=EXAMPLE.TEST');
    const hostile = named('PROFILE_CERT_REQUEST', 9n);
    assert.equal(findAttribute(hostile, 'CertSubject'), 'CN=a][Outcome\\=Failure][ReqID\\=9');
    assert.equal(findAttribute(hostile, 'Outcome'), 'Success');
    const held = named('CERT_STATUS_CHANGE_REQUEST_PROCESSED', 10n);
    assert.deepEqual(auditReferences(held).certificates, [7n]);
    assert.equal(findAttribute(held, 'RequestType'), 'on-hold');
  });

  it('cannot be changed in one octet between its signatures', () => {
    const lines = linesOf(files);
    const isSignature = ({ bytes }: LogLine) => bytes.includes('[AuditEvent=AUDIT_LOG_SIGNING]');
    const first = lines.findIndex(isSignature);
    const last = lines.findLastIndex(isSignature);
    assert.equal(problemsOf(lines), 0);
    fc.assert(
      fc.property(
        // A first signature that is no more looks like a beginning that was deleted, of which there is a note and no proof.
        fc.integer({ min: first + 1, max: last - 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (at, place, change) => {
          const line = lines[at];
          assert.ok(line);
          const bytes = Buffer.from(line.bytes);
          const index = place % bytes.length;
          bytes.writeUInt8(bytes.readUInt8(index) ^ change, index);
          // It would be the end of a line, and so another line.
          fc.pre(bytes[index] !== 0x0a);
          assert.ok(problemsOf(lines.with(at, { ...line, bytes })) > 0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function linesOf(given: typeof files): LogLine[] {
  return given.flatMap(({ file, bytes }) =>
    bytes
      .toString('latin1')
      .split('\n')
      .slice(0, -1)
      .map((text, index) => ({ file, lineNumber: index + 1, bytes: Buffer.from(text, 'latin1') })),
  );
}

function problemsOf(lines: readonly LogLine[]): number {
  let problems = 0;
  const chain = new SignatureChain<LogLine>([signer], ({ severity }) => {
    if (severity === 'problem') problems += 1;
  });
  for (const line of lines) chain.push(line);
  chain.finish();
  return problems;
}
