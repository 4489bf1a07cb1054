// Rolls a native installation back to the lab's Dogtag and asks Dogtag itself for everything that was issued, decided and revoked natively.
// Usage: eval "$(compat-fixtures/lab/lab env)"; node test/lab/hand-back.ts
import assert from 'node:assert/strict';
import { exit, stdout } from 'node:process';
import { requestId, serialNumber, systemCaller } from '#ca-core/engine';
import { systemClock } from '#platform';
import { removeEntries } from './hand-back/clean-up.ts';
import {
  approveRequest,
  askOcsp,
  checkRequest,
  readCertificate,
  readPublishedCrl,
  readRequest,
  readReview,
  release,
  renewBySerial,
  reviewByServlet,
  revoke,
  searchCommonName,
  submit,
} from './hand-back/dogtag-view.ts';
import { entriesSeenAtStart, showByCommandLine } from './hand-back/inside-lab.ts';
import { type LabInstallation, layout, openLabInstallation } from './hand-back/installation.ts';
import { NativeDeeds, serialOf } from './hand-back/native-deeds.ts';

const totals = { passed: 0, failed: 0 };
const run = Math.floor(systemClock.now().getTime() / 1000).toString(36);

async function check(fact: string, verify: () => Promise<void> | void): Promise<void> {
  try {
    await verify();
    totals.passed += 1;
    stdout.write(`ok      ${fact}\n`);
  } catch (error) {
    totals.failed += 1;
    stdout.write(`FAILED  ${fact}\n        ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** Everything that is done natively, and in Dogtag behind the native side's back. */
async function work(native: LabInstallation, deeds: NativeDeeds) {
  // Before the cutover Dogtag has requests that wait, certificates, and one on hold.
  const asked = async () => (await submit('caServerCert', deeds.inputsFor(deeds.freshName()))).id;
  const waiting = {
    approved: await asked(),
    rejected: await asked(),
    contested: await asked(),
    assigned: await asked(),
  };
  const issuedByDogtag = async () => {
    const { certificateSerial } = await submit('caIPAserviceCert', deeds.inputsFor(deeds.freshName()));
    if (certificateSerial === null) throw new Error('Dogtag did not issue at once');
    return certificateSerial;
  };
  const dogtags = { revoked: await issuedByDogtag(), held: await issuedByDogtag(), contested: await issuedByDogtag() };
  await revoke(dogtags.held, 'Certificate_Hold');
  await native.goNative();
  const issued = await deeds.issue();
  const compromised = await deeds.issue();
  const held = await deeds.issue();
  const released = await deeds.issue();
  const pending = await deeds.ask();
  const pendingForServlet = await deeds.ask();
  const rejected = await deeds.ask();
  await deeds.decide(rejected.id, 'reject', 'no, "really" ü');
  const asked2 = await deeds.ask();
  const approved = await deeds.decide(asked2.id, 'approve', 'looks well');
  const decided = {
    approved: await deeds.decide(waiting.approved, 'approve', 'approved natively'),
    rejected: await deeds.decide(waiting.rejected, 'reject', 'rejected natively'),
    contested: await deeds.decide(waiting.contested, 'reject', 'rejected natively, approved in Dogtag'),
    assigned: await deeds.decide(waiting.assigned, 'assign', null),
  };
  const invalidityDate = new Date('2026-11-01T12:34:56Z');
  const requests = {
    compromised: await deeds.revoke(serialOf(compromised), 1, invalidityDate),
    held: await deeds.revoke(serialOf(held), 6),
    heldFirst: await deeds.revoke(serialOf(released), 6),
    released: await deeds.release(serialOf(released)),
    dogtags: await deeds.revoke(dogtags.revoked, 4),
    dogtagsReleased: await deeds.release(dogtags.held),
    contested: await deeds.revoke(dogtags.contested, 6),
  };
  // Somebody goes to Dogtag directly.
  await revoke(dogtags.contested, 'Key_Compromise');
  await approveRequest(waiting.contested);
  return {
    waiting,
    dogtags,
    issued,
    compromised,
    held,
    released,
    pending,
    pendingForServlet,
    rejected,
    approved,
    decided,
    requests,
    invalidityDate,
  };
}

type Work = Awaited<ReturnType<typeof work>>;

async function checkCertificates(native: LabInstallation, done: Work): Promise<void> {
  const shown = async (serial: bigint) => {
    const certificate = await readCertificate(serial);
    assert.ok(certificate, `Dogtag has no certificate ${serial}`);
    const record = await native.store.certificates.find(serialNumber(serial));
    assert.ok(record !== null && certificate.der.equals(record.certificateDer), 'the same octets');
    return certificate;
  };
  const serial = serialOf(done.issued);
  await check('Dogtag shows a certificate issued natively, octet for octet', async () => {
    assert.equal((await shown(serial)).status, 'VALID');
  });
  await check('Dogtag finds it by its name', async () => {
    assert.deepEqual(await searchCommonName(done.issued.commonName), [serial]);
  });
  await check('Dogtag shows the request that led to it', async () => {
    const request = await readRequest(done.issued.id);
    assert.deepEqual(request, { type: 'enrollment', state: 'complete', certificateSerial: serial });
    assert.match(await checkRequest(done.issued.id), /<status>complete<\/status>|complete/);
  });
  await check('Dogtag’s command line shows it', () => assert.match(showByCommandLine(serial), /Status: VALID/));
  await check('Dogtag answers OCSP for it: good', () => assert.equal(askOcsp(serial), 'good'));
  await check('a key compromise stays one, with its agent', async () => {
    const certificate = await shown(serialOf(done.compromised));
    assert.deepEqual(
      [certificate.status, certificate.revocationReason, certificate.revokedBy],
      ['REVOKED', 1, 'ipara'],
    );
    assert.equal(askOcsp(serialOf(done.compromised)), 'revoked');
  });
  await check('what was held is on hold, what was released is good', async () => {
    assert.equal((await shown(serialOf(done.held))).revocationReason, 6);
    assert.equal(askOcsp(serialOf(done.held)), 'revoked');
    assert.equal((await shown(serialOf(done.released))).status, 'VALID');
    assert.equal(askOcsp(serialOf(done.released)), 'good');
  });
  await check('native revocation and release of Dogtag’s own certificates', async () => {
    assert.deepEqual(
      [(await shown(done.dogtags.revoked)).status, askOcsp(done.dogtags.revoked)],
      ['REVOKED', 'revoked'],
    );
    assert.deepEqual([(await shown(done.dogtags.held)).status, askOcsp(done.dogtags.held)], ['VALID', 'good']);
  });
  await check('revoked in Dogtag and held natively stays revoked for good', async () => {
    assert.equal((await shown(done.dogtags.contested)).revocationReason, 1);
  });
}

async function checkRequests(done: Work): Promise<void> {
  const stateOf = async (id: bigint) => (await readRequest(id))?.state;
  await check('decisions about requests made in Dogtag', async () => {
    assert.deepEqual(await readRequest(done.waiting.approved), {
      type: 'enrollment',
      state: 'complete',
      certificateSerial: serialOf(done.decided.approved),
    });
    assert.equal(await stateOf(done.waiting.rejected), 'rejected');
    assert.equal(await stateOf(done.waiting.assigned), 'pending');
  });
  await check('approved in Dogtag and rejected natively: Dogtag’s certificate stands', async () => {
    assert.equal(await stateOf(done.waiting.contested), 'complete');
  });
  await check('decisions about requests made natively', async () => {
    assert.equal(await stateOf(done.rejected.id), 'rejected');
    assert.equal(await stateOf(done.approved.id), 'complete');
    assert.equal(await stateOf(done.pending.id), 'pending');
  });
  await check('agents see what was asked for in requests that are closed, too', async () => {
    for (const { id } of [done.issued, done.approved, done.rejected, done.decided.approved, done.decided.rejected])
      assert.match(await readReview(id), /"profileRemoteHost"|"ProfileID":"ca/);
  });
  await check('revocations and releases are shown as requests', async () => {
    assert.deepEqual(await readRequest(done.requests.compromised.id), {
      type: 'revocation',
      state: 'complete',
      certificateSerial: serialOf(done.compromised),
    });
    assert.equal((await readRequest(done.requests.held.id))?.type, 'Revocation');
    assert.equal((await readRequest(done.requests.released.id))?.type, 'Unrevocation');
  });
}

async function checkCrl(native: LabInstallation, done: Work, ourNumber: bigint): Promise<void> {
  const { crlNumber, list } = await readPublishedCrl();
  const entries = new Map([...list.revokedCertificates()].map((entry) => [entry.serialNumber, entry]));
  await check('Dogtag’s CRL has a number above ours', () =>
    assert.ok(crlNumber > ourNumber, `${crlNumber} > ${ourNumber}`),
  );
  await check('and lists native revocations with their dates and reasons, and nothing released', async () => {
    const serial = serialOf(done.compromised);
    const record = await native.store.certificates.find(serialNumber(serial));
    const { revocationDate, reasonCode, invalidityDate } = entries.get(serial) ?? {};
    assert.deepEqual(
      [revocationDate, reasonCode, invalidityDate],
      [record?.revocation?.revokedAt, 1, done.invalidityDate],
    );
    assert.equal(entries.get(serialOf(done.held))?.reasonCode, 6);
    assert.equal(entries.get(done.dogtags.revoked)?.reasonCode, 4);
    for (const absent of [serialOf(done.released), done.dogtags.held, serialOf(done.issued)])
      assert.equal(entries.has(absent), false, `${absent} is on the CRL`);
  });
}

/** Dogtag goes on with what was handed back as with its own. */
async function checkLifeGoesOn(native: LabInstallation, done: Work): Promise<void> {
  const serial = serialOf(done.issued);
  await check('an agent puts it on hold in Dogtag and releases it again', async () => {
    await revoke(serial, 'Certificate_Hold');
    assert.equal(askOcsp(serial), 'revoked');
    await release(serial);
    assert.equal(askOcsp(serial), 'good');
  });
  await check('an agent releases in Dogtag what was held natively', async () => {
    await release(serialOf(done.held));
    assert.equal(askOcsp(serialOf(done.held)), 'good');
  });
  await check('Dogtag renews it by its serial number', async () => {
    const answer = await renewBySerial(serialOf(done.approved));
    const id = /<Id>([0-9]+)<\/Id>|<requestId>([0-9]+)<\/requestId>|<RequestId> *([0-9]+) *<\/RequestId>/.exec(answer);
    assert.ok(id, answer.slice(0, 600));
    const renewal = await approveRequest(BigInt(id[1] ?? id[2] ?? id[3] ?? '0'));
    assert.equal(renewal?.state, 'complete');
  });
  await check('an agent approves in Dogtag a request that waited natively', async () => {
    const approved = await approveRequest(done.pending.id);
    assert.equal(approved?.state, 'complete');
    assert.ok(
      approved?.certificateSerial !== null && (approved?.certificateSerial ?? 0n) < 1n << 100n,
      'of Dogtag’s range',
    );
  });
  await check('the servlet shows another one for review', async () => {
    assert.match(await reviewByServlet(done.pendingForServlet.id), /caServerCert/);
  });
  await check('the record follows Dogtag again', async () => {
    await native.catchUp();
    const approved = await native.store.requests.find(requestId(done.pending.id));
    assert.deepEqual([approved?.state, approved?.certificateSerials.length], ['complete', 1]);
    const held = await native.store.certificates.find(serialNumber(serialOf(done.held)));
    assert.equal(held?.revocation, null);
    const contested = await native.store.certificates.find(serialNumber(done.dogtags.contested));
    assert.equal(contested?.revocation?.reason, 1);
    assert.equal((await native.store.requests.find(requestId(done.waiting.contested)))?.state, 'complete');
  });
}

/** The lab is shared, so it is not started again: these are the entries that decide which numbers Dogtag gives after a start. */
async function checkNextStart(done: Work): Promise<void> {
  await check('when Dogtag starts, it finds its own last numbers, not ours', () => {
    for (const kind of ['certificate', 'request'] as const) {
      const [nearest = 0n, next = 0n] = entriesSeenAtStart(kind, layout);
      const lowest = kind === 'certificate' ? serialOf(done.issued) : done.issued.id;
      assert.ok(
        nearest >= (lowest >> 20n) << 20n,
        `${nearest} is the first of ours: outside of Dogtag's range, so passed over`,
      );
      const given = Object.values(kind === 'certificate' ? done.dogtags : done.waiting).map(BigInt);
      const isDogtags = given.every((number) => next >= number) && next < 10_000_000n;
      assert.ok(isDogtags, `${next} is Dogtag's own last, not before ${given.join(', ')} which it has given`);
    }
  });
}

async function checkSecondRound(native: LabInstallation, deeds: NativeDeeds): Promise<void> {
  await check('a second cutover issues natively, and a second rollback hands that back too', async () => {
    await native.goNative();
    const issued = await deeds.issue();
    await deeds.revoke(serialOf(issued), 5);
    await native.authority.generateCrl('MasterCRL', systemCaller);
    const ours = await native.store.crls.highestNumber('MasterCRL');
    const evidence = await native.goBack();
    assert.equal(evidence.handBack.certificates.added, 1);
    assert.equal((await readCertificate(serialOf(issued)))?.status, 'REVOKED');
    const { crlNumber, list } = await readPublishedCrl();
    assert.ok(crlNumber > ours);
    assert.ok([...list.revokedCertificates()].some((entry) => entry.serialNumber === serialOf(issued)));
  });
  await check('a rollback when there is nothing to roll back changes no entry', async () => {
    const { handBack } = await native.goBack();
    const { added, changed } = handBack.certificates;
    assert.deepEqual([added, changed, handBack.requests.added, handBack.requests.changed], [0, 0, 0, 0]);
  });
}

async function main(): Promise<void> {
  const native = await openLabInstallation();
  try {
    const deeds = new NativeDeeds(native, run);
    const done = await work(native, deeds);
    for (let i = 0; i < 3; i++) await native.authority.generateCrl('MasterCRL', systemCaller);
    const ourNumber = await native.store.crls.highestNumber('MasterCRL');
    const evidence = await native.goBack();
    const { handBack, crl, heldMs, totalSeconds } = evidence;
    stdout.write(
      `handed back ${handBack.certificates.added} certificates and ${handBack.requests.added} requests anew, changed ${handBack.certificates.changed} and ${handBack.requests.changed}; CRL ${crl?.beforeHold.dogtagNumberBefore} to ${crl?.afterHold.dogtagNumberAfter} past ${ourNumber}; requests held ${heldMs} ms of ${totalSeconds.toFixed(1)} s\n`,
    );
    await checkCertificates(native, done);
    await checkRequests(done);
    await checkCrl(native, done, ourNumber);
    await checkNextStart(done);
    await checkLifeGoesOn(native, done);
    await checkSecondRound(native, deeds);
  } finally {
    await removeEntries(native).catch((error: unknown) => stdout.write(`left in the lab: ${String(error)}\n`));
    await native.close();
  }
}

await main();
stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
exit(totals.failed === 0 ? 0 : 1);
