// What every implementation of the engine's Store must do. A suite calls `describeStore` with a way to open one on an empty record.
import { strict as assert } from 'node:assert';
import {
  type AuthorityId,
  authorityId,
  CaError,
  type CaErrorCode,
  type PenScope,
  profileId,
  type Revocation,
  requestId,
  type Store,
  serialNumber,
} from '#ca-core/engine';
import { createSampleAuthority } from '#test/sample-authority';
import {
  sampleAuthorityDescription,
  sampleAuthorityId,
  sampleCertificateRecord,
  sampleEvent,
  sampleIntent,
  sampleRequest,
} from '#test/sample-records';

export interface OpenedStore {
  readonly store: Store;
  /** Names of all audit events so far, in order. */
  readAuditNames(): Promise<readonly string[]>;
  /** Numbers that this side gives out; null means request ids. */
  setRange(authorityId: AuthorityId | null, first: bigint, last: bigint): Promise<void>;
  movePen(authorityId: AuthorityId, scope: PenScope, holder: 'native' | 'upstream'): Promise<void>;
  writeProfile(id: string, text: string): Promise<void>;
}

/** `open` gives the same record each time within one suite; its tests use numbers that don't meet. */
export function describeStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`store contract: ${name}`, () => {
    const authority = createSampleAuthority();
    let opened: OpenedStore;
    let store: Store;

    before(async () => {
      opened = await open();
      store = opened.store;
      const own = sampleCertificateRecord(authority.certificateDer, { requestId: null });
      await store.authorities.record(sampleAuthorityDescription(authority), own, [sampleEvent()]);
      await opened.setRange(sampleAuthorityId, 1_000n, 999_999n);
      await opened.setRange(null, 1_000n, 999_999n);
      await opened.movePen(sampleAuthorityId, 'certificates:*', 'native');
    });

    async function issue(given: { subject?: string } = {}) {
      const serial = await store.issuance.reserveSerialNumber(sampleAuthorityId);
      const id = await store.issuance.reserveRequestId();
      const certificateDer = authority.issue({ serialNumber: serial, ...given });
      await store.issuance.recordIntent(sampleIntent(serial, id), sampleRequest(id, { state: 'approved' }), []);
      const certificate = sampleCertificateRecord(certificateDer, { requestId: id });
      const request = sampleRequest(id, { state: 'complete', certificateSerials: [serial] });
      await store.issuance.recordIssuance({ certificate, request, auditEvents: [sampleEvent()] });
      return { certificate, request, serial, id };
    }

    describe('issuance', () => {
      it('keeps what was issued, byte for byte, and completes its request', async () => {
        const { certificate, request, serial, id } = await issue();
        assert.deepEqual(await store.certificates.find(serial), certificate);
        assert.deepEqual(await store.requests.find(id), request);
        assert.deepEqual(await store.issuance.unresolvedIntents(), []);
      });

      it('gives out no number twice, also to many at once', async () => {
        const given = await Promise.all(
          Array.from({ length: 300 }, () => store.issuance.reserveSerialNumber(sampleAuthorityId)),
        );
        assert.equal(new Set(given).size, given.length);
        assert.ok(given.every((serial) => serial >= 1_000n && serial <= 999_999n));
        const ids = await Promise.all(Array.from({ length: 300 }, () => store.issuance.reserveRequestId()));
        assert.equal(new Set(ids).size, ids.length);
      });

      it('refuses numbers for an authority without a range, and a range that is used up', async () => {
        const other = authorityId('no-range');
        await refuses('pen-elsewhere', () => store.issuance.reserveSerialNumber(other));
        await opened.setRange(other, 5_000_000n, 5_000_002n);
        for (const expected of [5_000_000n, 5_000_001n, 5_000_002n])
          assert.equal(await store.issuance.reserveSerialNumber(other), expected);
        await refuses('internal', () => store.issuance.reserveSerialNumber(other));
      });

      it('holds an intent until it is resolved, one for each request', async () => {
        const serial = await store.issuance.reserveSerialNumber(sampleAuthorityId);
        const second = await store.issuance.reserveSerialNumber(sampleAuthorityId);
        const id = await store.issuance.reserveRequestId();
        const intent = sampleIntent(serial, id);
        const request = sampleRequest(id, { state: 'approved' });
        const before = (await opened.readAuditNames()).length;
        await store.issuance.recordIntent(intent, request, [{ ...sampleEvent(), name: 'enrollment-decided' }]);
        assert.deepEqual((await opened.readAuditNames()).slice(before), ['enrollment-decided']);
        assert.deepEqual(await store.issuance.unresolvedIntents(), [intent]);
        assert.equal(await store.issuance.isUnresolved(serial), true);
        assert.equal(await store.issuance.isUnresolved(second), false);
        assert.equal((await store.requests.find(id))?.state, 'approved');
        await refuses('wrong-request-state', () =>
          store.issuance.recordIntent(sampleIntent(second, id), request, [sampleEvent()]),
        );
        await refuses('internal', () => store.issuance.recordIntent(intent, sampleRequest(id + 500_000n), []));
        const waiting = sampleRequest(id, { state: 'pending', errorMessage: 'the signer refused' });
        assert.equal((await opened.readAuditNames()).length, before + 1, 'an intent that was refused is accounted for');
        await store.issuance.recordAbandonedIntent(serial, waiting, [sampleEvent()]);
        assert.deepEqual(await store.issuance.unresolvedIntents(), []);
        assert.equal(await store.issuance.isUnresolved(serial), false);
        assert.deepEqual(await store.requests.find(id), waiting);
        await refuses('internal', () => store.issuance.recordIntent(intent, request, []), 'its number is used up');
        await store.issuance.recordIntent(sampleIntent(second, id), request, []);
        await store.issuance.recordAbandonedIntent(second, waiting, []);
      });

      it('takes the same issuance or abandonment a second time without doing it twice', async () => {
        const { certificate, request } = await issue();
        const before = (await opened.readAuditNames()).length;
        await store.issuance.recordIssuance({ certificate, request, auditEvents: [sampleEvent()] });
        assert.equal((await opened.readAuditNames()).length, before);
        const altered = authority.issue({ serialNumber: certificate.serialNumber, subject: 'CN=another,O=SAMPLE' });
        await refuses('internal', () =>
          store.issuance.recordIssuance({ certificate: sampleCertificateRecord(altered), request, auditEvents: [] }),
        );
      });

      it('refuses a certificate without an intent, a number outside the range and one that is in the record', async () => {
        const certificate = sampleCertificateRecord(authority.issue({ serialNumber: 900_000n }));
        const request = sampleRequest(900_000n, { state: 'complete' });
        await refuses('internal', () => store.issuance.recordIssuance({ certificate, request, auditEvents: [] }));
        assert.equal(await store.requests.find(requestId(900_000n)), null, 'nothing half written');
        await refuses('internal', () =>
          store.issuance.recordIntent(sampleIntent(7n, 900_001n), sampleRequest(900_001n), []),
        );
        const { serial } = await issue();
        await refuses('internal', () =>
          store.issuance.recordIntent(sampleIntent(serial, 900_002n), sampleRequest(900_002n), []),
        );
      });

      it('refuses to issue for a request that is closed', async () => {
        for (const [state, id] of [
          ['rejected', 910_001n],
          ['canceled', 910_002n],
          ['complete', 910_003n],
        ] as const) {
          await store.requests.record(sampleRequest(id, { state }), []);
          const serial = await store.issuance.reserveSerialNumber(sampleAuthorityId);
          await refuses('wrong-request-state', () =>
            store.issuance.recordIntent(sampleIntent(serial, id), sampleRequest(id, { state: 'approved' }), []),
          );
        }
      });

      it('fails only the one that must fail when many share a commit', async () => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 40 }, async (_, index) => {
            const serial = await store.issuance.reserveSerialNumber(sampleAuthorityId);
            const id = await store.issuance.reserveRequestId();
            const wrong = index % 10 === 3;
            const intent = sampleIntent(wrong ? 2n : serial, id);
            await store.issuance.recordIntent(intent, sampleRequest(id, { state: 'approved' }), []);
            const certificateDer =
              index % 10 === 7 ? Buffer.from('no certificate') : authority.issue({ serialNumber: serial });
            const model = sampleCertificateRecord(authority.issue({ serialNumber: serial }), { requestId: id });
            const certificate = { ...model, certificateDer };
            const request = sampleRequest(id, { state: 'complete' });
            await store.issuance.recordIssuance({ certificate, request, auditEvents: [sampleEvent()] });
            return serial;
          }),
        );
        assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 8);
        for (const outcome of outcomes)
          if (outcome.status === 'fulfilled') assert.ok(await store.certificates.find(outcome.value));
          else assert.ok(outcome.reason instanceof CaError);
        for (const { serialNumber: serial, requestId: id } of await store.issuance.unresolvedIntents())
          await store.issuance.recordAbandonedIntent(serial, sampleRequest(id), []);
      });
    });

    describe('pen', () => {
      it('is not here until it was moved here', async () => {
        const other = authorityId('no-pen');
        await opened.setRange(other, 6_000_000n, 6_000_999n);
        const serial = await store.issuance.reserveSerialNumber(other);
        const intent = sampleIntent(serial, 920_000n, { authorityId: other });
        await refuses('pen-elsewhere', () => store.issuance.recordIntent(intent, sampleRequest(920_000n), []));
        assert.equal(await store.requests.find(requestId(920_000n)), null);
        assert.equal(await store.pens.isHeldHere(other, 'crl'), false);
      });

      it('can be here for one profile, or for all but one', async () => {
        const intentFor = async (profile: string, id: bigint) => {
          const serial = await store.issuance.reserveSerialNumber(sampleAuthorityId);
          const request = sampleRequest(id, { state: 'approved', profileId: profileId(profile) });
          await store.issuance.recordIntent(sampleIntent(serial, id), request, []);
          await store.issuance.recordAbandonedIntent(serial, request, []);
        };
        await opened.movePen(sampleAuthorityId, 'certificates:caUserCert', 'upstream');
        await refuses('pen-elsewhere', () => intentFor('caUserCert', 921_000n));
        await intentFor('caServerCert', 921_001n);
        await opened.movePen(sampleAuthorityId, 'certificates:*', 'upstream');
        await opened.movePen(sampleAuthorityId, 'certificates:caUserCert', 'native');
        await intentFor('caUserCert', 921_002n);
        await refuses('pen-elsewhere', () => intentFor('caServerCert', 921_003n));
        assert.equal(await store.pens.isHeldHere(sampleAuthorityId, 'certificates:caUserCert'), true);
        assert.equal(await store.pens.isHeldHere(sampleAuthorityId, 'certificates:caServerCert'), false);
        await opened.movePen(sampleAuthorityId, 'certificates:*', 'native');
      });
    });

    describe('revocation', () => {
      const hold: Revocation = {
        reason: 6,
        revokedAt: new Date('2026-05-01T00:00:00Z'),
        notedAt: new Date('2026-05-01T00:00:01Z'),
        revokedBy: 'agent',
        invalidityDate: new Date('2026-04-01T00:00:00Z'),
      };

      it('revokes, releases and revokes for good, with the request and audit in the same commit', async () => {
        const { serial } = await issue();
        const asked = sampleRequest(930_000n, { kind: 'revocation', state: 'complete', certificateSerials: [serial] });
        await store.revocation.record(serial, hold, 'not-revoked', asked, [sampleEvent()]);
        const found = await store.certificates.find(serial);
        assert.deepEqual(found?.revocation, hold);
        assert.deepEqual(await store.certificates.findRevocation(serial), {
          revocation: hold,
          authorityId: sampleAuthorityId,
          notBefore: found.notBefore,
          notAfter: found.notAfter,
        });
        assert.deepEqual(await store.requests.find(requestId(930_000n)), asked);
        await refuses('already-revoked', () =>
          store.revocation.record(serial, hold, 'not-revoked', sampleRequest(930_001n), [sampleEvent()]),
        );
        assert.equal(await store.requests.find(requestId(930_001n)), null);
        await store.revocation.record(serial, null, 'on-hold', sampleRequest(930_002n, { kind: 'release' }), []);
        assert.deepEqual((await store.certificates.findRevocation(serial))?.revocation, null);
        await refuses('not-on-hold', () =>
          store.revocation.record(serial, null, 'on-hold', sampleRequest(930_003n), []),
        );
        const { notedAt: _, ...plain } = hold;
        const forGood = { ...plain, reason: 1 as const, invalidityDate: null, revokedBy: null };
        await store.revocation.record(serial, forGood, 'not-revoked', sampleRequest(930_004n), []);
        await refuses('not-on-hold', () =>
          store.revocation.record(serial, null, 'on-hold', sampleRequest(930_005n), []),
        );
        assert.deepEqual((await store.certificates.find(serial))?.revocation, forGood);
      });

      it('makes a hold final, and of a superseded certificate a compromised one, where that is expected', async () => {
        const { serial } = await issue();
        const revoked = (reason: 1 | 4) => ({
          reason,
          revokedAt: hold.revokedAt,
          revokedBy: null,
          invalidityDate: null,
        });
        await store.revocation.record(serial, hold, 'not-revoked', sampleRequest(932_000n), []);
        await refuses('already-revoked', () =>
          store.revocation.record(serial, revoked(1), 'superseded', sampleRequest(932_001n), []),
        );
        await store.revocation.record(serial, revoked(4), 'on-hold', sampleRequest(932_002n), []);
        await store.revocation.record(serial, revoked(1), 'superseded', sampleRequest(932_003n), []);
        await refuses('already-revoked', () =>
          store.revocation.record(serial, revoked(1), 'superseded', sampleRequest(932_004n), []),
        );
        assert.deepEqual((await store.certificates.find(serial))?.revocation, revoked(1));
      });

      it('lets one of two who revoke at once succeed', async () => {
        const { serial } = await issue();
        const outcomes = await Promise.allSettled(
          [931_000n, 931_001n, 931_002n].map((id) =>
            store.revocation.record(serial, hold, 'not-revoked', sampleRequest(id), []),
          ),
        );
        assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
      });

      it('knows no certificate that was never recorded', async () => {
        await refuses('unknown-certificate', () =>
          store.revocation.record(serialNumber(999n), hold, 'not-revoked', sampleRequest(932_000n), []),
        );
        assert.equal(await store.certificates.findRevocation(serialNumber(999n)), undefined);
        assert.equal(await store.certificates.find(serialNumber(999n)), null);
      });

      it('lists the revoked certificates of one authority in order', async () => {
        const found: bigint[] = [];
        for await (const batch of store.certificates.revoked(sampleAuthorityId))
          for (const { serialNumber: serial, revocation, notAfter } of batch) {
            found.push(serial);
            assert.ok(revocation.revokedAt instanceof Date && notAfter instanceof Date);
          }
        assert.ok(found.length >= 2);
        assert.deepEqual(
          found,
          found.toSorted((a, b) => Number(a - b)),
        );
        for await (const batch of store.certificates.revoked(authorityId('another'))) assert.equal(batch.length, 0);
      });
    });

    describe('requests', () => {
      it('come back as they were stored, with any text that a client may have sent', async () => {
        const odd = sampleRequest(940_000n, {
          inputs: { 'a\0b': 'NUL \0 and half a pair \ud800 and ☃', ['__proto__']: 'x', '': '' },
          attributes: { z: '1', a: '2' },
          draftDer: Buffer.from([0, 255, 0]),
          errorMessage: 'not \\ "this"',
          owner: 'agent',
          failed: true,
          state: 'rejected',
          certificateSerials: [serialNumber(1n), serialNumber(2n ** 159n)],
          createdAt: new Date('2020-02-29T23:59:59.123Z'),
        });
        await store.requests.record(odd, [sampleEvent()]);
        const found = await store.requests.find(odd.id);
        assert.deepEqual(found, odd);
        assert.deepEqual(Object.keys(found?.attributes ?? {}), ['z', 'a'], 'the order of names is kept');
      });

      it('are changed only from the expected state', async () => {
        await store.requests.record(sampleRequest(941_000n), []);
        const approved = sampleRequest(941_000n, { state: 'approved' });
        const outcomes = await Promise.allSettled(
          [approved, { ...approved, state: 'rejected' as const }].map((request) =>
            store.requests.record(request, [], 'pending'),
          ),
        );
        assert.deepEqual(
          outcomes.map(({ status }) => status),
          ['fulfilled', 'rejected'],
        );
        assert.equal((await store.requests.find(requestId(941_000n)))?.state, 'approved');
        await refuses('wrong-request-state', () => store.requests.record(sampleRequest(941_001n), [], 'pending'));
      });

      it('are listed by state and kind from an id on, with totals', async () => {
        for (const id of [950_001n, 950_002n, 950_003n])
          await store.requests.record(sampleRequest(id, { kind: 'renewal', state: 'svc_pending' }), []);
        const query = { state: 'svc_pending', kind: 'renewal' } as const;
        const all = await store.requests.list({ ...query, limit: 10 });
        assert.deepEqual(
          [all.requests.map(({ id }) => id), all.total, all.precedingCount],
          [[950_001n, 950_002n, 950_003n], 3, 0],
        );
        const from = await store.requests.list({ ...query, fromId: requestId(950_002n), limit: 1 });
        assert.deepEqual([from.requests.map(({ id }) => id), from.total, from.precedingCount], [[950_002n], 3, 1]);
        const newest = await store.requests.list({ ...query, newestFirst: true, limit: 2 });
        assert.deepEqual([newest.requests.map(({ id }) => id), newest.total], [[950_003n, 950_002n], 3]);
        const before = await store.requests.list({
          ...query,
          newestFirst: true,
          beforeId: requestId(950_003n),
          limit: 5,
        });
        assert.deepEqual([before.requests.map(({ id }) => id), before.total], [[950_002n, 950_001n], 3]);
        const uncounted = await store.requests.list({
          ...query,
          fromId: requestId(950_002n),
          limit: 1,
          countTotal: false,
        });
        assert.deepEqual(uncounted.requests, from.requests);
        assert.deepEqual(await store.requests.list({ ...query, limit: 0 }), {
          requests: [],
          total: 3,
          precedingCount: 0,
        });
        assert.equal(await store.requests.find(requestId(123n)), null);
      });
    });

    describe('CRLs', () => {
      const crl = (crlNumber: bigint, kind: 'full' | 'delta' = 'full') => ({
        issuingPoint: 'MasterCRL',
        kind,
        crlDer: Buffer.from(`crl ${crlNumber}`),
        crlNumber,
        thisUpdate: new Date('2026-06-01T00:00:00Z'),
        nextUpdate: null,
        entryCount: 3,
        origin: 'imported' as const,
      });

      it('have numbers that only grow, and the newest of each kind is found', async () => {
        assert.equal(await store.crls.highestNumber('MasterCRL'), 0n);
        assert.equal(await store.crls.findNewest('MasterCRL', 'full'), null);
        await store.crls.record(crl(5n), [sampleEvent()]);
        await store.crls.record(crl(5n, 'delta'), []);
        await store.crls.record(crl(2n ** 70n), []);
        for (const late of [crl(5n), crl(6n), crl(2n ** 70n)])
          await refuses('internal', () => store.crls.record(late, [sampleEvent()]));
        await refuses('internal', () => store.crls.record(crl(7n, 'delta'), []));
        assert.deepEqual(await store.crls.findNewest('MasterCRL', 'full'), crl(2n ** 70n));
        assert.deepEqual(await store.crls.findNewest('MasterCRL', 'delta'), crl(5n, 'delta'));
        assert.equal(await store.crls.highestNumber('MasterCRL'), 2n ** 70n);
        assert.equal(await store.crls.highestNumber('Other'), 0n);
      });
    });

    describe('authorities', () => {
      it('are found with their path', async () => {
        const description = sampleAuthorityDescription(authority);
        assert.deepEqual(await store.authorities.findHost(), description);
        assert.deepEqual(await store.authorities.find(sampleAuthorityId), description);
        assert.equal(await store.authorities.find(authorityId('none')), null);
        assert.equal((await store.authorities.list()).length, 1);
        assert.ok(await store.certificates.find(serialNumber(1n)), 'its own certificate is in the record');
      });

      it('change under the same certificate and refuse another, or a second host', async () => {
        const description = sampleAuthorityDescription(authority);
        await store.authorities.record({ ...description, enabled: false, description: 'closed' }, null, []);
        assert.equal((await store.authorities.find(sampleAuthorityId))?.enabled, false);
        await store.authorities.record(description, null, []);
        const other = sampleAuthorityDescription(createSampleAuthority('CN=Other,O=SAMPLE'));
        await refuses('internal', () => store.authorities.record(other, null, []));
        await refuses('internal', () => store.authorities.record({ ...other, id: authorityId('second') }, null, []));
        assert.deepEqual(await store.authorities.findHost(), description);
      });
    });

    describe('profiles, access and audit', () => {
      it('grow a revision with each change of a profile', async () => {
        const before = await store.profiles.revision();
        await opened.writeProfile('caServerCert', 'desc=one\n');
        const first = await store.profiles.find(profileId('caServerCert'));
        assert.equal(first?.configurationText, 'desc=one\n');
        await opened.writeProfile('caServerCert', 'desc=two\n');
        const second = await store.profiles.find(profileId('caServerCert'));
        assert.ok(first && second && second.revision > first.revision);
        assert.ok((await store.profiles.revision()) > before);
        assert.deepEqual(
          (await store.profiles.list()).map(({ id }) => id),
          ['caServerCert'],
        );
        assert.equal(await store.profiles.find(profileId('none')), null);
      });

      it('read the access directory once for each revision', async () => {
        const directory = await store.access.read(null);
        assert.ok(directory);
        assert.equal(await store.access.read(directory.revision), null);
      });

      it('keep audit events in the order in which they were recorded', async () => {
        await store.audit.record([sampleEvent(), { ...sampleEvent(), name: 'login' }]);
        await store.audit.record([{ ...sampleEvent(), name: 'logout' }]);
        assert.deepEqual((await opened.readAuditNames()).slice(-3), ['certificate-issued', 'login', 'logout']);
      });
    });
  });
}

async function refuses(code: CaErrorCode, work: () => Promise<unknown>, what?: string): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof CaError, String(error));
    assert.equal(error.code, code, what ?? error.message);
    return true;
  });
}
