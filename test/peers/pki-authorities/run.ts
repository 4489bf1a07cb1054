// The commands of Dogtag's `pki` about authorities, to Dogtag itself and to the gateway after the cutover: both print the same.
import assert from 'node:assert/strict';
import { labVariable } from '#test/appliance-clients';
import { withAppliance } from '#test/appliance-under-test';
import { makeRequestPem } from '#test/make-request';
import { createSuiteReport } from '#test/suite-report';
import { removeNativeNumbers } from '../../lab/spine/dogtag-directory.ts';
import { LabClients, type Printed } from '../pki-client/inside-lab.ts';

const report = createSuiteReport();
const clients = new LabClients();
const dogtagPort = Number(new URL(labVariable('DOGTAG_URL')).port);
/** A name for each side: what Dogtag makes past the gateway is brought into the record, too. */
const names = { ours: `CN=Peers ${process.pid}o,O=EXAMPLE.TEST`, theirs: `CN=Peers ${process.pid}t,O=EXAMPLE.TEST` };
const name = 'NAME';
await removeNativeNumbers();
try {
  await clients.open();
  await withAppliance(async (appliance) => {
    await appliance.runJson(['import']);
    await appliance.start();
    await report.check('cut over', async () => {
      const { exitCode, stderr } = await appliance.run(['cutover', '--all', '--reason', 'authorities by pki']);
      assert.equal(exitCode, 0, stderr);
    });
    await compareCommands(appliance.ports.https);
  });
} finally {
  await clients.close();
  await removeNativeNumbers();
}
report.finish();

/** Each side makes an authority of its own. */
async function compareCommands(oursPort: number): Promise<void> {
  await clients.write('submit.xml', await enrollmentXml());
  const known = { ours: new Map([[name, names.ours]]), theirs: new Map([[name, names.theirs]]) };
  const ask = async (port: number, words: readonly string[], of: Map<string, string>) => {
    const printed = await clients.pki(
      port,
      words.map((word) => word.replaceAll(/\b(?:HOST|SUB|NAME)\b/g, (which) => of.get(which) ?? which)),
    );
    const learnt = /(Host authority: true)?\s*Authority DN: +(.+)\n\s*ID: +(\S+)/.exec(printed.text);
    const which = learnt?.[2] === of.get(name) ? 'SUB' : learnt?.[1] === undefined ? null : 'HOST';
    if (which !== null && learnt?.[3] !== undefined) of.set(which, learnt[3]);
    return withoutOwn(printed, of);
  };
  const submit = [`ca-cert-request-submit`, `${clients.folder}/submit.xml`];
  const commands: readonly (readonly string[])[] = [
    ['ca-authority-show', '--host-authority'],
    ['ca-authority-find'],
    ['ca-authority-create', name, '--parent', 'HOST', '--desc', 'made by <pki>'],
    ['ca-authority-create', name, '--parent', 'HOST'],
    ['ca-authority-create', 'nonsense', '--parent', 'HOST'],
    ['ca-authority-create', 'CN=x', '--parent', '11111111-2222-3333-4444-555555555555'],
    ['ca-authority-create', 'CN=x'],
    ['ca-authority-show', 'SUB'],
    ['ca-authority-find', '--dn', name],
    ['ca-authority-find', '--parent-id', 'SUB'],
    ['ca-authority-find', '--id', 'SUB'],
    ['ca-authority-find', '--issuer-dn', 'CN=Nobody'],
    [...submit, '--issuer-id', 'SUB'],
    [...submit, '--issuer-dn', name],
    [...submit, '--issuer-id', '11111111-2222-3333-4444-555555555555'],
    [...submit, '--issuer-id', 'nonsense'],
    ['ca-authority-del', 'SUB', '--force'],
    ['ca-authority-disable', 'SUB'],
    [...submit, '--issuer-id', 'SUB'],
    ['ca-authority-enable', 'SUB'],
    ['ca-authority-disable', 'HOST'],
    ['ca-authority-del', 'HOST', '--force'],
    ['ca-authority-disable', 'SUB'],
    ['ca-authority-del', 'SUB', '--force'],
    ['ca-authority-del', 'SUB', '--force'],
    ['ca-authority-show', 'SUB'],
    [
      'ca-authority-key-export',
      '--wrap-nickname',
      'agent',
      '--target-nickname',
      'agent',
      '-o',
      `${clients.folder}/key`,
    ],
  ];
  for (const words of commands)
    await report.check(`pki ${words.map((word) => word.replace(clients.folder, '.')).join(' ')}`, async () => {
      const [ours, theirs] = await Promise.all([
        ask(oursPort, words, known.ours),
        ask(dogtagPort, words, known.theirs),
      ]);
      assert.deepEqual(ours, theirs);
    });
}

/** Puts this side's ids, numbers and ports aside. */
function withoutOwn({ exitCode, text }: Printed, of: ReadonlyMap<string, string>): Printed {
  let told = text;
  for (const [which, id] of of) told = told.replaceAll(id, which);
  return {
    exitCode,
    text: told
      .replaceAll(/(pki\.example\.test:)\d+/g, '$1PORT')
      .replaceAll(/(Serial no: +)(?!1$)\d+$/gm, '$1N')
      .replaceAll(/(Request ID: +)\S+/g, '$1N')
      .replaceAll(/(Certificate ID: +)\S+/g, '$1N')
      // Lines are as long as the heading between them, and the list is in the order of ids.
      .replaceAll(/^-{5,}$/gm, '-----'),
  };
}

/** A filled template, as `pki ca-cert-request-profile-show --output` writes it. */
async function enrollmentXml(): Promise<string> {
  const file = `${clients.folder}/template.xml`;
  await clients.pki(dogtagPort, ['ca-cert-request-profile-show', 'caServerCert', '--output', file]);
  const values = { cert_request_type: 'pkcs10', cert_request: makeRequestPem('authorities.peers.example.test') };
  return Object.entries(values).reduce(
    (xml, [input, value]) =>
      xml.replace(
        new RegExp(`(<Attribute name="${input}">\\s*)(?:<Value/>|<Value></Value>)`),
        (_, opening: string) => `${opening}<Value>${value}</Value>`,
      ),
    await clients.read('template.xml'),
  );
}
