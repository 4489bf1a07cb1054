// The main job from end to end, as an operator does it with the command line: inventory, import, shadow, cutover, the same conversations answered
// natively, and the way back, beside a real Dogtag. What it leaves in the lab is what Dogtag itself issued.
// packages: openssl
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { labFile, openApplianceClient, openDogtagClient } from '#test/appliance-clients';
import { type ApplianceUnderTest, withAppliance } from '#test/appliance-under-test';
import { type ConversationResult, converse, trackedProfiles } from '#test/client-conversation';
import { createSuiteReport } from '#test/suite-report';
import { findCertificateEntries, removeNativeNumbers, serialFence } from './dogtag-directory.ts';
import { FreeIpaProfiles } from './freeipa-profiles.ts';
import { askOcsp, assertCrlVerifies, assertVerifies } from './openssl-view.ts';

const report = createSuiteReport();
await removeNativeNumbers();
try {
  await withAppliance(move, { settings: { readiness: { unusedSpanSecondsMin: 0 } } });
} finally {
  await removeNativeNumbers();
}
report.finish();

async function move(appliance: ApplianceUnderTest): Promise<void> {
  await takeIn(appliance);
  await appliance.start();
  const forwarded = await shadow(appliance);
  // As often as an operation must have been compared before it is ready.
  for (let round = 1; round <= 3; round++)
    await withdraw(appliance, await useOwnProfile(appliance, `forwarded-${round}`, [0n, serialFence]));
  const ownProfile = await useOwnProfile(appliance, 'forwarded', [0n, serialFence]);
  await cutOver(appliance);
  const native = await serveNatively(appliance, forwarded);
  await rollBack(appliance, native);
  await moveOneProfile(appliance);
  await report.check('an imported profile of one’s own can be withdrawn again', () => withdraw(appliance, ownProfile));
  for (const line of warningsOf(appliance.log)) report.note(`        ${line}`);
  await report.check('the audit chain verifies', async () => {
    const { isIntact, recordsChecked } = (await appliance.runJson(['audit', 'verify'])) as {
      isIntact: boolean;
      recordsChecked: string;
    };
    assert.ok(isIntact && Number(recordsChecked) > 100, recordsChecked);
  });
  await report.check('it stops when told, with exit code 0 and no process left', async () => {
    await appliance.stop();
    assert.deepEqual(appliance.findProcesses(), []);
  });
}

/** What the appliance itself thought worth a warning; helps to understand a failure. */
function warningsOf(log: string): readonly string[] {
  return log.split('\n').filter((line) => /"level":"(?:warn|error)"/.test(line));
}

interface KindReport {
  readonly kind: string;
  readonly entries: number;
  readonly accepted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
}

async function takeIn(appliance: ApplianceUnderTest): Promise<void> {
  await report.check('inventory counts what Dogtag holds, and writes nothing', async () => {
    const { counts } = (await appliance.runJson(['inventory'])) as { counts: { kind: string; count: number }[] };
    const count = (kind: string) => counts.find((line) => line.kind === kind)?.count ?? 0;
    assert.ok(count('certificate') >= 10 && count('profile') >= 80 && count('user') >= 3, JSON.stringify(counts));
  });
  await report.check('import takes everything in', async () => {
    const { kinds } = (await appliance.runJson(['import'])) as { kinds: KindReport[] };
    assert.deepEqual(
      kinds.filter(({ refused }) => refused > 0),
      [],
    );
    assert.ok(kinds.reduce((sum, { entries }) => sum + entries, 0) > 150);
  });
  await report.check('a second import changes nothing', async () => {
    const { kinds } = (await appliance.runJson(['import'])) as { kinds: KindReport[] };
    for (const { kind, entries, unchanged } of kinds) assert.equal(unchanged, entries, kind);
  });
  await report.check('verify finds record and directory equal', async () => {
    await assertVerified(appliance);
  });
}

interface Sum {
  readonly operation: string;
  readonly profileId: string | null;
  readonly issuances: number;
  readonly issuancesIdentical: number;
}

interface Report {
  readonly totals: {
    readonly compared: number;
    readonly unexpected: number;
    readonly failed: number;
    readonly issuances: number;
    readonly issuancesIdentical: number;
  };
  readonly sums: readonly Sum[];
  readonly isClean: boolean;
  readonly noteworthy: readonly unknown[];
}

/** Conversations through the gateway, answered by Dogtag and compared. */
async function shadow(appliance: ApplianceUnderTest): Promise<ConversationResult> {
  const first = await talk(appliance, 'forward-1');
  await report.check('every conversation goes as with Dogtag itself', () => assert.deepEqual(first.problems, []));
  await report.check('every certificate verifies under the CA, by openssl', () =>
    verifyAll(first, trackedProfiles.length),
  );
  await report.check('serial numbers are Dogtag’s', () => {
    for (const { serialNumber } of first.issued) assert.ok(serialNumber < serialFence);
  });
  await report.check('cutover is refused while too little was compared', async () => {
    const { exitCode, stderr } = await appliance.run(['cutover', '--all']);
    assert.equal(exitCode, 3, stderr);
    assert.match(stderr, /not ready/);
  });
  const more = [await talk(appliance, 'forward-2'), await talk(appliance, 'forward-3')];
  await report.check('and so do the next two', () =>
    assert.deepEqual(
      more.flatMap(({ problems }) => problems),
      [],
    ),
  );
  await report.check('every issuance was rehearsed, each TBSCertificate is the same to the last byte', async () => {
    const { totals, sums } = await readReport(appliance);
    const wanted = [first, ...more].reduce((sum, { issued }) => sum + issued.length, 0);
    assert.ok(totals.issuances >= wanted, `${totals.issuances} of ${wanted} were rehearsed`);
    assert.equal(totals.issuancesIdentical, totals.issuances);
    for (const profileId of trackedProfiles) {
      const own = sums.filter((sum) => sum.profileId === profileId && sum.issuances > 0);
      assert.ok(own.length > 0, `nothing was rehearsed for ${profileId}`);
    }
    // What a renewal issues counts for the profile of the certificate that is renewed, as Dogtag has it.
    assert.ok(
      sums.some((sum) => sum.profileId === 'caManualRenewal'),
      'no renewal was asked for',
    );
  });
  await report.check('the shadow report has nothing unexpected', async () => {
    const shadowReport = await readReport(appliance);
    assert.equal(shadowReport.isClean, true, JSON.stringify(shadowReport.noteworthy).slice(0, 2_000));
  });
  return first;
}

/** As FreeIPA's certprofile-import does it; certificates' serial numbers are expected within [from, to). */
async function useOwnProfile(
  appliance: ApplianceUnderTest,
  label: string,
  [from, to]: readonly [bigint, bigint],
): Promise<string> {
  const profileId = 'retagSpineCert';
  const client = openApplianceClient(appliance);
  try {
    const profiles = new FreeIpaProfiles(client, profileId);
    await report.check('a profile of one’s own is imported, enabled and used at once', async () => {
      await profiles.logIn();
      await profiles.importProfile();
      await profiles.enable();
      for (let round = 1; round <= 3; round++) {
        const serial = await profiles.enroll(`own${round}.${label}.example.test`);
        assert.ok(serial >= from && serial < to, String(serial));
      }
      await profiles.logOut();
    });
  } finally {
    client.close();
  }
  return profileId;
}

async function withdraw(appliance: ApplianceUnderTest, profileId: string): Promise<void> {
  const client = openApplianceClient(appliance);
  try {
    const profiles = new FreeIpaProfiles(client, profileId);
    await profiles.logIn();
    await profiles.disable();
    await profiles.delete();
    await profiles.untilGone();
    await profiles.logOut();
  } finally {
    client.close();
  }
}

async function cutOver(appliance: ApplianceUnderTest): Promise<void> {
  await report.check('everything is ready, and cut over without a reason', async () => {
    await untilReady(appliance);
    const { exitCode, stdout, stderr } = await appliance.run(['cutover', '--all', '--json']);
    assert.equal(exitCode, 0, stdout.slice(-1_000) + stderr);
    const evidence = JSON.parse(stdout) as { acknowledged: boolean; heldMs: number; fences: { isProven: boolean } };
    assert.equal(evidence.acknowledged, true);
    assert.equal(evidence.fences.isProven, true);
    report.note(`        requests waited ${evidence.heldMs} ms`);
  });
}

/** What was compared last is in the journal a moment later. */
async function untilReady(appliance: ApplianceUnderTest): Promise<void> {
  for (let attempt = 1; attempt < 20; attempt++) {
    if ((await appliance.run(['readiness'])).exitCode === 0) return;
    await delay(500);
  }
}

async function serveNatively(
  appliance: ApplianceUnderTest,
  forwarded: ConversationResult,
): Promise<ConversationResult> {
  const native = await talk(appliance, 'native');
  await report.check('the same conversations are answered natively', () => assert.deepEqual(native.problems, []));
  await report.check('native certificates verify under the same CA, by openssl', () =>
    verifyAll(native, trackedProfiles.length),
  );
  await report.check('native serial numbers lie beyond the fence, and Dogtag knows none of them', async () => {
    for (const { serialNumber } of native.issued) assert.ok(serialNumber >= serialFence, String(serialNumber));
    assert.equal(new Set(native.issued.map(({ serialNumber }) => serialNumber)).size, native.issued.length);
    assert.deepEqual(await findCertificateEntries(native.issued.map(({ serialNumber }) => serialNumber)), []);
  });
  await report.check('what Dogtag issued is still answered for, byte for byte', async () => {
    for (const { serialNumber, pem } of forwarded.issued)
      assert.equal(await fetchDer(openApplianceClient(appliance), serialNumber), derOf(pem));
  });
  await report.check('OCSP answers, by openssl', async () => {
    const [good, revoked] = native.issued;
    assert.ok(good && revoked);
    assert.equal(await askOcsp(good.serialNumber, appliance.ports.http), 'good');
    assert.equal(await askOcsp(revoked.serialNumber, appliance.ports.http), 'revoked');
    assert.equal(await askOcsp(forwarded.issued[1]?.serialNumber ?? 0n, appliance.ports.http), 'revoked');
  });
  await report.check('the CRL verifies, by openssl', async () =>
    assertCrlVerifies(await fetchCrl(openApplianceClient(appliance))),
  );
  await report.check('the fence is proven from both sides', async () => {
    const { stdout } = await appliance.run(['doctor', '--json']);
    const checks = JSON.parse(stdout) as { name: string; state: string; message: string }[];
    const notGood = checks.filter(({ name, state }) => state !== 'good' && !name.startsWith('host name'));
    assert.deepEqual(notGood, []);
    assert.ok(
      checks.some(({ name }) => name === 'number fences'),
      'the doctor did not look at the fences',
    );
  });
  await report.check('modes and certificates outlive a restart', async () => {
    await appliance.restart();
    for (const { serialNumber, pem } of native.issued)
      assert.equal(await fetchDer(openApplianceClient(appliance), serialNumber), derOf(pem));
  });
  return native;
}

async function rollBack(appliance: ApplianceUnderTest, native: ConversationResult): Promise<void> {
  await report.check('rollback hands everything back', async () => {
    const { exitCode, stdout, stderr } = await appliance.run([
      'rollback',
      '--all',
      '--reason',
      'the suite goes back',
      '--json',
    ]);
    assert.equal(exitCode, 0, stdout.slice(-1_000) + stderr);
    const evidence = JSON.parse(stdout) as {
      acknowledged: boolean;
      handBack: { certificates: { added: number; notTaken: number } };
      crl: { afterHold: { ourNumber: string; dogtagNumberAfter: string; missing: unknown[] } };
    };
    assert.equal(evidence.acknowledged, true);
    assert.ok(evidence.handBack.certificates.added >= native.issued.length);
    assert.equal(evidence.handBack.certificates.notTaken, 0);
    const { ourNumber, dogtagNumberAfter, missing } = evidence.crl.afterHold;
    assert.ok(BigInt(dogtagNumberAfter) > BigInt(ourNumber));
    assert.deepEqual(missing, []);
  });
  await report.check('Dogtag itself answers for native certificates', async () => {
    for (const { serialNumber, pem } of native.issued)
      assert.equal(await fetchDer(openDogtagClient(), serialNumber), derOf(pem));
  });
  const again = await talk(appliance, 'back');
  await report.check('Dogtag answers again, with numbers of its own', () => {
    assert.deepEqual(again.problems, []);
    for (const { serialNumber } of again.issued) assert.ok(serialNumber < serialFence, String(serialNumber));
  });
  await report.check('and the shadow still finds nothing unexpected', async () => {
    const shadowReport = await readReport(appliance);
    assert.equal(shadowReport.isClean, true, JSON.stringify(shadowReport.noteworthy).slice(0, 2_000));
  });
  await report.check('verify finds record and directory equal after the way back', async () => {
    await assertVerified(appliance);
  });
}

async function assertVerified(appliance: ApplianceUnderTest): Promise<void> {
  const { isEqual, kinds } = (await appliance.runJson(['verify'], [0, 1])) as {
    isEqual: boolean;
    kinds: { differences: { explanation: string | null }[] }[];
  };
  // Explained are those of which the import has told already: a draft that Dogtag itself cannot read any more.
  const unexplained = kinds.flatMap(({ differences }) => differences.filter(({ explanation }) => explanation === null));
  assert.deepEqual(unexplained, []);
  assert.equal(isEqual, true);
}

/** Canary: one profile natively, all others with Dogtag. */
async function moveOneProfile(appliance: ApplianceUnderTest): Promise<void> {
  await report.check('one profile is cut over, the others stay with Dogtag', async () => {
    const { exitCode, stderr } = await appliance.run([
      'cutover',
      '--profile',
      'caIPAserviceCert',
      '--reason',
      'a canary',
    ]);
    assert.equal(exitCode, 0, stderr);
    const client = openApplianceClient(appliance);
    try {
      const { issued, problems } = await converse(client, {
        profiles: ['caIPAserviceCert', 'caServerCert'],
        label: 'canary',
        authorityPem: labFile('DOGTAG_CA_CERT'),
      });
      assert.deepEqual(problems, []);
      for (const { profileId, serialNumber } of issued)
        assert.equal(serialNumber >= serialFence, profileId === 'caIPAserviceCert', `${profileId} ${serialNumber}`);
    } finally {
      client.close();
    }
  });
  await report.check('and goes back like the others', async () => {
    const { exitCode, stderr } = await appliance.run(['rollback', '--all', '--reason', 'the canary returns']);
    assert.equal(exitCode, 0, stderr);
    await assertVerified(appliance);
  });
}

async function talk(appliance: ApplianceUnderTest, label: string): Promise<ConversationResult> {
  const client = openApplianceClient(appliance);
  try {
    const result = await converse(client, {
      profiles: trackedProfiles,
      label,
      authorityPem: labFile('DOGTAG_CA_CERT'),
    });
    report.note(`        ${label}: ${client.saidCount()} exchanges, ${result.issued.length} certificates`);
    return result;
  } finally {
    client.close();
  }
}

async function verifyAll({ issued }: ConversationResult, countMin: number): Promise<void> {
  assert.ok(issued.length >= countMin, `${issued.length} certificates`);
  for (const { pem } of issued) await assertVerifies(pem);
}

async function readReport(appliance: ApplianceUnderTest): Promise<Report> {
  return (await appliance.runJson(['shadow', 'report'], [0, 1])) as Report;
}

async function fetchDer(client: ReturnType<typeof openDogtagClient>, serialNumber: bigint): Promise<string> {
  try {
    const { status, text } = await client.say({
      shows: 'a certificate',
      method: 'GET',
      target: `/ca/rest/certs/${serialNumber}`,
      headers: { Accept: 'application/json' },
    });
    assert.equal(status, 200, text);
    return derOf((JSON.parse(text) as { Encoded: string }).Encoded);
  } finally {
    client.close();
  }
}

async function fetchCrl(client: ReturnType<typeof openDogtagClient>): Promise<Buffer> {
  try {
    const { status, body } = await client.say({
      shows: 'the CRL',
      method: 'GET',
      target: '/ca/ee/ca/getCRL?op=getCRL&crlIssuingPoint=MasterCRL',
      listener: 'http',
    });
    assert.equal(status, 200);
    return body;
  } finally {
    client.close();
  }
}

function derOf(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, '');
}
