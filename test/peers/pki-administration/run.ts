// Dogtag's own command line administers users and groups: forwarded, natively and after the way back, each compared with Dogtag itself.
import assert from 'node:assert/strict';
import { labFile, labVariable } from '#test/appliance-clients';
import { type ApplianceUnderTest, withAppliance } from '#test/appliance-under-test';
import { createSuiteReport } from '#test/suite-report';
import { removeNativeNumbers } from '../../lab/spine/dogtag-directory.ts';
import { LabClients, type Printed } from '../pki-client/inside-lab.ts';
import { domainWrites, group, ownAnswers, ownPrefix, password, reads, removals, user, writes } from './commands.ts';

const report = createSuiteReport();
const clients = new LabClients();
const dogtagPort = Number(new URL(labVariable('DOGTAG_URL')).port);
const certificate = `${clients.folder}/ipara.crt`;
await removeNativeNumbers();
try {
  await clients.open('ADMIN');
  await clients.write('ipara.crt', labFile('DOGTAG_AGENT_CERT'));
  await removeOwnAtDogtag();
  await withAppliance(async (appliance) => {
    await appliance.runJson(['import']);
    await appliance.start();
    await tellOneAfterTheOther(appliance, 'forwarded', [
      ...writes(certificate).slice(0, 14),
      ...removals,
      ...domainWrites,
    ]);
    await report.check('the shadow has nothing unexpected', () => assertShadowIsClean(appliance));
    await report.check('cut over', async () => {
      const { exitCode, stderr } = await appliance.run(['cutover', '--all', '--reason', 'users are ours now']);
      assert.equal(exitCode, 0, stderr);
    });
    for (const command of reads)
      await report.check(`native: pki ${command.join(' ')}`, async () => {
        const [ours, theirs] = await Promise.all([
          clients.pki(appliance.ports.https, command),
          clients.pki(dogtagPort, command),
        ]);
        assert.deepEqual(withoutPort(ours), withoutPort(theirs));
      });
    for (const [command, says] of ownAnswers)
      await report.check(`native: pki ${command.join(' ')} says what is so here`, async () => {
        assert.match((await clients.pki(appliance.ports.https, command)).text, says);
      });
    await tellOneAfterTheOther(appliance, 'native', [...writes(certificate), ...removals, ...domainWrites]);
    await goBack(appliance);
  });
} finally {
  await removeOwnAtDogtag();
  await clients.close();
  await removeNativeNumbers();
}
report.finish();

/**
 * Ours first, all of it, because what is told to Dogtag is followed into our record: it ends with the removal of everything, which stands until it is
 * handed back.
 */
async function tellOneAfterTheOther(
  { ports }: ApplianceUnderTest,
  side: string,
  commands: readonly (readonly string[])[],
): Promise<void> {
  const tell = async (port: number) => {
    const printed: Printed[] = [];
    for (const command of commands) printed.push(withoutPort(await clients.pki(port, command)));
    return printed;
  };
  const [ours, theirs] = [await tell(ports.https), await tell(dogtagPort)];
  for (const [index, command] of commands.entries())
    await report.check(`${side}: pki ${command.join(' ').replace(password, '***')}`, () =>
      assert.deepEqual(ours[index], theirs[index]),
    );
}

/** What was made natively is Dogtag's afterwards, the password included, which only its hash has travelled for. */
async function goBack(appliance: ApplianceUnderTest): Promise<void> {
  const made = writes(certificate).slice(0, 13);
  await report.check('a user made natively may use his password at once', async () => {
    for (const command of made) await clients.pki(appliance.ports.https, command);
    const printed = await clients.pkiByPassword(appliance.ports.https, user, password, ['ca-user-show', user]);
    assert.match(printed.text, /ForbiddenException: Authorization Error/);
    const wrong = await clients.pkiByPassword(appliance.ports.https, user, `${password}x`, ['ca-user-show', user]);
    assert.match(wrong.text, /Unauthorized/i);
  });
  const shown = withoutPort(await clients.pki(appliance.ports.https, ['ca-user-show', user]));
  const members = withoutPort(await clients.pki(appliance.ports.https, ['ca-group-member-find', group]));
  await report.check('rollback', async () => {
    const { exitCode, stderr } = await appliance.run(['rollback', '--all', '--reason', 'users go back']);
    assert.equal(exitCode, 0, stderr);
  });
  await report.check('Dogtag shows the user and the group as we did', async () => {
    assert.deepEqual(withoutPort(await clients.pki(dogtagPort, ['ca-user-show', user])), shown);
    assert.deepEqual(withoutPort(await clients.pki(dogtagPort, ['ca-group-member-find', group])), members);
  });
  await report.check('and Dogtag takes the password that was set here', async () => {
    const printed = await clients.pkiByPassword(dogtagPort, user, password, ['ca-user-show', user]);
    assert.match(printed.text, /ForbiddenException: Authorization Error/);
    const wrong = await clients.pkiByPassword(dogtagPort, user, `${password}x`, ['ca-user-show', user]);
    assert.match(wrong.text, /Unauthorized/i);
  });
}

async function removeOwnAtDogtag(): Promise<void> {
  for (const words of [
    ['ca-user-del', user],
    ['ca-user-del', `${ownPrefix}two`],
    ['ca-group-del', group],
  ])
    await clients.pki(dogtagPort, words);
}

/** Words that only name the server that was asked. */
function withoutPort({ exitCode, text }: Printed): Printed {
  return { exitCode, text: text.replaceAll(/(pki\.example\.test:)\d+/g, '$1PORT') };
}

async function assertShadowIsClean(appliance: ApplianceUnderTest): Promise<void> {
  const { totals, noteworthy } = (await appliance.runJson(['shadow', 'report'], [0, 1])) as {
    totals: { compared: number; unexpected: number; failed: number };
    noteworthy: unknown[];
  };
  assert.ok(totals.compared > 20, `${totals.compared} compared`);
  assert.deepEqual([totals.unexpected, totals.failed], [0, 0], JSON.stringify(noteworthy).slice(0, 2_000));
}
