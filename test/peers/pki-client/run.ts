// Dogtag's own clients against the gateway, forwarded and native, and against Dogtag itself; see README.md for the steps.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { labVariable } from '#test/appliance-clients';
import { type ApplianceUnderTest, withAppliance } from '#test/appliance-under-test';
import { makeRequestPem } from '#test/make-request';
import { createSuiteReport } from '#test/suite-report';
import { removeNativeNumbers, serialFence } from '../../lab/spine/dogtag-directory.ts';
import { LabClients, type Printed } from './inside-lab.ts';

const report = createSuiteReport();
const clients = new LabClients();
const dogtagPort = Number(new URL(labVariable('DOGTAG_URL')).port);
await removeNativeNumbers();
try {
  await clients.open();
  await clients.write('call.py', readFileSync(new URL('./call-as-agent.py', import.meta.url), 'utf8'));
  await clients.write('request.pem', makeRequestPem('python.peers.example.test'));
  await withAppliance(async (appliance) => {
    // 10.
    await appliance.runJson(['import']);
    await appliance.start();
    // 20.
    await compareReads(appliance, 'forwarded');
    await compareWrites(appliance, 'forwarded');
    await report.check('the shadow has nothing unexpected', () => assertShadowIsClean(appliance));
    // 30.
    await report.check('cut over', async () => {
      const { exitCode, stderr } = await appliance.run(['cutover', '--all', '--reason', 'clients go on natively']);
      assert.equal(exitCode, 0, stderr);
    });
    await compareReads(appliance, 'native');
    // 40.
    const issued = await compareWrites(appliance, 'native');
    // 50.
    await report.check('rollback', async () => {
      const { exitCode, stderr } = await appliance.run(['rollback', '--all', '--reason', 'clients go back']);
      assert.equal(exitCode, 0, stderr);
    });
    await report.check('Dogtag shows natively issued certificates as we did', async () => {
      assert.ok(issued.length > 0);
      for (const { serial, shown } of issued)
        assert.equal((await clients.pki(dogtagPort, ['ca-cert-show', serial])).text, shown);
    });
  });
} finally {
  // 90.
  await clients.close();
  await removeNativeNumbers();
}
report.finish();

/** Both sides at the same time: each call starts a Java machine of its own. */
async function ask(
  appliance: ApplianceUnderTest,
  words: readonly string[],
): Promise<readonly [ours: Printed, theirs: Printed]> {
  return Promise.all([clients.pki(appliance.ports.https, words), clients.pki(dogtagPort, words)]);
}

/** Words that only name the server that was asked. */
function withoutPort({ exitCode, text }: Printed): Printed {
  return { exitCode, text: text.replaceAll(/(pki\.example\.test:)\d+/g, '$1PORT') };
}

async function compareReads(appliance: ApplianceUnderTest, side: string): Promise<void> {
  const commands = [
    'info',
    'ca-cert-find',
    'ca-cert-find --size 3 --start 2',
    'ca-cert-find --name pki.example.test --matchExactly',
    'ca-cert-find --name audit --size 50',
    'ca-cert-find --status REVOKED --size 5',
    'ca-cert-find --minSerialNumber 2 --maxSerialNumber 0x5',
    'ca-cert-find --org EXAMPLE.TEST --issuedBy admin --size 4',
    'ca-cert-find --validNotBeforeFrom 2026-01-01 --validNotAfterTo 2031-01-01 --size 2',
    'ca-cert-find --revocationReason 4 --size 3',
    'ca-cert-find --validityOperation >= --validityCount 5 --validityUnit year --size 3',
    'ca-cert-find --name nobody.at.all --matchExactly',
    'ca-cert-show 1',
    'ca-cert-show 0x2 --pretty --encoded',
    'ca-cert-show 0x3b9ac9ff',
    'ca-cert-request-find --size 4',
    'ca-cert-request-find --status complete --start 3 --size 2',
    'ca-cert-request-find --type revocation --size 3',
    'ca-cert-request-show 1',
    'ca-cert-request-show 0x3b9ac9ff',
    'ca-cert-request-profile-find --size 200',
    'ca-cert-request-profile-show caServerCert',
    'ca-cert-request-profile-show noSuchProfile',
  ];
  // While Dogtag answers there is little to see, and a Java machine takes its time to start.
  for (const command of side === 'native' ? commands : commands.filter((_, index) => index % 4 === 0))
    await report.check(`${side}: pki ${command}`, async () => {
      const [ours, theirs] = await ask(appliance, command.split(' '));
      assert.deepEqual(withoutPort(ours), withoutPort(theirs));
    });
  // What is no operation here is Dogtag's before and after.
  for (const command of ['ca-user-find', 'ca-group-find', 'ca-selftest-find', 'securitydomain-show'])
    await report.check(`${side}: pki ${command}, which Dogtag answers`, async () => {
      const [ours, theirs] = await ask(appliance, command.split(' '));
      assert.deepEqual(withoutPort(ours), withoutPort(theirs));
    });
  await report.check(`${side}: the Python client reads`, async () => {
    const [ours, theirs] = await Promise.all([
      callPython(appliance.ports.https, 'read'),
      callPython(dogtagPort, 'read'),
    ]);
    assert.ok(Object.keys(ours).length >= 15);
    for (const name of Object.keys(theirs)) assert.deepEqual(ours[name], theirs[name], name);
  });
}

interface Issued {
  readonly serial: string;
  readonly shown: string;
}

/** Each side makes objects of its own; what is printed about them may differ in numbers, dates and keys alone. */
async function compareWrites(appliance: ApplianceUnderTest, side: string): Promise<readonly Issued[]> {
  const issued: Issued[] = [];
  const ports = { ours: appliance.ports.https, theirs: dogtagPort };
  const known = { ours: new Map<string, string>(), theirs: new Map<string, string>() };
  const both = async (
    name: string,
    words: (of: ReadonlyMap<string, string>) => readonly string[],
    learn?: (text: string, of: Map<string, string>) => void,
  ) =>
    report.check(`${side}: pki ${name}`, async () => {
      const [ours, theirs] = await Promise.all([
        clients.pki(ports.ours, words(known.ours)),
        clients.pki(ports.theirs, words(known.theirs)),
      ]);
      learn?.(ours.text, known.ours);
      learn?.(theirs.text, known.theirs);
      assert.deepEqual(withoutOwn(ours), withoutOwn(theirs));
    });
  const remember = (name: string, pattern: RegExp) => (text: string, of: Map<string, string>) =>
    of.set(name, pattern.exec(text)?.[1] ?? 'missing');
  const get = (of: ReadonlyMap<string, string>, name: string) => of.get(name) ?? 'missing';
  await clients.write('submit.xml', await enrollmentXml());
  for (const name of ['one', 'two', 'three'])
    await both(
      'ca-cert-request-submit',
      () => ['ca-cert-request-submit', `${clients.folder}/submit.xml`],
      remember(name, /Request ID: (\S+)/),
    );
  await both('ca-cert-request-show of one that waits', (of) => ['ca-cert-request-show', get(of, 'one')]);
  await both('ca-cert-request-approve', (of) => ['ca-cert-request-approve', get(of, 'one'), '--force']);
  await both('ca-cert-request-approve, again', (of) => ['ca-cert-request-approve', get(of, 'one'), '--force']);
  await both('ca-cert-request-reject', (of) => ['ca-cert-request-reject', get(of, 'two'), '--force']);
  await both('ca-cert-request-cancel', (of) => ['ca-cert-request-cancel', get(of, 'three'), '--force']);
  await both(
    'ca-cert-request-show of one that is issued',
    (of) => ['ca-cert-request-show', get(of, 'one')],
    remember('serial', /Certificate ID: (\S+)/),
  );
  const serialOf = (of: ReadonlyMap<string, string>) => get(of, 'serial');
  await both('ca-cert-show', (of) => ['ca-cert-show', serialOf(of), '--pretty']);
  await both('ca-cert-hold', (of) => ['ca-cert-hold', serialOf(of), '--force']);
  await both('ca-cert-hold, again', (of) => ['ca-cert-hold', serialOf(of), '--force']);
  await both('ca-cert-release-hold', (of) => ['ca-cert-release-hold', serialOf(of), '--force']);
  await both('ca-cert-release-hold, again', (of) => ['ca-cert-release-hold', serialOf(of), '--force']);
  await both('ca-cert-revoke', (of) => [
    'ca-cert-revoke',
    serialOf(of),
    '--force',
    '--reason',
    'Superseded',
    '--comments',
    'replaced',
  ]);
  await both('ca-cert-revoke, again', (of) => ['ca-cert-revoke', serialOf(of), '--force']);
  await both('ca-cert-revoke of nothing', () => ['ca-cert-revoke', '0x3b9ac9ff', '--force']);
  await both(
    'ca-cert-show of a revoked one',
    (of) => ['ca-cert-show', serialOf(of)],
    (text, of) => of.set('shown', text),
  );
  await both('client-cert-request', () => [
    'client-cert-request',
    'CN=made.by.pki,O=EXAMPLE.TEST',
    '--profile',
    'caServerCert',
    '--length',
    '2048',
  ]);
  await report.check(`${side}: the Python client writes`, async () => {
    const [ours, theirs] = await Promise.all([callPython(ports.ours, 'write'), callPython(ports.theirs, 'write')]);
    assert.ok(Object.keys(ours).length >= 18);
    for (const name of Object.keys(theirs)) assert.deepEqual(ofOwn(ours[name]), ofOwn(theirs[name]), name);
    assert.match(JSON.stringify(ours['enroll_cert, at once']), /BEGIN CERTIFICATE/);
  });
  const serial = get(known.ours, 'serial');
  await report.check(`${side}: numbers are of the answering side`, () => {
    assert.equal(BigInt(serial) >= serialFence, side === 'native');
  });
  issued.push({ serial, shown: get(known.ours, 'shown') });
  return issued;
}

/** Puts numbers, dates, keys, signatures and fingerprints aside. */
function withoutOwn({ exitCode, text }: Printed): Printed {
  return { exitCode, text: textWithoutOwn(text) };
}

function textWithoutOwn(text: string): string {
  return (
    text
      .replaceAll(/(pki\.example\.test:)\d+/g, '$1PORT')
      // A long serial number goes on in the next line.
      .replaceAll(/0x[0-9a-f]+/gi, 'NUMBER')
      .replaceAll(/#[0-9a-f]+\b/g, '#NUMBER')
      .replaceAll(/^(\s*)((?:[0-9A-F]{2}:)+[0-9A-F]{0,2}\s*)+$/gm, '$1BYTES')
      .replaceAll(/\b\d{2,}\b(?!-bit| bits)/g, 'NUMBER')
      .replaceAll(/\b(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)[a-z]*,? [A-Z][a-z]{2,8} [^\n"\\]*/g, 'DATE')
      // Lines are as long as the heading between them.
      .replaceAll(/^-{5,}$/gm, '-----')
      .replaceAll(/(BYTES\n?)+/g, 'BYTES\n')
  );
}

/** The same for what the Python client gives. */
function ofOwn(value: unknown): unknown {
  const text = JSON.stringify(value, (name, member: unknown) => {
    if (typeof member !== 'string') return member;
    if (/^(?:encoded|pkcs7_cert_chain|binary|pretty_repr)$/i.test(name) || member.includes('-----BEGIN'))
      return `(${name})`;
    return textWithoutOwn(member);
  });
  return JSON.parse((text ?? 'null').replaceAll(/:(\s*)\d{10,}/g, ':$10'));
}

async function callPython(httpsPort: number, what: 'read' | 'write'): Promise<Readonly<Record<string, unknown>>> {
  const file = (name: string) => `${clients.folder}/${name}`;
  const { exitCode, text } = await clients.python('call.py', [
    String(httpsPort),
    file('agent.pem'),
    file('ca.crt'),
    file('request.pem'),
    what,
  ]);
  assert.equal(exitCode, 0, text);
  const document = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  return JSON.parse(document.replaceAll(/(pki\.example\.test:)\d+/g, '$1PORT'));
}

/** A filled template, as `pki ca-cert-request-profile-show --output` writes it. */
async function enrollmentXml(): Promise<string> {
  await clients.pki(dogtagPort, [
    'ca-cert-request-profile-show',
    'caServerCert',
    '--output',
    `${clients.folder}/template.xml`,
  ]);
  const template = await clients.read('template.xml');
  const values = {
    cert_request_type: 'pkcs10',
    cert_request: makeRequestPem('pki.peers.example.test'),
    requestor_name: 'pki',
  };
  return Object.entries(values).reduce(
    (xml, [name, value]) =>
      xml.replace(
        new RegExp(`(<Attribute name="${name}">\\s*)(?:<Value/>|<Value></Value>)`),
        (_, opening: string) => `${opening}<Value>${value}</Value>`,
      ),
    template,
  );
}

async function assertShadowIsClean(appliance: ApplianceUnderTest): Promise<void> {
  const { totals, noteworthy } = (await appliance.runJson(['shadow', 'report'], [0, 1])) as {
    totals: { compared: number; unexpected: number; failed: number };
    noteworthy: unknown[];
  };
  assert.ok(totals.compared > 50, `${totals.compared} compared`);
  assert.deepEqual([totals.unexpected, totals.failed], [0, 0], JSON.stringify(noteworthy).slice(0, 2_000));
}
