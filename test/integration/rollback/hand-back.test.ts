// Facts of handing native work back to Dogtag's directory: complete, again without harm, and never against what Dogtag did meanwhile.
import assert from 'node:assert/strict';
import { type RequestState, requestId, revocationReasons } from '#ca-core/engine';
import { storeMigrations } from '#ca-core/store';
import { encodeCertificateEntry, universalTime } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import { sampleLayout } from '#test/sample-directory';
import { withTestDatabase } from '#test/test-database';
import { DirectoryWriteError } from '../../../migration/rollback/directory-writer.ts';
import { type HandBackResult, HandBackStopped, handBack } from '../../../migration/rollback/hand-back.ts';
import { certificateDn, type NativeSide, now, openNativeSide, requestDn, revocationOf } from './native-side.ts';

const { keyCompromise, superseded, certificateHold } = revocationReasons;

describe('handing native work back', () => {
  const test = withTestDatabase([storeMigrations]);
  let native: NativeSide;

  before(async () => {
    native = await openNativeSide(test.database);
    await run();
  });
  after(() => native?.close());
  afterEach(() => {
    native.directory.onWrite = () => 'do';
  });

  const run = (unfinished: 'leave' | 'hand-over' = 'leave') => handBack(native.services, { unfinished });
  const counts = ({ certificates, requests }: HandBackResult) =>
    [certificates, requests].map(({ added, changed, unchanged, notTaken }) => [added, changed, unchanged, notTaken]);
  const kinds = ({ findings }: Pick<HandBackResult, 'findings'>) => findings.map(({ kind }) => kind);
  const left = () => native.store.nativeWork.count();

  it('writes certificates and requests with every fact, marks them, and has nothing to do the second time', async () => {
    const { certificate, request } = await native.issue();
    const pending = await native.newRequest({ inputs: { requestor_name: 'Hanna Bäck' }, owner: 'ipara' });
    assert.deepEqual(counts(await run()), [
      [1, 0, 0, 0],
      [2, 0, 0, 0],
    ]);
    const entry = native.certificateEntry(certificate.serialNumber);
    assert.deepEqual(Buffer.from(entry.certificateDer), Buffer.from(certificate.certificateDer));
    assert.deepEqual(
      [entry.status, entry.issuedBy, entry.requestId, entry.profileId, entry.issuedAt],
      ['VALID', 'ipara', request.id, 'caServerCert', certificate.issuedAt],
    );
    const asked = native.requestEntry(pending.id);
    assert.deepEqual(
      [asked.state, asked.owner, asked.inputs.requestor_name, asked.attributes['req_subject_name.cn']],
      ['pending', 'ipara', 'Hanna Bäck', 'host.sample'],
    );
    const closed = native.requestEntry(request.id);
    assert.deepEqual(
      [closed.state, closed.certificateSerials, closed.attributes.updatedBy],
      ['complete', [certificate.serialNumber], 'ipara'],
    );
    assert.ok(closed.draftDer !== null, 'agents of Dogtag are shown what was agreed on');
    const writes = native.directory.writeCount();
    assert.deepEqual(await left(), { certificates: 0, requests: 0 });
    assert.deepEqual(counts(await run()), [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    assert.equal(native.directory.writeCount(), writes);
  });

  it('brings revocations, holds and releases with their dates, on native and on Dogtag’s certificates', async () => {
    const invalidityDate = new Date('2026-02-02T02:02:02Z');
    const revocation = revocationOf(keyCompromise, { invalidityDate, notedAt: new Date(now.getTime() + 1000) });
    const { certificate: fresh } = await native.issue();
    await native.revoke(fresh.serialNumber, revocation);
    const known = await native.importCertificate(500n);
    const hold = await native.revoke(known.serialNumber, revocationOf(certificateHold));
    const held = await native.importCertificate(
      501n,
      revocationOf(certificateHold, { revokedAt: new Date('2026-05-01T00:00:00Z') }),
    );
    const release = await native.release(held.serialNumber);
    assert.deepEqual(counts(await run()), [
      [1, 2, 0, 0],
      [4, 0, 0, 0],
    ]);
    assert.deepEqual(native.certificateEntry(fresh.serialNumber).revocation, revocation);
    assert.equal(native.certificateEntry(500n).revocation?.reason, certificateHold);
    assert.deepEqual([native.certificateEntry(501n).status, native.certificateEntry(501n).revocation], ['VALID', null]);
    // Dogtag must not replay these when it starts: a release of it since then would be undone.
    assert.deepEqual(
      [hold.id, release.id].map((id) => native.directory.find(requestDn(id))?.findText('requestType')),
      ['Revocation', 'Unrevocation'],
    );
    assert.deepEqual(
      [native.requestEntry(hold.id).kind, native.requestEntry(release.id).kind],
      ['revocation', 'release'],
    );
  });

  it('says what a hold did although it was lifted since: Dogtag reads it from every revocation request when it starts', async () => {
    const { certificate } = await native.issue();
    const hold = await native.revoke(certificate.serialNumber, revocationOf(certificateHold));
    await native.release(certificate.serialNumber);
    await run();
    assert.equal(native.certificateEntry(certificate.serialNumber).revocation, null);
    assert.deepEqual(native.requestEntry(hold.id).certificateSerials, [certificate.serialNumber]);
    assert.ok(native.directory.find(requestDn(hold.id))?.findText('extdata-cert--005finfo;0'));
  });

  it('says in the status whether the validity has begun and ended', async () => {
    const { certificate } = await native.issue();
    const at = (date: string) =>
      handBack(
        { ...native.services, clock: { now: () => new Date(date), nowMicros: () => 0n } },
        { unfinished: 'leave' },
      );
    await at('2025-01-01T00:00:00Z');
    assert.equal(native.certificateEntry(certificate.serialNumber).status, 'INVALID');
    await native.revoke(certificate.serialNumber, revocationOf(superseded));
    await at('2099-01-01T00:00:00Z');
    assert.equal(native.certificateEntry(certificate.serialNumber).status, 'REVOKED_EXPIRED');
  });

  it('leaves on the list what was changed here between reading and marking', async () => {
    const { certificate } = await native.issue();
    const pending = await native.newRequest();
    let isChanged = false;
    const certificates = {
      find: async (serial: typeof certificate.serialNumber) => {
        if (!isChanged) await native.record({ ...pending, owner: 'somebody' });
        isChanged = true;
        return native.store.certificates.find(serial);
      },
    };
    const writer = {
      name: native.writer.name,
      findEntry: (dn: string) => native.writer.findEntry(dn),
      replaceAttributes: native.writer.replaceAttributes.bind(native.writer),
      removeEntry: native.writer.removeEntry.bind(native.writer),
      close: () => native.writer.close(),
      addEntry: async (entry: DirectoryEntry) => {
        const added = await native.writer.addEntry(entry);
        if (entry.dn === certificateDn(certificate.serialNumber))
          await native.revoke(certificate.serialNumber, revocationOf(superseded));
        return added;
      },
    };
    await handBack({ ...native.services, writer, certificates }, { unfinished: 'leave' });
    assert.deepEqual(await left(), { certificates: 1, requests: 1 });
    const again = await run();
    assert.deepEqual(counts(again), [
      [0, 1, 0, 0],
      [0, 1, 0, 0],
    ]);
    assert.equal(native.certificateEntry(certificate.serialNumber).revocation?.reason, superseded);
    assert.equal(native.requestEntry(pending.id).owner, 'somebody');
    assert.deepEqual(await left(), { certificates: 0, requests: 0 });
  });

  it('keeps a revocation that Dogtag makes between our look and our write', async () => {
    const { serialNumber } = await native.importCertificate(510n);
    await native.revoke(serialNumber, revocationOf(certificateHold));
    native.directory.onWrite = (dn) => {
      if (dn.startsWith('cn=510,')) {
        native.directory.alter(dn, {
          certStatus: 'REVOKED',
          revInfo: '20260601000000Z;CRLReasonExtension=1',
          revokedOn: '20260601000000Z',
          revokedBy: 'admin',
          dateOfModify: '20260601000000Z',
        });
        native.directory.onWrite = () => 'do';
      }
      return 'do';
    };
    const result = await run();
    assert.deepEqual(kinds(result), ['revoked-on-both-sides']);
    assert.equal(native.certificateEntry(510n).revocation?.reason, keyCompromise);
    await native.follow({ serial: 510n });
    assert.equal(
      (await native.store.certificates.find(serialNumber))?.revocation?.reason,
      keyCompromise,
      'the record follows',
    );
  });

  it('stops at another certificate under the same number, touches it not, and has handed back the rest of the batch', async () => {
    const { certificate } = await native.issue();
    const { certificate: other } = await native.issue();
    const foreign = {
      ...certificate,
      certificateDer: native.issuer.certify(certificate.serialNumber, { subject: 'CN=foreign,O=SAMPLE' }),
    };
    const entry = encodeCertificateEntry(
      { ...foreign, isExpired: false, modifiedAt: now },
      sampleLayout.certificates,
      universalTime,
    );
    native.directory.put(entry);
    const error = await run().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof HandBackStopped, String(error));
    assert.deepEqual(kinds(error), ['serial-number-taken']);
    assert.equal(native.directory.find(certificateDn(certificate.serialNumber)), entry);
    assert.equal(native.certificateEntry(other.serialNumber).status, 'VALID');
    assert.deepEqual((await left()).certificates, 1);
    native.directory.remove(entry.dn);
    await run();
  });

  it('goes on without an entry that the directory refuses, and takes it up again later', async () => {
    const [{ certificate }, { certificate: sound }] = [await native.issue(), await native.issue()];
    native.directory.onWrite = (dn) =>
      dn === certificateDn(certificate.serialNumber) ? 'object-class-violation' : 'do';
    const result = await run();
    assert.deepEqual([counts(result)[0], kinds(result)], [[1, 0, 0, 1], ['entry-refused']]);
    assert.equal(native.certificateEntry(sound.serialNumber).status, 'VALID');
    native.directory.onWrite = () => 'do';
    assert.deepEqual(counts(await run())[0], [1, 0, 0, 0]);
  });

  it('marks nothing when it may not write', async () => {
    await native.issue();
    native.directory.onWrite = () => 'insufficient-access';
    const error = await run().catch((thrown: unknown) => thrown);
    assert.ok(error instanceof DirectoryWriteError && error.code === 'not-allowed', String(error));
    assert.deepEqual(await left(), { certificates: 1, requests: 1 });
    native.directory.onWrite = () => 'do';
    await run();
  });

  it('finishes over lost connections', async () => {
    for (let i = 0; i < 6; i++) await native.issue();
    const behaviors = ['do', 'hang-up-before', 'do', 'do', 'hang-up-after', 'do', 'hang-up-before'] as const;
    let write = 0;
    native.directory.onWrite = () => behaviors[write++] ?? 'do';
    await run();
    assert.ok(write > behaviors.length);
    assert.deepEqual(await left(), { certificates: 0, requests: 0 });
  });

  it('leaves what is still being issued, or hands it over as waiting for an agent', async () => {
    const underWay = await native.newRequest({ state: 'approved' });
    assert.deepEqual(counts(await run())[1], [0, 0, 0, 0]);
    const result = await run('hand-over');
    assert.deepEqual([counts(result)[1], kinds(result)], [[1, 0, 0, 0], ['left-unfinished']]);
    assert.equal(native.requestEntry(underWay.id).state, 'pending');
  });

  it('writes a decision about Dogtag’s request without touching what the record does not know of it', async () => {
    const request = await native.importRequest(70n, {
      owner: 'ipara',
      attributes: { 'req_subject_name.cn': 'host', requestNotes: 'old' },
    });
    native.directory.alter(requestDn(70n), { 'extdata-challengephrase': 'secret', realm: 'x' });
    const decided = {
      ...request,
      state: 'rejected' as RequestState,
      owner: null,
      attributes: { 'req_subject_name.cn': 'host' },
      modifiedAt: now,
    };
    await native.record(decided);
    assert.deepEqual(counts(await run())[1], [0, 1, 0, 0]);
    const entry = native.directory.find(requestDn(70n));
    assert.deepEqual(
      [
        'requestState',
        'extdata-requeststatus',
        'requestOwner',
        'extdata-requestnotes',
        'extdata-challengephrase',
        'realm',
      ].map((name) => entry?.findText(name) ?? null),
      ['rejected', 'rejected', null, null, 'secret', 'x'],
    );
  });

  it('keeps Dogtag’s decision where both decided, whichever was later, and the record follows it', async () => {
    const request = await native.importRequest(71n);
    native.directory.alter(requestDn(71n), { requestState: 'canceled', dateOfModify: '20260301110000Z' });
    await native.record({ ...request, state: 'rejected', modifiedAt: now });
    const result = await run();
    assert.deepEqual([counts(result)[1], kinds(result)], [[0, 0, 1, 0], ['decided-on-both-sides']]);
    assert.deepEqual(native.readAgain.at(-1), { kind: 'request', id: 71n });
    await native.follow({ request: 71n });
    assert.equal((await native.store.requests.find(requestId(71n)))?.state, 'canceled');
  });

  it('lets the record follow what Dogtag decides later about a request that was made here', async () => {
    const pending = await native.newRequest();
    await run();
    await native.follow({ request: pending.id });
    assert.deepEqual(await native.store.requests.find(pending.id), pending, 'its own echo changes nothing');
    native.directory.alter(requestDn(pending.id), { requestState: 'rejected', requestOwner: 'admin' });
    await native.follow({ request: pending.id });
    const followed = await native.store.requests.find(pending.id);
    assert.deepEqual([followed?.state, followed?.owner, followed?.origin], ['rejected', 'admin', 'native']);
  });

  it('lets Dogtag decide about a request that was put back here after it was handed over', async () => {
    const underWay = await native.newRequest({ state: 'approved' });
    await run('hand-over');
    await native.record({ ...underWay, state: 'pending', modifiedAt: new Date(now.getTime() + 60_000) });
    native.directory.alter(requestDn(underWay.id), { requestState: 'complete' });
    await native.follow({ request: underWay.id });
    assert.equal((await native.store.requests.find(underWay.id))?.state, 'complete');
    await run();
    assert.equal(native.requestEntry(underWay.id).state, 'complete');
  });

  it('survives names that a requester made up', async () => {
    const inputs = {
      REQUESTID: '1',
      'requestid ': '2',
      dbStatus: 'NOT_UPDATED',
      '': 'x',
      ';': 'y',
      'a;': 'z',
      'ä"=,': 'odd',
      __proto__x: 'p',
    };
    const { id } = await native.newRequest({ inputs });
    assert.equal(counts(await run())[1]?.[0], 1);
    const entry = native.directory.find(requestDn(id));
    assert.deepEqual(
      ['extdata-requestid', 'extdata-dbstatus'].map((name) => entry?.values(name).map(String)),
      [[String(id)], ['UPDATED']],
    );
    assert.equal(native.requestEntry(id).attributes['ä"=,'], 'odd');
  });

  it('tells progress with its rate', async () => {
    for (let i = 0; i < 3; i++) await native.issue();
    const told: string[] = [];
    await handBack(native.services, {
      unfinished: 'leave',
      onProgress: ({ kind, done, total }) => told.push(`${kind} ${done}/${total}`),
    });
    assert.deepEqual(told, ['certificate 3/3', 'request 3/3']);
  });
});
