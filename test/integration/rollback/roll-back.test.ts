// Facts of rolling back: everything handed back before anything moves, each step done once however often it is begun, and a way on when it fails.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { CaError, type PenScope, revocationReasons, verifyAuditChain } from '#ca-core/engine';
import { storeMigrations } from '#ca-core/store';
import {
  allTargets,
  createModeStore,
  isRuledByProfile,
  type ModeStore,
  type ModeTarget,
  migrationMigrations,
  operationGroup,
  TransitionError,
} from '#migration';
import { systemClock } from '#platform';
import { directoryEntry } from '#test/sample-directory';
import { hostAuthorityId, intakeAuditKey } from '#test/sample-facts';
import { sampleIntent, sampleRequest } from '#test/sample-records';
import { withTestDatabase } from '#test/test-database';
import { type DogtagCrl, DogtagCrlError } from '../../../migration/rollback/dogtag-crl.ts';
import { HandBackStopped } from '../../../migration/rollback/hand-back.ts';
import { RollbackRefused, type RollbackServices, rollBack } from '../../../migration/rollback/roll-back.ts';
import { type NativeSide, nativeSerials, now, openNativeSide, revocationOf } from './native-side.ts';

const profile = 'caServerCert';
const issuing = (profileId: string | null): readonly ModeTarget[] => [{ operation: 'rest-submit-request', profileId }];

describe('rolling back', () => {
  const test = withTestDatabase([storeMigrations, migrationMigrations]);
  let native: NativeSide;
  let modes: ModeStore;
  let dogtag: { crlNumber: bigint; listed: Set<bigint>; canMakeCrls: boolean };
  let services: RollbackServices;
  let caughtUp: number;

  before(async () => {
    native = await openNativeSide(test.database);
    modes = createModeStore(test.database);
  });
  after(() => native?.close());

  beforeEach(async () => {
    dogtag = { crlNumber: 20n, listed: new Set(), canMakeCrls: true };
    caughtUp = 0;
    services = openServices();
    await goNative(allTargets());
  });

  /** Dogtag's CRL number of the moment into the record, as catching up does. */
  async function catchUp(): Promise<number> {
    caughtUp += 1;
    const crl = { issuingPoint: 'MasterCRL', crlKind: 'full', crlDer: null, crlNumber: dogtag.crlNumber } as const;
    await native.intake.accept([{ kind: 'crl', fact: { provenance: { source: 's', entry: 'e' }, ...crl } }]);
    return 0;
  }

  function openServices(): RollbackServices {
    const { store } = native;
    const dogtagCrl: DogtagCrl = {
      read: async () => ({
        issuingPoint: 'MasterCRL',
        crlNumber: dogtag.crlNumber,
        crlDer: native.issuer.crl({ crlNumber: dogtag.crlNumber, serials: [...dogtag.listed] }),
        deltaNumber: null,
        deltaCrlDer: null,
        thisUpdate: null,
        nextUpdate: null,
        entryCount: null,
      }),
      update: async () => {
        if (!dogtag.canMakeCrls) throw new DogtagCrlError('Dogtag will not make a CRL');
        dogtag.crlNumber += 1n;
        for await (const batch of store.certificates.revoked(hostAuthorityId))
          for (const { serialNumber } of batch)
            if (native.certificateEntry(serialNumber).revocation !== null) dogtag.listed.add(serialNumber);
        return 'Success';
      },
      describeLeap: () => '',
    };
    return {
      ...native.services,
      database: test.database,
      modes,
      pens: store.pens,
      crls: store.crls,
      issuance: store.issuance,
      certificates: store.certificates,
      recordAudit: (events) => store.audit.record(events),
      hostAuthorityId,
      dogtagCrl,
      catchUp,
      proveFences: async () => ({ fences: [], problems: [], isProven: true }),
      clock: systemClock,
      wait: (ms) => delay(Math.min(ms, 5)),
      onStep: () => {},
    };
  }

  async function goNative(targets: readonly ModeTarget[]): Promise<void> {
    const single = (await native.store.pens.list()).map(({ scope }) => scope);
    const scopes = new Set<PenScope>(['certificates:*', 'crl', 'ocsp', ...single]);
    const move = {
      authorityId: hostAuthorityId,
      holder: 'native',
      movedBy: 'admin',
      remoteAddress: null,
      reason: 'a test',
    } as const;
    await native.store.pens.move(
      [...scopes].map((scope) => ({ ...move, scope })),
      async (transaction) => {
        const changes = targets.map((target) => ({ ...target, mode: 'serve' as const }));
        await modes.change(transaction, changes, 'admin', null, now);
      },
    );
  }

  const back = (targets: readonly ModeTarget[] = allTargets(), given: Partial<RollbackServices> = {}) =>
    rollBack({ targets, reason: 'it was a test', by: 'admin' }, { ...services, ...given });
  const allPens = ['certificates:*', 'crl', 'ocsp'];
  /** Those of all profiles, the CRL and OCSP. */
  const nativePens = async () =>
    (await native.store.pens.list())
      .flatMap(({ scope, holder }) => (holder === 'native' && !scope.endsWith(profile) ? [scope] : []))
      .sort();
  const nativeModes = async () => (await modes.read()).filter(({ mode }) => mode !== 'forward');
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => error,
    );
  const auditNames = async () =>
    (await test.database.query<{ name: string }>('select name from audit_records order by sequence')).map(
      ({ name }) => name,
    );

  it('hands back, brings the CRL beyond ours, moves pens and modes, and tells what it did', async () => {
    const { certificate } = await native.issue();
    await native.revoke(certificate.serialNumber, revocationOf(revocationReasons.keyCompromise));
    const evidence = await back();
    assert.deepEqual([await nativePens(), await nativeModes()], [[], []]);
    assert.equal(native.certificateEntry(certificate.serialNumber).revocation?.reason, 1);
    assert.ok(dogtag.listed.has(certificate.serialNumber));
    assert.deepEqual([evidence.handBack.certificates.added, evidence.handBack.requests.added], [1, 2]);
    assert.deepEqual([...evidence.pens].sort(), ['certificates:*', 'ocsp']);
    assert.ok((evidence.crl?.afterHold.dogtagNumberAfter ?? 0n) > (evidence.crl?.beforeHold.ourNumber ?? 0n));
    assert.deepEqual(
      [evidence.crl?.afterHold.missing, evidence.openIntents, evidence.acknowledged, evidence.dependents],
      [[], [], true, []],
    );
    const names = await auditNames();
    assert.ok(names.lastIndexOf('rollback') > names.lastIndexOf('pen-moved'), 'on record once it is done');
    assert.equal(await modes.findTransition(systemClock.now()), null);
    assert.ok(caughtUp >= 2, 'the record follows Dogtag');
    const audit = await native.store.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, intakeAuditKey));
    assert.deepEqual(audit.problems, []);
  });

  it('does nothing more when it is run again', async () => {
    await back();
    const writes = native.directory.writeCount();
    const evidence = await back();
    assert.equal(native.directory.writeCount(), writes);
    assert.deepEqual([evidence.pens, await nativePens(), await nativeModes()], [[], [], []]);
  });

  it('finishes when it is run again after it died at any step', async function () {
    this.timeout(60_000);
    const steps = ['handBack', 'catchUp', 'crlPen', 'crl', 'intents', 'pens', 'audit', 'crlAfter'] as const;
    for (const step of steps) {
      await goNative(allTargets());
      const { certificate } = await native.issue();
      await native.revoke(certificate.serialNumber, revocationOf(revocationReasons.superseded));
      const error = await failureOf(back(allTargets(), dyingAt(step)));
      assert.match(String(error), /killed/, step);
      await delay(0);
      await expireTransition();
      await back();
      assert.deepEqual([await nativePens(), await nativeModes()], [[], []], step);
      assert.equal(native.certificateEntry(certificate.serialNumber).revocation?.reason, 4, step);
      assert.ok(dogtag.listed.has(certificate.serialNumber), step);
    }
  });

  /** Services that fail for good from one step on, as after a kill: nothing is mended either. */
  function dyingAt(step: string): Partial<RollbackServices> {
    const killed = () => Promise.reject(new Error('killed'));
    let isDead = false;
    const die = () => {
      isDead = true;
      return killed();
    };
    const unlessDead =
      <Given extends unknown[], Result>(work: (...given: Given) => Promise<Result>) =>
      (...given: Given): Promise<Result> =>
        isDead ? killed() : work(...given);
    let catchUps = 0;
    let updates = 0;
    let moves = 0;
    const { dogtagCrl } = services;
    assert.ok(dogtagCrl);
    return {
      nativeWork: {
        ...native.store.nativeWork,
        markHandedBack: unlessDead((certificates, requests) =>
          step === 'handBack' && certificates.length > 0
            ? die()
            : native.store.nativeWork.markHandedBack(certificates, requests),
        ),
      },
      catchUp: unlessDead(() => {
        catchUps += 1;
        return step === 'catchUp' && catchUps === 1 ? die() : catchUp();
      }),
      pens: {
        list: unlessDead(() => native.store.pens.list()),
        move: unlessDead(async (given, alongside) => {
          moves += 1;
          await native.store.pens.move(given, alongside);
          if ((step === 'crlPen' && moves === 1) || (step === 'pens' && moves === 2)) await die();
        }),
      },
      dogtagCrl: {
        ...dogtagCrl,
        read: unlessDead(() => dogtagCrl.read()),
        update: unlessDead(async (options) => {
          updates += 1;
          if ((step === 'crl' && updates === 1) || (step === 'crlAfter' && updates === 2)) await die();
          return dogtagCrl.update(options);
        }),
      },
      issuance: {
        unresolvedIntents: unlessDead(() => (step === 'intents' ? die() : native.store.issuance.unresolvedIntents())),
      },
      recordAudit: unlessDead((events) => (step === 'audit' ? die() : native.store.audit.record(events))),
    };
  }

  const expireTransition = () => test.database.execute('delete from mode_transition');

  it('moves one profile back and leaves the rest, the CRL and OCSP native', async () => {
    await native.issue({ profile });
    const before = dogtag.crlNumber;
    const evidence = await back(issuing(profile));
    assert.deepEqual(await nativePens(), allPens);
    assert.equal(await native.store.pens.isHeldHere(hostAuthorityId, `certificates:${profile}`), false);
    assert.equal(await native.store.pens.isHeldHere(hostAuthorityId, 'certificates:caIPAserviceCert'), true);
    assert.deepEqual([evidence.crl, dogtag.crlNumber, evidence.handBack.certificates.added], [null, before, 1]);
    const changed = (await modes.read()).filter(({ profileId }) => profileId === profile);
    const ruled = allTargets().filter(({ operation }) => isRuledByProfile(operation));
    assert.ok(
      changed.length === ruled.length && changed.every(({ mode }) => mode === 'forward'),
      JSON.stringify(changed),
    );
    assert.ok(evidence.dependents.some(({ operation }) => operation === 'servlet-profile-process'));
    await assert.rejects(
      native.issue({ profile }),
      (error: unknown) => error instanceof CaError && error.code === 'pen-elsewhere',
    );
  });

  it('moves pens of single profiles back with all others', async () => {
    const pen = { authorityId: hostAuthorityId, movedBy: 'admin', remoteAddress: null, reason: 'a test' };
    await native.store.pens.move([{ ...pen, scope: `certificates:${profile}`, holder: 'native' }]);
    await back();
    assert.ok((await native.store.pens.list()).every(({ holder }) => holder === 'upstream'));
  });

  it('takes along whatever depends on what is named', async () => {
    const evidence = await back([{ operation: 'rest-get-certificate', profileId: null }]);
    assert.deepEqual(await nativePens(), []);
    assert.ok(evidence.dependents.some(({ operation }) => operation === 'ocsp'));
    const standing = await nativeModes();
    const goesAlong = new Set(['conversation', 'reading', 'status', 'profiles']);
    assert.ok(
      standing.length > 0 && standing.every(({ operation }) => !goesAlong.has(operationGroup(operation) ?? '')),
    );
  });

  it('refuses without an agent for the CRL, and changes nothing', async () => {
    const error = await failureOf(back(allTargets(), { dogtagCrl: null }));
    assert.ok(error instanceof RollbackRefused && /certificate of an agent/.test(error.message), String(error));
    assert.deepEqual(
      await nativePens(),
      ['certificates:*', `certificates:${profile}`, 'crl', 'ocsp'].filter(
        (scope) => scope !== `certificates:${profile}`,
      ),
    );
  });

  it('goes on making CRLs natively, above Dogtag’s number, when Dogtag will not', async () => {
    dogtag.canMakeCrls = false;
    dogtag.crlNumber = 500n;
    const error = await failureOf(back());
    assert.ok(error instanceof DogtagCrlError, String(error));
    assert.deepEqual(await nativePens(), allPens);
    assert.ok((await native.store.crls.highestNumber('MasterCRL')) >= 500n);
    assert.ok((await nativeModes()).length > 0);
  });

  it('gives up when an appliance does not become quiet, and goes on natively', async () => {
    await modes.acknowledge({
      applianceId: 'busy',
      change: await modes.newestChange(),
      transition: null,
      at: new Date(systemClock.now().getTime() + 60_000),
    });
    let nowMs = systemClock.now().getTime();
    const clock = { ...systemClock, now: () => new Date(nowMs) };
    const wait = async (ms: number) => {
      nowMs += ms * 10;
    };
    try {
      const error = await failureOf(back(allTargets(), { clock, wait }));
      assert.ok(error instanceof TransitionError, String(error));
      assert.deepEqual(await nativePens(), allPens);
    } finally {
      await modes.forgetAppliance('busy');
      await expireTransition();
    }
  });

  it('moves nothing when requests had to wait too long', async () => {
    let nowMs = systemClock.now().getTime();
    const clock = { ...systemClock, now: () => new Date(nowMs) };
    let lists = 0;
    const nativeWork = {
      ...native.store.nativeWork,
      // The pass while requests wait takes nineteen seconds.
      count: async () => {
        lists += 1;
        if (lists === 3) nowMs += 19_000;
        return native.store.nativeWork.count();
      },
    };
    const error = await failureOf(back(allTargets(), { clock, nativeWork }));
    assert.ok(error instanceof RollbackRefused && /too long/.test(error.message), String(error));
    assert.deepEqual(await nativePens(), allPens);
    assert.equal(await modes.findTransition(systemClock.now()), null, 'requests are let go at once');
  });

  it('stops at another certificate under a native number before anything moves', async () => {
    const { certificate } = await native.issue();
    const { certificate: other } = await native.issue();
    native.directory.put(
      directoryEntry(`cn=${certificate.serialNumber},ou=certificateRepository,ou=ca,o=ipaca`, {
        'userCertificate;binary': other.certificateDer,
        certStatus: 'VALID',
      }),
    );
    const error = await failureOf(back());
    assert.ok(error instanceof HandBackStopped, String(error));
    assert.deepEqual(await nativePens(), allPens);
    native.directory.remove(`cn=${certificate.serialNumber},ou=certificateRepository,ou=ca,o=ipaca`);
    await back();
  });

  it('moves nothing while the directory refuses a certificate', async () => {
    const { certificate } = await native.issue();
    native.directory.onWrite = (dn) =>
      dn.startsWith(`cn=${certificate.serialNumber},`) ? 'object-class-violation' : 'do';
    const error = await failureOf(back());
    assert.ok(
      error instanceof RollbackRefused && error.message.includes(String(certificate.serialNumber)),
      String(error),
    );
    assert.deepEqual(await nativePens(), allPens);
    native.directory.onWrite = () => 'do';
    await back();
    assert.equal(native.certificateEntry(certificate.serialNumber).status, 'VALID');
  });

  it('hands over what is still being issued when nobody finishes it, and tells its serial number', async () => {
    const serial = await native.store.issuance.reserveSerialNumber(hostAuthorityId);
    const id = await native.store.issuance.reserveRequestId();
    const request = sampleRequest(id, { state: 'approved', authorityId: hostAuthorityId });
    await native.store.issuance.recordIntent(sampleIntent(serial, id, { authorityId: hostAuthorityId }), request, []);
    let nowMs = systemClock.now().getTime();
    const clock = { ...systemClock, now: () => new Date(nowMs) };
    const wait = async (ms: number) => {
      nowMs += ms;
    };
    const evidence = await back(allTargets(), { clock, wait });
    assert.deepEqual(evidence.openIntents, [serial]);
    assert.equal(native.requestEntry(id).state, 'pending');
    assert.deepEqual(
      evidence.handBack.findings.map(({ kind }) => kind),
      ['left-unfinished'],
    );
    await native.store.issuance.recordAbandonedIntent(serial, { ...request, state: 'pending' }, []);
  });

  it('lets a second cutover issue again, from numbers never given before, and a second rollback hand that back', async () => {
    await back();
    await assert.rejects(
      native.issue(),
      (error: unknown) => error instanceof CaError && error.code === 'pen-elsewhere',
    );
    await goNative(allTargets());
    const { certificate } = await native.issue();
    assert.ok(certificate.serialNumber > nativeSerials.first);
    const ours = await native.store.crls.highestNumber('MasterCRL');
    assert.ok(ours >= dogtag.crlNumber, 'our next CRL is above Dogtag’s');
    const evidence = await back();
    assert.equal(evidence.handBack.certificates.added, 1);
    assert.deepEqual(await nativePens(), []);
  });
});
