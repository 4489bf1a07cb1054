// The profile commands of Dogtag's `pki` against the gateway, forwarded and native, and against Dogtag itself: both must print the same. On the way:
// what is written while Dogtag answers is in our record, and what is written natively is at Dogtag after the rollback.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { labVariable } from '#test/appliance-clients';
import { type ApplianceUnderTest, withAppliance } from '#test/appliance-under-test';
import { createSuiteReport } from '#test/suite-report';
import { removeNativeNumbers } from '../../lab/spine/dogtag-directory.ts';
import { LabClients, type Printed } from '../pki-client/inside-lab.ts';

const report = createSuiteReport();
const clients = new LabClients();
const dogtagPort = Number(new URL(labVariable('DOGTAG_URL')).port);
/** Each side has one of its own, because while Dogtag answers both are the same. */
const ids = { ours: 'retagProfPeersOurs', theirs: 'retagProfPeersOther', kept: 'retagProfPeersKept' } as const;
type Side = 'ours' | 'theirs';

await removeNativeNumbers();
try {
  await clients.open();
  await writeFiles();
  await withAppliance(async (appliance) => {
    await appliance.runJson(['import']);
    await appliance.start();
    await compareCommands(appliance, 'forwarded');
    await report.check('the record has followed', () => assertFollowed(appliance));
    await report.check('the shadow has nothing unexpected', () => assertShadowIsClean(appliance));
    await report.check('cut over', async () => {
      const { exitCode, stderr } = await appliance.run(['cutover', '--all', '--reason', 'profiles go on natively']);
      assert.equal(exitCode, 0, stderr);
    });
    await compareCommands(appliance, 'native');
    const shown = await makeKept(appliance);
    await report.check('rollback', async () => {
      const { exitCode, stdout, stderr } = await appliance.run(['rollback', '--all', '--reason', 'and back']);
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /profiles handed back: [1-9]/);
    });
    await report.check('Dogtag has the profile that was made natively', async () => {
      const { text } = await clients.pki(dogtagPort, ['ca-profile-show', ids.kept, '--raw']);
      assert.equal(text, shown);
      assert.equal((await clients.pki(dogtagPort, ['ca-profile-show', ids.ours])).exitCode, 255);
    });
  });
} finally {
  for (const id of Object.values(ids)) {
    await clients.pki(dogtagPort, ['ca-profile-disable', id]);
    await clients.pki(dogtagPort, ['ca-profile-del', id]);
  }
  await clients.close();
  await removeNativeNumbers();
}
report.finish();

function profileText(id: string, more = ''): string {
  const caServerCert = readFileSync(`${labVariable('DOGTAG_PROFILES')}/caServerCert.cfg`, 'utf8');
  return `profileId=${id}\nclassId=caEnrollImpl\n${caServerCert}\nname=Peers\n${more}`;
}

async function writeFiles(): Promise<void> {
  await clients.write('editor', '#!/bin/sh\nsed -i "s/^name=.*/name=edited/" "$1"\n');
  for (const [side, id] of Object.entries(ids)) {
    await clients.write(`${side}.cfg`, profileText(id));
    await clients.write(`${side}-changed.cfg`, profileText(id, 'name=Peers, changed\n'));
    await clients.write(`${side}-broken.cfg`, profileText(id, 'input.list=i1,i9\n'));
  }
}

async function compareCommands(appliance: ApplianceUnderTest, mode: string): Promise<void> {
  const ports = { ours: appliance.ports.https, theirs: dogtagPort };
  const both = (name: string, words: (side: Side) => readonly string[]) =>
    report.check(`${mode}: pki ${name}`, async () => {
      const [ours, theirs] = [
        await clients.pki(ports.ours, words('ours')),
        await clients.pki(ports.theirs, words('theirs')),
      ];
      assert.deepEqual(withoutSide(ours), withoutSide(theirs));
    });
  const file = (side: Side, what = '') => `${clients.folder}/${side}${what}.cfg`;
  await both('ca-profile-find', () => ['ca-profile-find', '--size', '5', '--start', '3']);
  await both('ca-profile-show', () => ['ca-profile-show', 'caServerCert']);
  await both('ca-profile-show --raw', () => ['ca-profile-show', 'caIPAserviceCert', '--raw']);
  await both('ca-profile-show --output', (side) => ['ca-profile-show', 'caUserCert', '--output', file(side, '-shown')]);
  await both('ca-profile-show of none', () => ['ca-profile-show', 'noSuchProfile']);
  await both('ca-profile-add --raw of a broken one', (side) => ['ca-profile-add', file(side, '-broken'), '--raw']);
  await both('ca-profile-add --raw', (side) => ['ca-profile-add', file(side), '--raw']);
  await both('ca-profile-add --raw, again', (side) => ['ca-profile-add', file(side), '--raw']);
  await both('ca-profile-show of the new one', (side) => ['ca-profile-show', ids[side]]);
  await both('ca-profile-disable of a disabled one', (side) => ['ca-profile-disable', ids[side]]);
  await both('ca-profile-mod --raw', (side) => ['ca-profile-mod', file(side, '-changed'), '--raw']);
  await both('ca-profile-mod --raw of a broken one', (side) => ['ca-profile-mod', file(side, '-broken'), '--raw']);
  await both('ca-profile-enable', (side) => ['ca-profile-enable', ids[side]]);
  await both('ca-profile-enable, again', (side) => ['ca-profile-enable', ids[side]]);
  await both('ca-profile-show --raw of the new one', (side) => ['ca-profile-show', ids[side], '--raw']);
  await both('ca-profile-mod --raw of an enabled one', (side) => ['ca-profile-mod', file(side), '--raw']);
  await both('ca-profile-del of an enabled one', (side) => ['ca-profile-del', ids[side]]);
  await both('ca-profile-disable', (side) => ['ca-profile-disable', ids[side]]);
  await report.check(`${mode}: pki ca-profile-edit`, async () => {
    const { folder } = clients;
    const edit = (side: Side) => {
      const place = `https://${labVariable('DOGTAG_HOST')}:${ports[side]}`;
      return clients.tool(
        `chmod +x editor && EDITOR=${folder}/editor pki -U ${place} -d db -c Secret.123 -n agent ca-profile-edit ${ids[side]}`,
      );
    };
    assert.deepEqual(withoutSide(await edit('ours')), withoutSide(await edit('theirs')));
  });
  await both('ca-profile-show after the edit', (side) => ['ca-profile-show', ids[side], '--raw']);
  if (mode === 'forwarded') return;
  await both('ca-profile-del', (side) => ['ca-profile-del', ids[side]]);
  await both('ca-profile-del, again', (side) => ['ca-profile-del', ids[side]]);
  await both('ca-profile-enable of none', (side) => ['ca-profile-enable', ids[side]]);
}

/** What was made through the gateway while Dogtag answered; then it is taken away so that the native run starts from the same. */
async function assertFollowed(appliance: ApplianceUnderTest): Promise<void> {
  const { stdout } = await appliance.run(['profiles', 'show', ids.ours, '--record']);
  assert.match(stdout, /edited/);
  for (const [port, id] of [
    [appliance.ports.https, ids.ours],
    [dogtagPort, ids.theirs],
  ] as const)
    assert.equal((await clients.pki(port, ['ca-profile-del', id])).exitCode, 0);
  const gone = await appliance.run(['profiles', 'show', ids.ours, '--record']);
  assert.notEqual(gone.exitCode, 0, gone.stdout);
}

async function makeKept(appliance: ApplianceUnderTest): Promise<string> {
  const port = appliance.ports.https;
  await clients.pki(port, ['ca-profile-add', `${clients.folder}/kept.cfg`, '--raw']);
  await clients.pki(port, ['ca-profile-enable', ids.kept]);
  return (await clients.pki(port, ['ca-profile-show', ids.kept, '--raw'])).text;
}

function withoutSide({ exitCode, text }: Printed): Printed {
  const same = text
    .replaceAll(/retagProfPeers(?:Ours|Other)/g, 'PROFILE')
    .replaceAll(/(pki\.example\.test:)\d+/g, '$1PORT')
    .replaceAll(/\/(?:ours|theirs)(?=[\w-]*\.cfg)/g, '/side')
    .replaceAll(/^#\w{3} \w{3} .*$/gm, '#DATE')
    .replaceAll(/^-{5,}$/gm, '-----')
    // Others make profiles and take them away meanwhile, and Dogtag counts those that it failed to store.
    .replaceAll(/^\d+ entries matched$/gm, 'SOME entries matched');
  return { exitCode, text: same };
}

async function assertShadowIsClean(appliance: ApplianceUnderTest): Promise<void> {
  const { totals, noteworthy } = (await appliance.runJson(['shadow', 'report'], [0, 1])) as {
    totals: { compared: number; unexpected: number; failed: number };
    noteworthy: unknown[];
  };
  assert.ok(totals.compared > 20, `${totals.compared} compared`);
  const isCount = (one: unknown) => /"path":"body\.[^"]*total(?:\[0\])?"/.test(JSON.stringify(one));
  const unexpected = noteworthy.filter((one) => !isCount(one));
  assert.deepEqual([unexpected, totals.failed], [[], 0]);
}
