// certmonger's helper against the gateway, forwarded and native, and against Dogtag itself; see README.md for the steps.
// packages: certmonger openssl util-linux
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { labVariable } from '#test/appliance-clients';
import { type ApplianceUnderTest, withAppliance } from '#test/appliance-under-test';
import { makeRequestPem } from '#test/make-request';
import { createSuiteReport } from '#test/suite-report';
import { removeNativeNumbers, serialFence } from '../../lab/spine/dogtag-directory.ts';
import { assertVerifies } from '../../lab/spine/openssl-view.ts';
import { DogtagSubmit, obstacle, outcomes, type Submission, type Submitted } from './dogtag-submit.ts';

/** Those that certmonger renews for FreeIPA, with an agent's approval. */
const trackedProfiles = [
  'caServerCert',
  'caSubsystemCert',
  'caOCSPCert',
  'caSignedLogCert',
  'caAuditSigningCert',
  'caTransportCert',
  'caStorageCert',
  'caCACert',
];

const report = createSuiteReport();
const why = obstacle();
if (why !== null) {
  report.skip('certmonger', why);
  report.finish();
}
const portOf = (name: string) => Number(new URL(labVariable(name)).port);
const dogtag = new DogtagSubmit({ httpsPort: portOf('DOGTAG_URL'), httpPort: portOf('DOGTAG_HTTP_URL') });
await removeNativeNumbers();
try {
  await withAppliance(async (appliance) => {
    // 10.
    await appliance.runJson(['import']);
    await appliance.start();
    const gateway = new DogtagSubmit({ httpsPort: appliance.ports.https, httpPort: appliance.ports.http });
    // 20.
    await enrollAndRenew(gateway, 'forwarded');
    await report.check('the shadow has nothing unexpected', () => assertShadowIsClean(appliance));
    // 30.
    await report.check('cut over', async () => {
      const { exitCode, stderr } = await appliance.run(['cutover', '--all', '--reason', 'certmonger goes on natively']);
      assert.equal(exitCode, 0, stderr);
    });
    const native = await enrollAndRenew(gateway, 'native');
    await report.check('native: numbers lie beyond the fence', () => {
      assert.ok(native.length > trackedProfiles.length);
      for (const pem of native) assert.ok(serialOf(pem) >= serialFence);
    });
    // 40.
    await report.check('roll back', async () => {
      const { exitCode, stderr } = await appliance.run(['rollback', '--all', '--reason', 'certmonger goes back']);
      assert.equal(exitCode, 0, stderr);
    });
    await report.check('Dogtag renews by its number what was issued natively', async () => {
      const [pem = ''] = native;
      const renewed = await gateway.submit({
        csrPem: makeRequestPem('back.certmonger.example.test'),
        certificatePem: pem,
      });
      assert.equal(renewed.exitCode, outcomes.issued, renewed.output);
      assert.ok(serialOf(renewed.output) < serialFence);
      assert.equal(new X509Certificate(renewed.output).subject, new X509Certificate(pem).subject);
    });
  });
} finally {
  // 90.
  await removeNativeNumbers();
}
report.finish();

/** All that certmonger does; the certificates that it got. */
async function enrollAndRenew(gateway: DogtagSubmit, side: string): Promise<readonly string[]> {
  const issued: string[] = [];
  const keep = async (submitted: Submitted): Promise<string> => {
    assert.equal(submitted.exitCode, outcomes.issued, submitted.output);
    await assertVerifies(submitted.output);
    issued.push(submitted.output);
    return submitted.output;
  };
  for (const profileId of trackedProfiles)
    await report.check(`${side}: enrols with ${profileId}: submit, review, approve, retrieve`, async () => {
      const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const csrPem = makeRequestPem(`${profileId.toLowerCase()}.${side}.certmonger.example.test`, key);
      const submitted = await gateway.submit({ csrPem, words: ['-T', profileId] });
      const pem = await keep(submitted);
      assert.ok(submitted.steps >= 2, 'an agent had to approve');
      assert.ok(new X509Certificate(pem).publicKey.equals(createPublicKey(key.privateKey)));
    });
  const csrPem = makeRequestPem(`renewed.${side}.certmonger.example.test`);
  let original = '';
  await report.check(`${side}: enrols what it renews later`, async () => {
    original = await keep(await gateway.submit({ csrPem }));
  });
  const renewals: Readonly<Record<string, Submission>> = {
    'a tracked certificate': { csrPem, certificatePem: original },
    'by decimal number': { csrPem, words: ['-D', original && String(serialOf(original))] },
    'by hexadecimal number': { csrPem, words: ['-s', original && serialOf(original).toString(16)] },
  };
  for (const [what, submission] of Object.entries(renewals))
    await report.check(`${side}: renews ${what}`, async () => {
      const [before, after] = [
        new X509Certificate(original),
        new X509Certificate(await keep(await gateway.submit(submission))),
      ];
      assert.notEqual(after.serialNumber, before.serialNumber);
      assert.equal(after.subject, before.subject);
      assert.ok(after.publicKey.equals(before.publicKey), 'a renewal by number keeps the key');
    });
  await report.check(
    `${side}: enrols anew where it may not renew (-N), and with values of its own (-O, -o)`,
    async () => {
      const words = ['-N', '-O', 'bypassCAnotafter=true', '-o', 'requestor_name=IPA'];
      const pem = await keep(await gateway.submit({ csrPem, certificatePem: original, words }));
      assert.notEqual(new X509Certificate(pem).serialNumber, new X509Certificate(original).serialNumber);
    },
  );
  await report.check(`${side}: enrols at once as an agent over TLS (-a)`, async () => {
    const request = makeRequestPem(`agent.${side}.certmonger.example.test`);
    const submitted = await gateway.submit({ csrPem: request, words: ['-T', 'caIPAserviceCert'], asAgent: true });
    await keep(submitted);
    assert.equal(submitted.steps, 1);
  });
  await compareRefusals(gateway, side);
  return issued;
}

/** What goes wrong goes wrong with the same exit code and words, but for numbers of requests. */
async function compareRefusals(gateway: DogtagSubmit, side: string): Promise<void> {
  const csrPem = makeRequestPem(`refused.${side}.certmonger.example.test`);
  const ecPem = makeRequestPem('ec.certmonger.example.test', generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  const broken = '-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n';
  const refusals: Readonly<Record<string, Submission>> = {
    'a profile that does not exist': { csrPem, words: ['-T', 'noSuchProfile'] },
    'a profile for agents only, without being one': { csrPem, words: ['-T', 'caIPAserviceCert'] },
    'a key that the profile does not take': { csrPem: ecPem, words: ['-T', 'caIPAserviceCert'], asAgent: true },
    'a broken request': { csrPem: broken, words: ['-T', 'caServerCert'] },
    'a renewal of what was never issued': { csrPem, words: ['-D', '123456789'] },
    'a value that the profile does not allow': { csrPem, words: ['-N', '-O', 'name=O=no common name'] },
    'a state that nobody gave': { csrPem, words: ['-S', 'state=approve&requestId=999999999'] },
  };
  const withoutNumbers = ({ exitCode, output }: Submitted) => ({
    exitCode,
    output: output.replaceAll(/\b\d{2,}\b/g, 'N'),
  });
  for (const [what, submission] of Object.entries(refusals))
    await report.check(`${side}: the same words for ${what}`, async () => {
      const [ours, theirs] = [await gateway.submit(submission), await dogtag.submit(submission)];
      assert.deepEqual(withoutNumbers(ours), withoutNumbers(theirs));
      assert.notEqual(ours.exitCode, outcomes.issued);
    });
  await report.check(`${side}: lists the same profiles (-t)`, async () => {
    const [ours, theirs] = [await gateway.listProfiles(), await dogtag.listProfiles()];
    assert.deepEqual(ours, theirs);
    assert.match(ours.output, /caServerCert/);
  });
}

async function assertShadowIsClean(appliance: ApplianceUnderTest): Promise<void> {
  const { totals, noteworthy } = (await appliance.runJson(['shadow', 'report'], [0, 1])) as {
    totals: { compared: number; unexpected: number; failed: number; issuances: number; issuancesIdentical: number };
    noteworthy: unknown[];
  };
  assert.ok(totals.compared > 50, `${totals.compared} compared`);
  assert.deepEqual([totals.unexpected, totals.failed], [0, 0], JSON.stringify(noteworthy).slice(0, 2_000));
  assert.ok(totals.issuances > trackedProfiles.length);
  assert.equal(totals.issuancesIdentical, totals.issuances);
}

function serialOf(pem: string): bigint {
  return BigInt(`0x${new X509Certificate(pem).serialNumber}`);
}
