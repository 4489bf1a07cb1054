// Certificates at the door: true ones enter with their exact bytes, odd ones with a finding, false ones not at all.
import { strict as assert } from 'node:assert';
import {
  authorityId,
  CaError,
  type CertificateRecord,
  certificateStatusAt,
  type Revocation,
  requestId,
  serialNumber,
  verifyAuditChain,
} from '#ca-core/engine';
import { createIntake, type ImportedFact, type Intake, type IntakeResult } from '#ca-core/intake';
import { type PostgresStore, storeMigrations } from '#ca-core/store';
import { encodeSequence } from '#codecs/der';
import {
  authorityFact,
  certificateFact,
  hostAuthorityId,
  intakeAuditKey,
  intakeClock,
  openIntake,
  sampleSource,
} from '#test/sample-facts';
import { SampleIssuer } from '#test/sample-issuer';
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

describe('intake of certificates', () => {
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
  });
  after(() => store?.close());

  const take = (...facts: ImportedFact[]) => intake.accept(facts);
  const find = (serial: bigint): Promise<CertificateRecord | null> => store.certificates.find(serialNumber(serial));
  const newSerial = () => {
    nextSerial += 1n;
    return nextSerial;
  };
  const standing = async (serial: bigint) =>
    (await intake.listFindings(10_000))
      .filter(({ provenance }) => provenance.entry.startsWith(`cn=${serial},`))
      .map(({ kind, verdict }) => `${verdict} ${kind}`);

  describe('that are as they should be', () => {
    it('keeps their exact bytes, what they say and what the source says beside them', async () => {
      const serial = newSerial();
      const certificateDer = host.certify(serial, { subject: 'CN=Host One,O=SAMPLE' });
      const fact = certificateFact(certificateDer, { revocation: compromised });
      assert.deepEqual(counts(await take(fact)), [1, 0, 0, 0]);
      const record = await find(serial);
      assert.ok(record);
      assert.deepEqual(record.certificateDer, certificateDer);
      assert.deepEqual(
        [record.subject, record.issuer, record.authorityId, record.origin, record.issuedBy, record.profileId],
        ['CN=Host One,O=SAMPLE', host.name, hostAuthorityId, 'imported', 'ipara', 'caServerCert'],
      );
      assert.deepEqual(record.revocation, compromised);
      assert.deepEqual(record.issuedAt, fact.fact.issuedAt);
      assert.equal(certificateStatusAt(record, intakeClock.now()), 'revoked');
    });

    it('changes nothing when the same batch comes again', async () => {
      const facts = [newSerial(), newSerial()].map((serial) => certificateFact(host.certify(serial)));
      assert.deepEqual(counts(await take(...facts)), [2, 0, 0, 0]);
      const chain = await test.database.findRow('select record_count, head_mac from audit_head');
      assert.deepEqual(counts(await take(...facts)), [0, 0, 2, 0]);
      assert.deepEqual(await test.database.findRow('select record_count, head_mac from audit_head'), chain);
    });

    it('verifies signatures of every algorithm in use', async () => {
      let serial = 20_000n;
      for (const [keyKind, algorithm] of [
        ['rsa', 'SHA1withRSA'],
        ['rsa', 'SHA256withRSA'],
        ['rsa', 'SHA512withRSA'],
        ['rsa', 'SHA256withRSA/PSS'],
        ['P-256', 'SHA256withEC'],
        ['P-384', 'SHA384withEC'],
        ['ed25519', 'Ed25519'],
      ] as const) {
        serial += 10n;
        const issuer = new SampleIssuer(`CN=${algorithm} ${keyKind},O=SAMPLE`, keyKind);
        const id = authorityId(`authority-${serial}`);
        const own = issuer.certifyItself(serial, { algorithm });
        const result = await take(
          authorityFact(own, { id, isHostAuthority: false }),
          certificateFact(own),
          certificateFact(issuer.certify(serial + 1n, { algorithm })),
        );
        assert.deepEqual([counts(result), kinds(result)], [[3, 0, 0, 0], []], algorithm);
        const tampered = issuer.certify(serial + 2n, { algorithm });
        tampered.writeUInt8(tampered.readUInt8(tampered.length - 1) ^ 1, tampered.length - 1);
        assert.deepEqual(kinds(await take(certificateFact(tampered))), ['refused bad-signature'], algorithm);
      }
    });

    it('follows what the source says later beside the same bytes', async () => {
      const serial = newSerial();
      const certificateDer = host.certify(serial);
      await take(certificateFact(certificateDer, { issuedBy: null, requestId: null }));
      assert.deepEqual(counts(await take(certificateFact(certificateDer))), [0, 1, 0, 0]);
      const record = await find(serial);
      assert.deepEqual([record?.issuedBy, record?.requestId], ['ipara', requestId(serial)]);
    });
  });

  describe('that are false', () => {
    it('refuses a changed byte, another number, a foreign issuer and bytes that are no certificate', async () => {
      const serial = newSerial();
      const good = host.certify(serial);
      const tampered = Buffer.from(good);
      const at = good.indexOf('sample-');
      tampered.write('Sample-', at);
      const foreign = new SampleIssuer('CN=Foreign,O=ELSEWHERE');
      const impostor = new SampleIssuer(host.name);
      for (const [fact, finding] of [
        [certificateFact(tampered), 'refused bad-signature'],
        [certificateFact(good, { claimedSerialNumber: serialNumber(serial + 1n) }), 'refused serial-differs-from-der'],
        [certificateFact(foreign.certify(serial)), 'refused unknown-issuer'],
        [certificateFact(impostor.certify(serial)), 'refused bad-signature'],
        [certificateFact(Buffer.from('no'), { claimedSerialNumber: serialNumber(serial) }), 'refused broken-der'],
        [certificateFact(Buffer.alloc(0), { claimedSerialNumber: serialNumber(serial) }), 'refused broken-der'],
        [
          certificateFact(Buffer.concat([good, Buffer.from([0])]), { claimedSerialNumber: serialNumber(serial) }),
          'refused broken-der',
        ],
      ] as const) {
        const result = await take(fact);
        assert.deepEqual([counts(result), kinds(result)], [[0, 0, 0, 1], [finding]]);
        assert.equal(await find(serial), null);
      }
    });

    it('refuses a second certificate under a number, also within one batch, and keeps the first', async () => {
      const serial = newSerial();
      const first = host.certify(serial, { subject: 'CN=first,O=SAMPLE' });
      const second = host.certify(serial, { subject: 'CN=second,O=SAMPLE' });
      const result = await take(certificateFact(first), certificateFact(second), certificateFact(first));
      assert.deepEqual([counts(result), kinds(result)], [[1, 0, 1, 1], ['refused serial-number-taken']]);
      assert.deepEqual(kinds(await take(certificateFact(second))), ['refused serial-number-taken']);
      assert.equal((await find(serial))?.subject, 'CN=first,O=SAMPLE');
    });

    it('keeps the good ones of a batch and drops a finding that no longer holds', async () => {
      const [good, bad] = [newSerial(), newSerial()];
      const tampered = host.certify(bad);
      tampered.writeUInt8(tampered.readUInt8(tampered.length - 1) ^ 1, tampered.length - 1);
      const result = await take(certificateFact(host.certify(good)), certificateFact(tampered));
      assert.deepEqual(counts(result), [1, 0, 0, 1]);
      assert.deepEqual(await standing(bad), ['refused bad-signature']);
      await take(certificateFact(tampered));
      assert.deepEqual(await standing(bad), ['refused bad-signature'], 'noted once');
      await take(certificateFact(host.certify(bad)));
      assert.deepEqual(await standing(bad), []);
    });

    it('refuses a certificate that another authority issued to one of ours, saying where that is kept', async () => {
      const root = new SampleIssuer('CN=External Root,O=ELSEWHERE');
      const crossed = root.certify(newSerial(), {
        subject: host.name,
        subjectPublicKeyInfoDer: host.publicKeyDer,
        isAuthority: true,
      });
      assert.deepEqual(kinds(await take(certificateFact(crossed))), ['refused issued-elsewhere']);
    });
  });

  describe('that are odd but real', () => {
    it('takes them with a finding', async () => {
      const late = new Date('2026-09-01T00:00:00Z');
      const inverted = { notBefore: new Date('2026-02-01T00:00:00Z'), notAfter: new Date('2026-01-01T00:00:00Z') };
      for (const [fact, finding] of [
        [certificateFact(host.certify(0n)), 'accepted serial-not-positive'],
        [certificateFact(host.certify(-5n)), 'accepted serial-not-positive'],
        [certificateFact(host.certify(newSerial(), inverted)), 'accepted validity-inverted'],
        [
          certificateFact(host.certify(newSerial()), { revocation: { ...hold, revokedAt: new Date('2020-01-01') } }),
          'accepted revoked-before-valid',
        ],
        [
          certificateFact(host.certify(newSerial()), { revocation: { ...hold, revokedAt: late } }),
          'accepted revoked-in-the-future',
        ],
        [
          certificateFact(host.certify(newSerial()), { revocation: { ...hold, reason: 7 as never } }),
          'accepted revocation-reason-impossible',
        ],
        [
          certificateFact(host.certify(newSerial()), { revocation: { ...hold, reason: 8 } }),
          'accepted revocation-reason-impossible',
        ],
        [
          certificateFact(host.certify(newSerial()), { revocation: { ...hold, invalidityDate: late } }),
          'accepted invalid-after-revocation',
        ],
        [
          certificateFact(host.certify(newSerial(), { subjectPublicKeyInfoDer: encodeSequence(encodeSequence()) })),
          'accepted public-key-unreadable',
        ],
      ] as const) {
        const result = await take(fact);
        assert.deepEqual([counts(result), kinds(result)], [[1, 0, 0, 0], [finding]]);
      }
    });

    it('takes a certificate that is BER, and keeps its bytes', async () => {
      const serial = newSerial();
      const strict = host.certify(serial);
      // The outer length written in one octet more than it needs, which DER forbids; nothing signed is touched.
      const content = strict.subarray(4);
      const sloppy = Buffer.concat([Buffer.from([0x30, 0x83, 0]), strict.subarray(2, 4), content]);
      const result = await take(certificateFact(sloppy, { claimedSerialNumber: serialNumber(serial) }));
      assert.deepEqual([counts(result), kinds(result)], [[1, 0, 0, 0], ['accepted not-strict-der']]);
      assert.deepEqual((await find(serial))?.certificateDer, sloppy);
    });

    it('takes what an issuer that is no authority any more has signed, whatever the order', async () => {
      const gone = new SampleIssuer('CN=Deleted Sub-CA,O=SAMPLE');
      const subDer = host.certifyIssuer(newSerial(), gone);
      const [one, two] = [newSerial(), newSerial()];
      const result = await take(
        certificateFact(gone.certify(one)),
        certificateFact(subDer),
        certificateFact(gone.certify(two)),
      );
      assert.deepEqual(
        [counts(result), kinds(result)],
        [
          [3, 0, 0, 0],
          ['accepted issuer-is-no-authority', 'accepted issuer-is-no-authority'],
        ],
      );
      const record = await find(one);
      assert.notEqual(record?.authorityId, hostAuthorityId);
      assert.equal((await find(two))?.authorityId, record?.authorityId);
      assert.ok(!(await store.authorities.list()).some(({ subject }) => subject === gone.name), 'it is not listed');
      const later = newSerial();
      const { intake: other, store: otherStore } = await openIntake(test.database);
      const again = await other.accept([certificateFact(gone.certify(later))]);
      assert.deepEqual(
        [counts(again), kinds(again)],
        [[1, 0, 0, 0], ['accepted issuer-is-no-authority']],
        'a fresh process knows it too',
      );
      assert.equal((await find(later))?.authorityId, record?.authorityId);
      await otherStore.close();
    });

    it('gives certificates to their authority when that comes after them', async () => {
      const late = new SampleIssuer('CN=Late Authority,O=SAMPLE');
      const lateId = authorityId('late');
      const own = late.certifyItself(newSerial());
      const serial = newSerial();
      const result = await take(certificateFact(own), certificateFact(late.certify(serial)));
      assert.deepEqual(
        [counts(result), kinds(result)],
        [
          [2, 0, 0, 0],
          ['accepted issuer-is-no-authority', 'accepted issuer-is-no-authority'],
        ],
      );
      await take(authorityFact(own, { id: lateId }));
      assert.equal((await find(serial))?.authorityId, lateId);
      const again = await take(certificateFact(late.certify(newSerial())));
      assert.deepEqual(kinds(again), []);
    });

    it('takes what was signed with an earlier key of an authority', async () => {
      const name = 'CN=Rekeyed Authority,O=SAMPLE';
      const [before, after] = [new SampleIssuer(name), new SampleIssuer(name)];
      const id = authorityId('rekeyed');
      const [oldDer, newDer] = [before.certifyItself(newSerial()), after.certifyItself(newSerial())];
      await take(authorityFact(newDer, { id }), certificateFact(newDer));
      const result = await take(certificateFact(oldDer), certificateFact(before.certify(newSerial())));
      assert.deepEqual(counts(result), [2, 0, 0, 0]);
      const fresh = await openIntake(test.database);
      const [ofOld, ofNew] = [newSerial(), newSerial()];
      const again = await fresh.intake.accept([
        certificateFact(before.certify(ofOld)),
        certificateFact(after.certify(ofNew)),
      ]);
      assert.deepEqual(counts(again), [2, 0, 0, 0]);
      await fresh.store.close();
    });

    it('says so when the number lies in the range of this side', async () => {
      await store.numberRanges.set(hostAuthorityId, { first: 700_000n, last: 799_999n }, []);
      const result = await take(certificateFact(host.certify(700_005n)));
      assert.deepEqual([counts(result), kinds(result)], [[1, 0, 0, 0], ['accepted serial-in-native-range']]);
      const reserved = await Promise.all(
        Array.from({ length: 8 }, () => store.issuance.reserveSerialNumber(hostAuthorityId)),
      );
      assert.ok(!reserved.includes(serialNumber(700_005n)), 'this side passes it over');
    });
  });

  describe('batches', () => {
    it('commit with their checkpoint, or not at all', async () => {
      const checkpoint = { name: 'certificates', value: '17' };
      const serial = newSerial();
      await intake.accept([certificateFact(host.certify(serial))], checkpoint);
      assert.equal(await intake.readCheckpoint('certificates'), '17');
      assert.equal(await intake.readCheckpoint('nothing'), null);
      const broken = createFailingIntake();
      const lost = newSerial();
      await assert.rejects(
        broken.accept([certificateFact(host.certify(lost))], { ...checkpoint, value: '18' }),
        (error) => error instanceof CaError && /power/.test(String(error.cause)),
      );
      assert.equal(await intake.readCheckpoint('certificates'), '17');
      assert.equal(await find(lost), null);
    });

    function createFailingIntake(): Intake {
      const ledger = store.importLedger;
      const failing: typeof ledger = {
        ...ledger,
        commit: (work) =>
          ledger.commit(async (writer) =>
            work({
              ...writer,
              appendAudit: async () => {
                throw new Error('the power went off');
              },
            }),
          ),
      };
      return createIntakeOn(failing);
    }

    const createIntakeOn = (ledger: PostgresStore['importLedger']) => createIntake({ ledger, clock: intakeClock });

    it('are stored in order although they are judged ahead, and a failure takes those behind it with it', async () => {
      const serials = Array.from({ length: 6 }, () => newSerial());
      const results = await Promise.all(
        serials.map((serial, index) =>
          intake.accept([certificateFact(host.certify(serial))], { name: 'order', value: String(index) }),
        ),
      );
      assert.ok(results.every(({ inserted }) => inserted === 1));
      assert.equal(await intake.readCheckpoint('order'), '5');
      let turn = 0;
      const ledger = store.importLedger;
      const failsOnce = createIntakeOn({
        ...ledger,
        commit: (work) => {
          turn += 1;
          return turn === 2 ? Promise.reject(new Error('once')) : ledger.commit(work);
        },
      });
      const outcomes = await Promise.allSettled(
        [0, 1, 2].map((index) => failsOnce.accept([], { name: 'order', value: `again ${index}` })),
      );
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'rejected'],
      );
      assert.equal(await intake.readCheckpoint('order'), 'again 0');
      await failsOnce.accept([], { name: 'order', value: 'after' });
      assert.equal(await intake.readCheckpoint('order'), 'after', 'later batches go on');
    });

    it('keep the reader’s own findings until the entry is read again without them', async () => {
      const serial = newSerial();
      const fact = certificateFact(host.certify(serial));
      const { provenance } = fact.fact;
      const finding = { kind: 'unreadable-date', verdict: 'accepted', message: 'x\0y', provenance } as const;
      const result = await intake.accept([fact], undefined, [finding]);
      assert.deepEqual(kinds(result), [], 'they are not repeated in the result');
      assert.deepEqual(await standing(serial), ['accepted unreadable-date']);
      await intake.accept([fact], undefined, [finding]);
      assert.deepEqual(await standing(serial), ['accepted unreadable-date']);
      await intake.accept([fact]);
      assert.deepEqual(await standing(serial), []);
    });

    it('leave an audit record for each that changed something, and the chain verifies', async () => {
      const rows = await test.database.query<{ details: Record<string, string> }>(
        "select details from audit_records where name = 'fact-applied' order by sequence desc limit 1",
      );
      assert.equal(rows[0]?.details.source, sampleSource);
      const { problems } = await store.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, intakeAuditKey));
      assert.deepEqual(problems, []);
    });
  });
});
