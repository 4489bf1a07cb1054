// Debian's httpd, configured as FreeIPA does it, between clients and the gateway, and between the same clients and Dogtag; see README.md for the steps.
// packages: apache2 python3
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, randomUuid } from '#platform';
import { labFile, labVariable, openDogtagClient } from '#test/appliance-clients';
import { type ApplianceUnderTest, withAppliance } from '#test/appliance-under-test';
import { createConversationClient } from '#test/conversation-client';
import { createSuiteReport } from '#test/suite-report';
import { removeNativeNumbers } from '../../lab/spine/dogtag-directory.ts';
import { BulkClient, type BulkPlace } from './bulk-requests.ts';
import { type ComparedTurn, comparable } from './compare-transcripts.ts';
import { type Container, type FrontPorts, freePort, Httpd, obstacle } from './httpd.ts';
import { askAfterHandshake } from './post-handshake.ts';
import { converseAsFreeIpa } from './ra-conversation.ts';

/** What is wrong with a body is told in the words of the parser that reads it, which is Jackson at Dogtag. */
const ownWords: ReadonlySet<string> = new Set(['a broken body']);

const report = createSuiteReport();
const why = obstacle();
if (why !== null) {
  report.skip('httpd', why);
  report.finish();
}
const folder = mkdtempSync(join(tmpdir(), 'retag-httpd-suite-'));
const secret = randomBytes(24).toString('hex');
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
const hostName = labVariable('DOGTAG_HOST');
const agent = { certificatePem: labFile('DOGTAG_AGENT_CERT'), keyPem: labFile('DOGTAG_AGENT_KEY') };
const authorityPem = labFile('DOGTAG_CA_CERT');
const dogtag: Container = {
  port: Number(labVariable('DOGTAG_AJP').split(':').at(-1)),
  secret: labVariable('DOGTAG_AJP_SECRET'),
};
const gateway: Container = { port: await freePort(), secret };
const fronts = {
  gateway: { container: gateway, ports: await freePorts() },
  dogtag: { container: dogtag, ports: await freePorts() },
  stranger: { container: { ...gateway, secret: 'not-the-secret' }, ports: await freePorts() },
};
await removeNativeNumbers();
try {
  await withAppliance(
    async (appliance) => {
      // 10.
      await appliance.runJson(['import']);
      await appliance.start();
      const httpd = await Httpd.open(hostName, labVariable('DOGTAG_CA_CERT'), [fronts.gateway, fronts.dogtag]);
      try {
        await compareAll(appliance, httpd);
      } finally {
        const complaints = httpd.log.split('\n').filter((line) => /:(?:error|crit|alert|emerg)\]/.test(line));
        for (const line of complaints.slice(-10)) report.note(`httpd   ${line}`);
        await httpd.close();
      }
    },
    { settings: { ajp: { port: gateway.port, secretFile } } },
  );
} finally {
  // 90.
  await removeNativeNumbers();
  rmSync(folder, { recursive: true, force: true });
}
report.finish();

async function compareAll(appliance: ApplianceUnderTest, httpd: Httpd): Promise<void> {
  // 20.
  const theirs = await conversationThrough(httpd, fronts.dogtag.ports);
  await compareWithDogtagItself(theirs);
  // 30.
  await compareTurns('forwarded', await conversationThrough(httpd, fronts.gateway.ports), theirs);
  await strain(httpd, 'forwarded');
  await refuseStrangers(appliance);
  await report.check('the shadow has nothing unexpected', () => assertShadowIsClean(appliance));
  // 40.
  await report.check('cut over', async () => {
    const { exitCode, stderr } = await appliance.run(['cutover', '--all', '--reason', 'httpd goes on natively']);
    assert.equal(exitCode, 0, stderr);
  });
  await compareTurns('native', await conversationThrough(httpd, fronts.gateway.ports), theirs);
  await strain(httpd, 'native');
  // 50.
  await report.check('roll back', async () => {
    const { exitCode, stderr } = await appliance.run(['rollback', '--all', '--reason', 'httpd goes back']);
    assert.equal(exitCode, 0, stderr);
  });
  await report.check('the secret is in no line of the log', () => assert.ok(!appliance.log.includes(secret)));
}

async function freePorts(): Promise<FrontPorts> {
  return { https: await freePort(), http: await freePort() };
}

function freshLabel(): string {
  return `q${randomUuid().slice(0, 8)}`;
}

async function conversationThrough(httpd: Httpd, ports: FrontPorts): Promise<readonly ComparedTurn[]> {
  const client = createConversationClient({
    httpsPort: ports.https,
    httpPort: ports.http,
    hostName,
    authorityPem: httpd.authorityPem,
    tlsVersionMax: 'TLSv1.2',
    agent,
  });
  try {
    return comparable(await converseAsFreeIpa(client, freshLabel(), authorityPem));
  } finally {
    client.close();
  }
}

/** So that what is compared below is Dogtag's conversation, not something of httpd's. */
async function compareWithDogtagItself(throughHttpd: readonly ComparedTurn[]): Promise<void> {
  const client = openDogtagClient();
  const direct = comparable(await converseAsFreeIpa(client, freshLabel(), authorityPem));
  client.close();
  for (const [index, { shows, status, body }] of direct.entries()) {
    if (shows === 'what is not passed on') continue;
    await report.check(`Dogtag says the same through httpd: ${shows}`, () => {
      const through = throughHttpd[index];
      assert.deepEqual({ status: through?.status, body: through?.body }, { status, body });
    });
  }
}

async function compareTurns(
  side: string,
  ours: readonly ComparedTurn[],
  theirs: readonly ComparedTurn[],
): Promise<void> {
  await report.check(`${side}: the conversation came to its end`, () => assert.equal(ours.length, theirs.length));
  for (const [index, turn] of theirs.entries())
    await report.check(`${side}: ${turn.shows} (${turn.status})`, () => {
      const isInOurWords = side === 'native' && ownWords.has(turn.shows);
      assert.deepEqual(isInOurWords ? { ...ours[index], body: turn.body } : ours[index], turn);
    });
}

/** Everything is asked of Dogtag through the same httpd too. */
async function strain(httpd: Httpd, side: string): Promise<void> {
  const place = (ports: FrontPorts): BulkPlace => ({
    httpsPort: ports.https,
    hostName,
    authorityPem: httpd.authorityPem,
    agent,
  });
  const places = [place(fronts.gateway.ports), place(fronts.dogtag.ports)] as const;
  const both = (connectionsMax: number) => places.map((one) => new BulkClient(one, connectionsMax));
  const json = { Accept: 'application/json', 'Content-Type': 'application/json' };
  const search = { method: 'POST', target: '/ca/rest/certs/search?size=2', headers: json };
  const padded = (byteCount: number) => Buffer.from('{"serialTo":"2"}'.padEnd(byteCount, ' '));
  const [ours, theirs] = both(4);
  if (ours === undefined || theirs === undefined) return;
  for (const byteCount of [8_186, 8_187, 100_000, 1_048_576])
    for (const isChunked of [false, true])
      await report.check(
        `${side}: a body of ${byteCount} bytes ${isChunked ? 'in chunks' : 'of known length'}`,
        async () => {
          const question = { ...search, body: padded(byteCount), isChunked };
          const [answer, expected] = await Promise.all([ours.ask(question), theirs.ask(question)]);
          assert.equal(answer.status, 200);
          assert.equal(withoutPorts(answer.body), withoutPorts(expected.body));
        },
      );
  await report.check(`${side}: an answer of many packets`, async () => {
    const question = { ...search, target: '/ca/rest/certs/search?size=40', body: Buffer.from('{"serialTo":"40"}') };
    const [answer, expected] = await Promise.all([ours.ask(question), theirs.ask(question)]);
    assert.ok(answer.body.length > 8_192, `${answer.body.length} bytes`);
    assert.equal(withoutPorts(answer.body), withoutPorts(expected.body));
  });
  for (const method of ['HEAD', 'OPTIONS'])
    await report.check(`${side}: ${method}`, async () => {
      const question = { method, target: '/ca/rest/certs/1', headers: json };
      const [answer, expected] = await Promise.all([ours.ask(question), theirs.ask(question)]);
      assert.deepEqual([answer.status, withoutPorts(answer.body)], [expected.status, withoutPorts(expected.body)]);
    });
  await report.check(`${side}: 1000 requests of 50 clients`, () => askMany(places[0], search, padded(3_000)));
  await report.check(`${side}: clients that go away harm nobody`, async () => {
    await Promise.all(Array.from({ length: 20 }, () => ours.breakOff(search.target)));
    const answer = await ours.ask({ ...search, body: padded(100) });
    assert.equal(answer.status, 200);
  });
  for (const client of [ours, theirs]) client.close();
  const what = `${side}: TLS 1.3 with a certificate that is asked for after the handshake`;
  if (spawnSync('python3', ['--version']).status !== 0) report.skip(what, 'python3 is missing');
  else
    await report.check(what, async () => {
      const user = await askAfterHandshake(places[0], '/ca/rest/account/login');
      assert.match(user, /"id":"ipara"/);
    });
}

/** One in ten is an agent; nobody gets another's answer. */
async function askMany(
  place: BulkPlace,
  search: { method: string; target: string; headers: Record<string, string> },
  body: Buffer,
) {
  const anonymous = new BulkClient(place, 45);
  const agents = new BulkClient(place, 5, 'agent');
  const ask = async (index: number) => {
    const isAgent = index % 10 === 0;
    const login = { method: 'GET', target: '/ca/rest/account/login', headers: { Accept: 'application/json' } };
    if (index % 10 === 1) {
      const { status } = await anonymous.ask(login);
      assert.equal(status, 401);
    } else if (isAgent) {
      const { body: user } = await agents.ask(login);
      assert.match(user.toString(), /"id":"ipara"/);
    } else {
      const { status } = await anonymous.ask({ ...search, body, isChunked: index % 3 === 0 });
      assert.equal(status, 200);
    }
  };
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => ask(index)));
  anonymous.close();
  agents.close();
}

/** An httpd with another secret gets nowhere, whatever certificate its client has. */
async function refuseStrangers(appliance: ApplianceUnderTest): Promise<void> {
  const httpd = await Httpd.open(hostName, labVariable('DOGTAG_CA_CERT'), [fronts.stranger]);
  await report.check('an httpd with another secret is answered 403', async () => {
    const client = new BulkClient(
      { httpsPort: fronts.stranger.ports.https, hostName, authorityPem: httpd.authorityPem, agent },
      2,
      'agent',
    );
    for (const target of ['/ca/rest/account/login', '/ca/admin/ca/getStatus', '/ca/rest/nothing']) {
      const { status, body } = await client.ask({ method: 'GET', target, headers: {} });
      assert.equal(status, 403, target);
      assert.ok(!body.includes('ipara'));
    }
    client.close();
    assert.ok(appliance.log.includes('the secret is missing or wrong'));
  });
  await httpd.close();
}

function withoutPorts(body: Buffer): string {
  return body.toString('utf8').replaceAll(/(pki\.example\.test):\d+/g, '$1:PORT');
}

async function assertShadowIsClean(appliance: ApplianceUnderTest): Promise<void> {
  const { totals, noteworthy } = (await appliance.runJson(['shadow', 'report'], [0, 1])) as {
    totals: { compared: number; unexpected: number; failed: number };
    noteworthy: unknown[];
  };
  assert.ok(totals.compared > 20, `${totals.compared} compared`);
  assert.deepEqual([totals.unexpected, totals.failed], [0, 0], JSON.stringify(noteworthy).slice(0, 2_000));
}
