// Lightweight authorities, made by Dogtag and made here: both sides say the same about them, an imported key issues on, and readiness tells whose is missing.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openApplianceClient, openDogtagClient } from '#test/appliance-clients';
import { type ApplianceUnderTest, withAppliance } from '#test/appliance-under-test';
import type { ConversationClient } from '#test/conversation-client';
import { createSuiteReport } from '#test/suite-report';
import { removeNativeNumbers } from '../spine/dogtag-directory.ts';
import { assertSameAnswer } from './compare-answers.ts';
import { tellStatus } from './compare-status.ts';
import { hold, type Step, stepsNamed } from './conversation.ts';

const report = createSuiteReport();
const lab = fileURLToPath(new URL('../../../compat-fixtures/lab/lab', import.meta.url));
const execute = promisify(execFile);
const run = `${process.pid}`;
const dogtag = openDogtagClient();
await removeNativeNumbers();
try {
  await withAppliance(async (appliance) => {
    await appliance.runJson(['import']);
    await appliance.start();
    const gateway = openApplianceClient(appliance);
    try {
      const id = await makeForwarded(appliance, gateway);
      await takeItsKey(appliance, id);
      await report.check('cut over', async () => {
        const { exitCode, stderr } = await appliance.run(['cutover', '--all', '--reason', 'authorities are compared']);
        assert.equal(exitCode, 0, stderr);
      });
      await report.check('the imported authority issues natively', () => issueUnder(gateway, id));
      await keepsWhatIsChangedHere(appliance, gateway, id);
      await compareConversations(gateway);
      await report.check('OCSP and CRL say the same of what it issues', async () => {
        const [ours, theirs] = [await tellStatus(gateway, `${run}s`), await tellStatus(dogtag, `${run}s`)];
        // Dogtag lists it until it is started again; a CRL of the host authority is not about certificates of others.
        assert.deepEqual({ ...ours, isOnCrl: true }, theirs);
        assert.equal(ours.isOnCrl, false);
      });
    } finally {
      gateway.close();
    }
  });
} finally {
  dogtag.close();
  await removeNativeNumbers();
}
report.finish();

/** While Dogtag answers: our record knows the authority, and that its key is elsewhere. Gives its id. */
async function makeForwarded(appliance: ApplianceUnderTest, gateway: ConversationClient): Promise<string> {
  const body = JSON.stringify({ dn: `CN=Forwarded ${run},O=EXAMPLE.TEST`, parentID: 'host-authority' });
  let id = 'missing';
  await report.check('Dogtag makes an authority through the gateway', async () => {
    const [made] = await hold(gateway, [post('make one', '/ca/rest/authorities', body)]);
    assert.equal(made?.status, 200, made?.body.toString());
    id = /"id":"([0-9a-f-]{36})"/.exec(made?.body.toString() ?? '')?.[1] ?? 'missing';
  });
  await report.check('the record knows it, without its key', async () => {
    const shown = await untilShown(appliance, id);
    assert.equal(shown?.ready, false);
  });
  await report.check('readiness tells that its key is missing', async () => {
    const { authorities } = (await appliance.runJson(['readiness'], [0, 1])) as { authorities: ShownAuthority[] };
    const line = authorities.find(({ authorityId }) => authorityId === id);
    assert.equal(line?.isReady, false);
    assert.match(line?.reason ?? '', /its key is not in the signer/);
  });
  await report.check('its certificate is rehearsed to the last byte', async () => {
    const shadow = (await appliance.runJson(['shadow', 'report'], [0, 1])) as {
      sums: { operation: string; issuances: number; issuancesIdentical: number; unexpected: number; failed: number }[];
      noteworthy: unknown[];
    };
    const sum = shadow.sums.find(({ operation }) => operation === 'rest-create-authority');
    assert.deepEqual(
      {
        issuances: sum?.issuances,
        identical: sum?.issuancesIdentical,
        unexpected: sum?.unexpected,
        failed: sum?.failed,
      },
      { issuances: 1, identical: 1, unexpected: 0, failed: 0 },
      JSON.stringify(shadow.noteworthy).slice(0, 2_000),
    );
  });
  return id;
}

interface ShownAuthority {
  readonly id?: string;
  readonly authorityId?: string;
  readonly ready?: boolean;
  readonly isReady?: boolean;
  readonly reason?: string | null;
}

async function untilShown(appliance: ApplianceUnderTest, id: string): Promise<ShownAuthority | undefined> {
  for (let tries = 0; tries < 20; tries += 1) {
    const shown = (await appliance.runJson(['authority', 'show'])) as ShownAuthority[];
    const found = shown.find((one) => one.id === id);
    if (found !== undefined) return found;
    await sleep(500);
  }
  return undefined;
}

/** As an operator does: out of Dogtag's NSS database, into the signer. */
async function takeItsKey(appliance: ApplianceUnderTest, id: string): Promise<void> {
  await report.check('its key is taken over from Dogtag', async () => {
    const nickname = `caSigningCert cert-pki-ca ${id}`;
    const script = `set -e; cd /tmp; PW=$(sed -n 's/^internal=//p' /etc/pki/pki-tomcat/password.conf); printf %s "$PW" > retag-nss.$$; trap 'rm -f retag-nss.$$ retag-sub.$$' EXIT; pk12util -o retag-sub.$$ -d /etc/pki/pki-tomcat/alias -n '${nickname}' -k retag-nss.$$ -W Throwaway.1 >&2; base64 -w 0 retag-sub.$$`;
    const { stdout } = await execute(lab, ['exec', 'bash', '-c', script], { maxBuffer: 1 << 20 });
    const [file, passwordFile] = [join(appliance.folder, 'sub.p12'), join(appliance.folder, 'sub.password')];
    writeFileSync(file, Buffer.from(stdout, 'base64'), { mode: 0o600 });
    writeFileSync(passwordFile, 'Throwaway.1\n', { mode: 0o600 });
    const words = ['authority', 'take-key', '--pkcs12', file, '--password-file', passwordFile];
    const wrong = await appliance.run([...words, '--authority', '11111111-2222-3333-4444-555555555555']);
    assert.notEqual(wrong.exitCode, 0);
    const { exitCode, stdout: said, stderr } = await appliance.run(words);
    assert.equal(exitCode, 0, stderr);
    assert.match(said, /its key was taken into the signer/);
    assert.equal((await untilShown(appliance, id))?.ready, true);
  });
}

async function issueUnder(gateway: ConversationClient, id: string): Promise<void> {
  const wanted = stepsNamed(`${run}f`).find(({ name }) => name === 'enrol under it');
  assert.ok(wanted !== undefined);
  // A running signer sees a new key within a second, and the registry a second later.
  await sleep(2_500);
  const [issued] = await hold(gateway, [{ ...wanted, target: `/ca/rest/certrequests?issuer-id=${id}` }]);
  assert.match(issued?.body.toString() ?? '', /"requestStatus":"complete"/);
}

/** Dogtag's directory says otherwise and knows nothing of it. */
async function keepsWhatIsChangedHere(
  appliance: ApplianceUnderTest,
  gateway: ConversationClient,
  id: string,
): Promise<void> {
  await report.check('it stays disabled here although Dogtag has it enabled', async () => {
    await hold(gateway, [post('disable', `/ca/rest/authorities/${id}/disable`, '')]);
    await appliance.runJson(['import']);
    const shown = (await appliance.runJson(['authority', 'show'])) as (ShownAuthority & { enabled: boolean })[];
    assert.equal(shown.find((one) => one.id === id)?.enabled, false);
  });
  await report.check('it stays deleted here although Dogtag has it', async () => {
    assert.equal((await deleteOn(gateway, id))?.status, 204);
    await appliance.runJson(['import']);
    const shown = (await appliance.runJson(['authority', 'show'])) as ShownAuthority[];
    assert.equal(
      shown.some((one) => one.id === id),
      false,
    );
    await deleteOn(dogtag, id);
  });
}

async function deleteOn(client: ConversationClient, id: string) {
  const answers = await hold(client, [
    post('disable', `/ca/rest/authorities/${id}/disable`, ''),
    { ...post('delete', `/ca/rest/authorities/${id}`, ''), method: 'DELETE' },
  ]);
  return answers.at(-1);
}

function post(name: string, target: string, body: string): Step {
  return { name, method: 'POST', target, body, contentType: 'application/json' };
}

/** The same steps on both sides, each with authorities of its own. */
async function compareConversations(gateway: ConversationClient): Promise<void> {
  const steps = stepsNamed(run);
  const ours = await hold(gateway, steps);
  const theirs = await hold(dogtag, steps);
  for (const [index, step] of steps.entries()) {
    const [our, their] = [ours[index], theirs[index]];
    await report.check(step.name, () => {
      assert.ok(our !== undefined && their !== undefined);
      assertSameAnswer(our, their);
    });
  }
}
