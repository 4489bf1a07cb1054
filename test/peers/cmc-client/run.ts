// Dogtag's own CMC tools against the gateway, forwarded and native; see README.md for the steps.
import assert from 'node:assert/strict';
import { labVariable } from '#test/appliance-clients';
import { type ApplianceUnderTest, withAppliance } from '#test/appliance-under-test';
import { createSuiteReport } from '#test/suite-report';
import { removeNativeNumbers, serialFence } from '../../lab/spine/dogtag-directory.ts';
import { LabClients } from '../pki-client/inside-lab.ts';

const password = 'Secret.123';
const report = createSuiteReport();
const clients = new LabClients();
const dogtagPort = Number(new URL(labVariable('DOGTAG_URL')).port);
const full = '/ca/ee/ca/profileSubmitCMCFull?profileId=caFullCMCUserCert';
await removeNativeNumbers();
try {
  await clients.open();
  await withAppliance(async (appliance) => {
    // 10.
    await appliance.runJson(['import']);
    await appliance.start();
    // 20.
    await enroll(appliance, 'forwarded');
    await report.check('the shadow has nothing unexpected', () => assertShadowIsClean(appliance));
    // 30.
    await report.check('cut over', async () => {
      const { exitCode, stderr } = await appliance.run(['cutover', '--all', '--reason', 'CMC goes on natively']);
      assert.equal(exitCode, 0, stderr);
    });
    const serials = await enroll(appliance, 'native');
    // 40.
    const [serial = '0'] = serials;
    await report.check('native: a revocation', async () => {
      const issuer = 'revRequest.issuer=CN=Certificate Authority,O=EXAMPLE.TEST';
      const revocation = [
        'revRequest.enable=true',
        `revRequest.serial=${BigInt(serial)}`,
        issuer,
        'revRequest.reason=superseded',
      ];
      await sign('revoke', 'pkcs10', 0, [...revocation, 'revRequest.comment=no longer needed']);
      assert.match(await send(appliance.ports.https, 'revoke', full), /Status: SUCCESS/);
    });
    // 50.
    await report.check('rollback', async () => {
      const { exitCode, stderr } = await appliance.run(['rollback', '--all', '--reason', 'the tools go back']);
      assert.equal(exitCode, 0, stderr);
    });
    await report.check('Dogtag shows what was issued and revoked natively', async () => {
      const shown = await clients.pki(dogtagPort, ['ca-cert-show', serial]);
      assert.match(shown.text, /Status: REVOKED/);
      for (const other of serials.slice(1))
        assert.match((await clients.pki(dogtagPort, ['ca-cert-show', other])).text, /Status: VALID/);
    });
  });
} finally {
  // 90.
  await clients.close();
  await removeNativeNumbers();
}
report.finish();

/** Numbers of the certificates, in hexadecimal with 0x. */
async function enroll(appliance: ApplianceUnderTest, side: string): Promise<readonly string[]> {
  const serials: string[] = [];
  const note = (text: string) => {
    const shown = text.split('Certificate: ').find((part) => /Subject: CN=cmc\.peers/.test(part));
    const serial = /Serial Number: (0x[0-9A-F]+)/i.exec(shown ?? '')?.[1];
    assert(serial !== undefined, text.slice(0, 2_000));
    assert.equal(BigInt(serial) >= serialFence, side === 'native');
    serials.push(serial);
  };
  await report.check(`${side}: PKCS10Client, CMCRequest, HttpClient, CMCResponse`, async () => {
    const made = await clients.tool(`PKCS10Client -d db -p ${password} -n CN=cmc.peers.one -o one.csr`);
    assert.equal(made.exitCode, 0, made.text);
    await sign('one', 'pkcs10', 1, [
      'transactionMgt.enable=true',
      'transactionMgt.id=',
      'senderNonce.enable=true',
      'senderNonce=',
    ]);
    const text = await send(appliance.ports.https, 'one', full);
    assert.match(text, /Status: SUCCESS/);
    note(text);
  });
  await report.check(`${side}: CRMFPopClient`, async () => {
    const made = await clients.tool(`CRMFPopClient -d db -p ${password} -n CN=cmc.peers.two -q POP_SUCCESS -o two.csr`);
    assert.equal(made.exitCode, 0, made.text);
    await sign('two', 'crmf', 1, []);
    const text = await send(appliance.ports.https, 'two', full);
    assert.match(text, /Status: SUCCESS/);
    note(text);
  });
  await report.check(`${side}: a simple request`, async () => {
    await clients.tool('openssl req -in one.csr -outform DER -out simple.bin');
    note(await send(appliance.ports.https, 'simple', '/ca/ee/ca/profileSubmitCMCSimple?profileId=caSimpleCMCUserCert'));
  });
  await report.check(`${side}: a refusal`, async () => {
    const text = await send(appliance.ports.https, 'one', '/ca/ee/ca/profileSubmitCMCFull?profileId=nobodyHasIt');
    assert.match(text, /Status String: Profile nobodyHasIt Not Found/);
  });
  return serials;
}

/** `NAME.csr` becomes `NAME.bin`, signed by the agent. */
async function sign(name: string, format: 'pkcs10' | 'crmf', count: number, more: readonly string[]): Promise<void> {
  const { folder } = clients;
  const lines = [
    `numRequests=${count}`,
    ...(count === 0 ? [] : [`input=${folder}/${name}.csr`]),
    `output=${folder}/${name}.bin`,
    'tokenname=internal',
    'nickname=agent',
    `dbdir=${folder}/db`,
    `password=${password}`,
    `format=${format}`,
    ...more,
  ];
  await clients.write(`${name}.cfg`, `${lines.join('\n')}\n`);
  const made = await clients.tool(`CMCRequest ${name}.cfg`);
  assert.equal(made.exitCode, 0, made.text);
}

/** What CMCResponse says of the answer to `NAME.bin`. */
async function send(port: number, name: string, servlet: string): Promise<string> {
  const { folder } = clients;
  const lines = [
    `host=${labVariable('DOGTAG_HOST')}`,
    `port=${port}`,
    'secure=true',
    `input=${folder}/${name}.bin`,
    `output=${folder}/${name}.response`,
    'tokenname=internal',
    `dbdir=${folder}/db`,
    'clientmode=true',
    `password=${password}`,
    'nickname=agent',
    `servlet=${servlet}`,
  ];
  await clients.write(`${name}-http.cfg`, `${lines.join('\n')}\n`);
  const sent = await clients.tool(`HttpClient ${name}-http.cfg`);
  assert.equal(sent.exitCode, 0, sent.text);
  // It ends well or not by what the response says, which is for whoever asked.
  const { text } = await clients.tool(`CMCResponse -d db -i ${name}.response`);
  // A simple response is signed by nobody.
  if (name === 'simple') return text;
  const verify = `openssl cms -verify -inform DER -in ${name}.response -CAfile ca.crt -purpose any -out ${name}.content`;
  const verified = await clients.tool(verify);
  assert.equal(verified.exitCode, 0, verified.text);
  return text;
}

async function assertShadowIsClean(appliance: ApplianceUnderTest): Promise<void> {
  const { totals, noteworthy } = (await appliance.runJson(['shadow', 'report'], [0, 1])) as {
    totals: { compared: number; unexpected: number; failed: number };
    noteworthy: unknown[];
  };
  assert.ok(totals.compared >= 4, `${totals.compared} compared`);
  assert.deepEqual([totals.unexpected, totals.failed], [0, 0], JSON.stringify(noteworthy).slice(0, 2_000));
}
