// Certificates that both sides know: what this side issued, revoked or promised stands, and what the source decided later is followed.
import { strict as assert } from 'node:assert';
import { authorityId, type CertificateRecord, type Revocation, requestId, serialNumber } from '#ca-core/engine';
import type { ImportedFact, Intake, IntakeResult } from '#ca-core/intake';
import { type PostgresStore, storeMigrations } from '#ca-core/store';
import { decodeCertificate } from '#codecs/x509';
import { authorityFact, certificateFact, hostAuthorityId, openIntake } from '#test/sample-facts';
import { SampleIssuer } from '#test/sample-issuer';
import { sampleAuthorityDescription, sampleCertificateRecord, sampleIntent, sampleRequest } from '#test/sample-records';
import { withTestDatabase } from '#test/test-database';

const hold: Revocation = {
  reason: 6,
  revokedAt: new Date('2026-05-01T00:00:00Z'),
  revokedBy: 'agent',
  invalidityDate: null,
};
const compromised: Revocation = { ...hold, reason: 1, revokedAt: new Date('2026-06-01T00:00:00Z') };

const counts = ({ inserted, updated, unchanged, refused }: IntakeResult) => [inserted, updated, unchanged, refused];
const kinds = ({ findings }: IntakeResult) => findings.map(({ kind, verdict }) => `${verdict} ${kind}`);

describe('intake of certificates that both sides know', () => {
  const test = withTestDatabase([storeMigrations]);
  const host = new SampleIssuer('CN=Certificate Authority,O=SAMPLE');
  const hostDer = host.certifyItself(1n);
  let store: PostgresStore;
  let intake: Intake;
  let nextSerial = 100n;

  before(async () => {
    ({ store, intake } = await openIntake(test.database));
    const result = await intake.accept([authorityFact(hostDer), certificateFact(hostDer)]);
    assert.deepEqual([counts(result), kinds(result)], [[2, 0, 0, 0], []]);
    const pen = { authorityId: hostAuthorityId, scope: 'certificates:*', holder: 'native' } as const;
    await store.pens.move([{ ...pen, movedBy: 'admin', remoteAddress: null, reason: 'a test' }]);
    await store.numberRanges.set(hostAuthorityId, { first: 800_000n, last: 899_999n }, []);
  });
  after(() => store?.close());

  const take = (...facts: ImportedFact[]) => intake.accept(facts);
  const find = (serial: bigint): Promise<CertificateRecord | null> => store.certificates.find(serialNumber(serial));
  const newSerial = () => {
    nextSerial += 1n;
    return nextSerial;
  };

  async function issueHere(serial: bigint): Promise<Buffer> {
    const id = requestId(serial + 1_000_000n);
    const certificateDer = host.certify(serial);
    const intent = sampleIntent(serial, id, { authorityId: hostAuthorityId });
    await store.issuance.recordIntent(intent, sampleRequest(id, { state: 'approved' }), []);
    const certificate = sampleCertificateRecord(certificateDer, {
      authorityId: hostAuthorityId,
      requestId: id,
      issuedBy: 'native-agent',
    });
    await store.issuance.recordIssuance({ certificate, request: sampleRequest(id), auditEvents: [] });
    return certificateDer;
  }

  const reserve = () => store.issuance.reserveSerialNumber(hostAuthorityId);

  it('leaves a certificate that was issued here as it is, and takes its revocation', async () => {
    const serial = await reserve();
    const certificateDer = await issueHere(serial);
    const echoed = certificateFact(certificateDer, { issuedBy: 'somebody else', issuedAt: new Date('2026-02-02') });
    assert.deepEqual(counts(await take(echoed)), [0, 0, 1, 0]);
    assert.deepEqual([(await find(serial))?.issuedBy, (await find(serial))?.origin], ['native-agent', 'native']);
    assert.deepEqual(counts(await take(certificateFact(certificateDer, { revocation: compromised }))), [0, 1, 0, 0]);
    assert.deepEqual((await find(serial))?.revocation, compromised);
  });

  it('refuses another certificate under a number that was used or promised here', async () => {
    const used = await reserve();
    await issueHere(used);
    const promised = await reserve();
    const id = requestId(promised + 1_000_000n);
    const intent = sampleIntent(promised, id, { authorityId: hostAuthorityId });
    await store.issuance.recordIntent(intent, sampleRequest(id, { state: 'approved' }), []);
    for (const serial of [used, promised]) {
      const result = await take(certificateFact(host.certify(serial, { subject: 'CN=upstream,O=SAMPLE' })));
      assert.deepEqual([counts(result), kinds(result)], [[0, 0, 0, 1], ['refused serial-number-taken']]);
    }
    await store.issuance.recordAbandonedIntent(promised, sampleRequest(id), []);
  });

  it('tells the source’s own facts of an authority’s certificate that came with its key', async () => {
    const keyed = new SampleIssuer('CN=Keyed Authority,O=SAMPLE');
    const own = keyed.certifyItself(newSerial());
    const serial = decodeCertificate(own).serialNumber;
    const id = authorityId('keyed');
    const described = sampleAuthorityDescription(
      { name: keyed.name, certificateDer: own, privateKeyPem: '', issue: () => own },
      id,
    );
    const record = sampleCertificateRecord(own, { authorityId: id, requestId: null, issuedBy: 'system' });
    const authority = { ...described, isHostAuthority: false, serialNumber: serial };
    await store.authorities.record(authority, record, []);
    const result = await take(authorityFact(own, { id, isHostAuthority: false }), certificateFact(own));
    assert.deepEqual([counts(result), kinds(result)], [[0, 2, 0, 0], []]);
    assert.deepEqual([(await find(serial))?.issuedBy, (await find(serial))?.origin], ['ipara', 'imported']);
  });

  const cases: readonly {
    readonly name: string;
    readonly imported: Revocation | null;
    readonly here: readonly (Revocation | null)[];
    readonly told: Revocation | null;
    readonly expected: Revocation | null;
    readonly finding?: string;
  }[] = [
    { name: 'a revocation', imported: null, here: [], told: compromised, expected: compromised },
    { name: 'a hold', imported: null, here: [], told: hold, expected: hold },
    { name: 'a release', imported: hold, here: [], told: null, expected: null },
    { name: 'a hold that became a revocation', imported: hold, here: [], told: compromised, expected: compromised },
    {
      name: 'no withdrawal of a revocation',
      imported: compromised,
      here: [],
      told: null,
      expected: compromised,
      finding: 'refused revocation-withdrawn',
    },
    {
      name: 'no weakening of a revocation',
      imported: compromised,
      here: [],
      told: hold,
      expected: compromised,
      finding: 'refused revocation-weakened',
    },
    {
      name: 'nothing older than a revocation made here',
      imported: null,
      here: [compromised],
      told: null,
      expected: compromised,
    },
    { name: 'nothing older than a release made here', imported: hold, here: [null], told: hold, expected: null },
    {
      name: 'a hold newer than a release made here',
      imported: hold,
      here: [null],
      told: { ...hold, revokedAt: new Date('2026-08-01T00:00:00Z') },
      expected: { ...hold, revokedAt: new Date('2026-08-01T00:00:00Z') },
      finding: 'accepted revoked-in-the-future',
    },
    {
      name: 'a revocation in spite of a release made here',
      imported: hold,
      here: [null],
      told: compromised,
      expected: compromised,
    },
    {
      name: 'a revocation of what is on hold here',
      imported: null,
      here: [hold],
      told: compromised,
      expected: compromised,
    },
    {
      name: 'no hold of what was revoked here',
      imported: null,
      here: [compromised],
      told: hold,
      expected: compromised,
    },
  ];
  for (const { name, imported, here, told, expected, finding } of cases)
    it(`takes from the source ${name}`, async () => {
      const serial = newSerial();
      const certificateDer = host.certify(serial);
      await take(certificateFact(certificateDer, { revocation: imported }));
      for (const [turn, revocation] of here.entries()) {
        const request = sampleRequest(serial + 2_000_000n + BigInt(turn), { kind: 'revocation' });
        const guard = revocation === null ? 'on-hold' : 'not-revoked';
        await store.revocation.record(serialNumber(serial), revocation, guard, request, []);
      }
      const result = await take(certificateFact(certificateDer, { revocation: told }));
      assert.deepEqual(kinds(result), finding === undefined ? [] : [finding]);
      assert.deepEqual((await find(serial))?.revocation, expected);
      assert.equal((await take(certificateFact(certificateDer, { revocation: told }))).updated, 0, 'told again');
    });
});
