// Bad input at every operation that writes, put to the real Dogtag and to the gateway that answers natively: the same refusals, and nothing half
// written. What only reads, and who may do what, is compared by test/lab/dialects and test/lab/gateway.
import assert from 'node:assert/strict';
import { request as httpsRequest } from 'node:https';
import { labFile, labVariable, openApplianceClient, openDogtagClient } from '#test/appliance-clients';
import { type ApplianceUnderTest, withAppliance } from '#test/appliance-under-test';
import type { ConversationClient } from '#test/conversation-client';
import { fillTemplate, inputsFor } from '#test/enrollment-forms';
import { createSuiteReport } from '#test/suite-report';
import { firstNativeRequest, removeNativeNumbers } from '../spine/dogtag-directory.ts';
import { compareReplies } from './compare.ts';
import { badQuestions, type OwnObjects } from './questions.ts';

const report = createSuiteReport();
const json = { Accept: 'application/json' };
const jsonBody = { ...json, 'Content-Type': 'application/json' };
const megabyte = 1024 * 1024;

await removeNativeNumbers();
await withAppliance(async (appliance) => {
  await appliance.runJson(['import']);
  await appliance.start();
  const { exitCode, stderr } = await appliance.run(['cutover', '--all', '--reason', 'bad input is answered natively']);
  assert.equal(exitCode, 0, stderr);
  await compareAll(appliance);
  await sendTooMuch(appliance);
  await checkRecord(appliance);
});
report.finish();

async function compareAll(appliance: ApplianceUnderTest): Promise<void> {
  const [theirs, ours] = [openDogtagClient(), openApplianceClient(appliance)];
  const reasons = new Map<string, number>();
  try {
    const [theirQuestions, ourQuestions] = [
      badQuestions(await makeObjects(theirs)),
      badQuestions(await makeObjects(ours)),
    ];
    for (const [index, question] of ourQuestions.entries()) {
      const theirQuestion = theirQuestions[index];
      assert.ok(theirQuestion !== undefined);
      await report.check(question.shows, async () => {
        const before = await countNativeRequests(ours);
        const [theirReply, ourReply] = [await theirs.say(theirQuestion), await ours.say(question)];
        const kept = (await countNativeRequests(ours)) - before;
        const { differences, reason } = compareReplies(theirReply, ourReply);
        if (reason === null) assert.deepEqual(differences, []);
        else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        assert.ok(
          ourReply.status < 500 || theirReply.status >= 500,
          `${ourReply.status} ${ourReply.text.slice(0, 300)}`,
        );
        assert.ok(kept === 0 || namesARequest(ourReply.text), `kept ${kept} requests and said nothing of them`);
      });
    }
    for (const [reason, count] of reasons) report.note(`        ${count} differ with a reason: ${reason}`);
  } finally {
    theirs.close();
    ours.close();
  }
}

function namesARequest(text: string): boolean {
  return /certrequests\/\d+"|<(?:Id|RequestId)>\s*\d+|unrevocation|revocation/.test(text);
}

/** What each side is asked about. */
async function makeObjects(client: ConversationClient): Promise<OwnObjects> {
  const say = (method: string, target: string, body?: string) =>
    client.say({
      shows: 'preparation',
      method,
      target,
      headers: body === undefined ? json : jsonBody,
      identity: 'agent',
      ...(body === undefined ? {} : { body }),
    });
  const template = (await say('GET', '/ca/rest/certrequests/profiles/caServerCert')).text;
  const submit = async () => {
    const body = fillTemplate(template, inputsFor('caServerCert', 'objects.bad.example.test'));
    const { text } = await say('POST', '/ca/rest/certrequests', body);
    const id = /certrequests\/(\d+)"/.exec(text)?.[1];
    assert.ok(id !== undefined, text);
    return id;
  };
  const review = async (id: string) => (await say('GET', `/ca/rest/agent/certrequests/${id}`)).text;
  const decide = async (id: string, action: string) => {
    const { status, text } = await say('POST', `/ca/rest/agent/certrequests/${id}/${action}`, await review(id));
    assert.equal(status, 204, text);
  };
  const issue = async () => {
    const id = await submit();
    await decide(id, 'approve');
    const serial = /"certId":"(0x[0-9a-f]+)"/.exec((await say('GET', `/ca/rest/certrequests/${id}`)).text)?.[1];
    assert.ok(serial !== undefined);
    return BigInt(serial);
  };
  const [pendingId, rejectedId] = [await submit(), await submit()];
  await decide(rejectedId, 'reject');
  const [validSerial, revokedSerial] = [await issue(), await issue()];
  await say('POST', `/ca/rest/agent/certs/${revokedSerial}/revoke`, '{"Reason":"Superseded"}');
  return {
    pendingId: BigInt(pendingId),
    rejectedId: BigInt(rejectedId),
    validSerial,
    revokedSerial,
    enrollment: fillTemplate(template, inputsFor('caServerCert', 'enrollment.bad.example.test')),
    review: await review(pendingId),
  };
}

/** Only those with numbers of our own: what Dogtag is asked in the meantime is followed into the record. */
async function countNativeRequests(client: ConversationClient): Promise<number> {
  const { text } = await client.say({
    shows: 'count',
    method: 'GET',
    target: `/ca/rest/agent/certrequests?start=${firstNativeRequest}&pageSize=1000`,
    headers: json,
    identity: 'agent',
  });
  const { entries } = JSON.parse(text) as { entries: readonly unknown[] };
  assert.ok(entries.length > 0 && entries.length < 1000, `${entries.length} requests`);
  return entries.length;
}

/** 50 MB, told beforehand or not: refused, the connection ended, and the server none the larger for it. */
async function sendTooMuch(appliance: ApplianceUnderTest): Promise<void> {
  for (const [what, target, isChunked] of [
    ['50 MB, told', '/ca/rest/certrequests', false],
    ['50 MB, not told', '/ca/rest/certrequests', true],
    ['50 MB of a form', '/ca/ee/ca/profileSubmit', false],
    ['50 MB to OCSP', '/ca/ocsp', true],
  ] as const)
    await report.check(`${target}: ${what}`, async () => {
      const status = await sendMegabytes(appliance.ports.https, target, 50, isChunked);
      assert.ok(status === 413 || status === 'closed' || (target === '/ca/ocsp' && status === 200), String(status));
    });
  await report.check('and goes on serving afterwards', async () => {
    const client = openApplianceClient(appliance);
    const { status } = await client.say({ shows: 'status', method: 'GET', target: '/ca/admin/ca/getStatus' });
    client.close();
    assert.equal(status, 200);
  });
}

function sendMegabytes(port: number, path: string, count: number, isChunked: boolean): Promise<number | 'closed'> {
  const headers = {
    Host: `${labVariable('DOGTAG_HOST')}:${port}`,
    'Content-Type': path.includes('/rest/') ? 'application/json' : 'application/x-www-form-urlencoded',
    Accept: 'application/json',
    ...(isChunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(count * megabyte) }),
  };
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => reject(new Error('no answer within 60 seconds')), 60_000);
    const settle = (status: number | 'closed') => {
      clearTimeout(timeout);
      resolve(status);
    };
    const outgoing = httpsRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        headers,
        ca: labFile('DOGTAG_CA_CERT'),
        servername: labVariable('DOGTAG_HOST'),
      },
      (incoming) => {
        incoming.resume();
        settle(incoming.statusCode ?? 0);
        outgoing.destroy();
      },
    );
    outgoing.on('error', () => settle('closed'));
    const piece = Buffer.alloc(megabyte, 0x20);
    let sent = 0;
    const write = () => {
      while (sent < count && !outgoing.destroyed) {
        sent += 1;
        if (!outgoing.write(piece)) return outgoing.once('drain', write);
      }
      if (!outgoing.destroyed) outgoing.end();
      return undefined;
    };
    write();
  });
}

async function checkRecord(appliance: ApplianceUnderTest): Promise<void> {
  await report.check('the audit chain verifies and nothing is left unfinished', async () => {
    const { isIntact } = (await appliance.runJson(['audit', 'verify'])) as { isIntact: boolean };
    assert.equal(isIntact, true);
    const checks = (await appliance.runJson(['doctor'], [0, 1])) as { name: string; state: string }[];
    assert.equal(checks.find(({ name }) => name === 'unfinished certificates')?.state, 'good');
  });
  await report.check('nothing was logged as an error', () => {
    const errors = appliance.log.split('\n').filter((line) => line.includes('"level":"error"'));
    assert.deepEqual(errors, []);
  });
}
