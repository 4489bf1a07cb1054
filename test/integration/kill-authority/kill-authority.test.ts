// Killed at every step of making, renewing and deleting an authority: afterwards there is a whole authority or none, and no key without one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type AuthorityDescription,
  type AuthorityId,
  profileId,
  serialNumber,
  verifyAuditChain,
} from '#ca-core/engine';
import { storeMigrations } from '#ca-core/store';
import { type Clock, silentLog, systemClock } from '#platform';
import { authorityProfiles } from '#test/authority-profiles';
import { childDatabaseEnvironment } from '#test/child-database';
import {
  callers,
  foundAuthority,
  makeCsr,
  makeKeyFolder,
  openAuthority,
  type RunningAuthority,
  testAuditKey,
} from '#test/running-authority';
import { withTestDatabase } from '#test/test-database';
import type { DyingOrders } from './dying-deeds.ts';

const childFile = fileURLToPath(new URL('./dying-deeds.ts', import.meta.url));

describe('killed at every step of a deed on an authority', function () {
  this.timeout(240_000);
  const test = withTestDatabase([storeMigrations]);
  const keys = makeKeyFolder();
  /** Later than whatever a process that was killed may still be doing. */
  const later: Clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() + 120_000) };
  const place = () => ({ database: test.database, keyFolder: keys.keyFolder, log: silentLog, clock: later });
  let running: RunningAuthority;
  let count = 0;

  before(async () => {
    await foundAuthority({ database: test.database, keyFolder: keys.keyFolder, log: silentLog });
    running = await openAuthority(place());
    for (const [id, configurationText] of authorityProfiles)
      await running.store.profiles.record({ id: profileId(id), classId: 'caEnrollImpl', configurationText }, []);
  });
  after(async () => {
    await running.stop();
    keys.remove();
  });

  const die = (orders: Omit<DyingOrders, 'keyFolder'>): Promise<NodeJS.Signals | null> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [childFile], {
        env: {
          ...childDatabaseEnvironment(test.address),
          DYING_DEED: JSON.stringify({ ...orders, keyFolder: keys.keyFolder }),
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      child.once('close', (_code, signal) => resolve(signal));
    });
  /** What a process that starts afterwards makes of it. */
  const restart = async () => {
    await running.stop();
    running = await openAuthority(place());
    await running.authority.start();
    assert.deepEqual(await running.store.authorities.unresolvedIntents(), []);
    assert.deepEqual(await running.store.issuance.unresolvedIntents(), []);
  };
  const create = () => {
    count += 1;
    const order = { parentId: null, subject: `CN=Authority ${count},O=EXAMPLE.TEST`, description: null };
    return running.authority.createAuthority(order, callers.agent);
  };
  const hasKey = (id: string) => readdirSync(keys.keyFolder).includes(`${id}.pem`);
  const issueUnder = async ({ id, subject }: AuthorityDescription) => {
    const inputs = { cert_request_type: 'pkcs10', cert_request: makeCsr('below.example.test') };
    const submission = { profileId: profileId('sampleServiceCert'), authorityId: id, inputs, renewalOf: null };
    const [request] = await running.authority.submitEnrollment(submission, callers.registrationAgent);
    const serial = request?.certificateSerials[0] ?? serialNumber(0n);
    assert.equal((await running.authority.findCertificate(serial))?.issuer, subject);
  };

  for (const { at, becomes } of [
    { at: 'before-authorities.recordIntent', becomes: 'none' },
    { at: 'after-authorities.recordIntent', becomes: 'none' },
    { at: 'after-keys.createKey', becomes: 'none' },
    { at: 'after-signer.certification-request', becomes: 'none' },
    { at: 'before-issuance.recordIntent', becomes: 'none' },
    { at: 'after-issuance.recordIntent', becomes: 'whole' },
    { at: 'after-signer.certificate', becomes: 'whole' },
    { at: 'after-issuance.recordIssuance', becomes: 'whole' },
    { at: 'before-authorities.resolveIntent', becomes: 'whole' },
    { at: 'after-authorities.resolveIntent', becomes: 'whole' },
  ] as const)
    it(`leaves ${becomes === 'none' ? 'no authority' : 'a whole authority'} when it is killed ${at} while making one`, async () => {
      const subject = `CN=Killed ${at},O=EXAMPLE.TEST`;
      const before = readdirSync(keys.keyFolder).length;
      assert.equal(await die({ at, deed: 'create', subject, authorityId: null }), 'SIGKILL');
      await restart();
      const made = (await running.authority.listAuthorities()).find((authority) => authority.subject === subject);
      if (becomes === 'none') {
        assert.equal(made, undefined);
        assert.equal(readdirSync(keys.keyFolder).length, before, 'a key without an authority is left');
        assert.deepEqual(await running.store.certificates.findBySubject(subject), []);
        // Its name is free again.
        await running.authority.createAuthority({ parentId: null, subject, description: null }, callers.agent);
        return;
      }
      assert.ok(made?.ready);
      assert.equal(made.description, 'x');
      assert.equal(made.chainDer.length, 2);
      await issueUnder(made);
    });

  for (const at of ['after-authorities.recordIntent', 'after-issuance.recordIntent', 'after-issuance.recordIssuance'])
    it(`keeps the old certificate or takes the new one when it is killed ${at} while renewing`, async () => {
      const { id, subject, serialNumber: old } = await create();
      assert.equal(await die({ at, deed: 'renew', subject, authorityId: id }), 'SIGKILL');
      await restart();
      const now = await running.authority.describeAuthority(id);
      assert.equal(now.serialNumber === old, at === 'after-authorities.recordIntent');
      await issueUnder(now);
    });

  for (const at of ['after-revocation.record', 'after-authorities.recordIntent', 'after-keys.destroyKey'])
    it(`is deleted or can be deleted again when it is killed ${at} while deleting`, async () => {
      const { id, subject } = await create();
      await running.authority.changeAuthority(id, { enabled: false, description: null }, callers.agent);
      assert.equal(await die({ at, deed: 'delete', subject, authorityId: id }), 'SIGKILL');
      await restart();
      if (at === 'after-revocation.record') await running.authority.deleteAuthority(id, callers.agent);
      await assertGone(id, subject);
    });

  it('accounts for all of it in a chain that is whole', async () => {
    const { problems } = await running.store.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, testAuditKey));
    assert.deepEqual(problems, []);
  });

  async function assertGone(id: AuthorityId, subject: string): Promise<void> {
    await assert.rejects(running.authority.describeAuthority(id), { code: 'unknown-authority' });
    assert.equal(hasKey(id), false);
    const [own] = await running.store.certificates.findBySubject(subject);
    assert.notEqual(own?.revocation ?? null, null);
  }
});
