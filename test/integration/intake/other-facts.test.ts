// Authorities, requests, profiles, users, groups, rules and CRLs at the door, and what happens when the source no longer holds them.
import { strict as assert } from 'node:assert';
import { authorityId, profileId, type RequestRecord, requestId, serialNumber } from '#ca-core/engine';
import type { ImportedFact, ImportedRoll, Intake, IntakeResult } from '#ca-core/intake';
import { type PostgresStore, storeMigrations } from '#ca-core/store';
import { decodeCertificate } from '#codecs/x509';
import { authorityFact, certificateFact, hostAuthorityId, openIntake, sampleSource } from '#test/sample-facts';
import { SampleIssuer } from '#test/sample-issuer';
import { sampleRequest } from '#test/sample-records';
import { withTestDatabase } from '#test/test-database';

const counts = ({ inserted, updated, unchanged, refused }: IntakeResult) => [inserted, updated, unchanged, refused];
const kinds = ({ findings }: IntakeResult) => findings.map(({ kind, verdict }) => `${verdict} ${kind}`);
const provenance = (entry: string) => ({ source: sampleSource, entry });

describe('intake of other facts', () => {
  const test = withTestDatabase([storeMigrations]);
  const host = new SampleIssuer('CN=Certificate Authority,O=SAMPLE');
  const hostDer = host.certifyItself(1n);
  let store: PostgresStore;
  let intake: Intake;
  const take = (...facts: ImportedFact[]) => intake.accept(facts);

  before(async () => {
    ({ store, intake } = await openIntake(test.database, ({ configurationText }) =>
      configurationText.includes('broken') ? 'unknown class brokenImpl' : null,
    ));
  });
  after(() => store?.close());

  describe('authorities', () => {
    it('wait for their certificate and are completed by it', async () => {
      const fact = authorityFact(null, { certificateSerial: serialNumber(1n) });
      const result = await take(fact);
      assert.deepEqual([counts(result), kinds(result)], [[1, 0, 0, 0], ['accepted authority-without-certificate']]);
      assert.equal(await store.authorities.findHost(), null, 'nothing is shown of it before');
      assert.deepEqual(kinds(await take(certificateFact(hostDer), certificateFact(host.certify(2n)))), []);
      const authority = await store.authorities.findHost();
      assert.deepEqual([authority?.id, authority?.subject, authority?.serialNumber], [hostAuthorityId, host.name, 1n]);
      assert.deepEqual(authority?.chainDer, [hostDer]);
      assert.equal((await store.certificates.find(serialNumber(2n)))?.authorityId, hostAuthorityId);
      assert.deepEqual(counts(await take(fact)), [0, 0, 1, 0], 'told again without it, it stays');
      assert.deepEqual(counts(await take(authorityFact(hostDer))), [0, 0, 1, 0]);
    });

    it('are found by their serial number when the certificate came first, and know the path above them', async () => {
      const sub = new SampleIssuer('CN=Sub,O=SAMPLE');
      const subDer = host.certifyIssuer(3n, sub);
      await take(certificateFact(subDer));
      const id = authorityId('sub');
      const told = authorityFact(null, { id, certificateSerial: serialNumber(3n), parentId: hostAuthorityId });
      assert.deepEqual(kinds(await take(told)), []);
      const authority = await store.authorities.find(id);
      assert.deepEqual(authority?.chainDer, [subDer, hostDer]);
      assert.deepEqual(counts(await take(certificateFact(sub.certify(4n)))), [1, 0, 0, 0]);
      assert.deepEqual(counts(await take({ ...told, fact: { ...told.fact, enabled: false } })), [0, 1, 0, 0]);
      assert.equal((await store.authorities.find(id))?.enabled, false);
    });

    it('refuses what cannot be one, or another one in its place', async () => {
      const other = new SampleIssuer('CN=Other,O=SAMPLE');
      const forged = host.certifyItself(9n);
      forged.writeUInt8(forged.readUInt8(forged.length - 1) ^ 1, forged.length - 1);
      for (const [fact, finding] of [
        [authorityFact(host.certify(5n), { id: authorityId('leaf') }), 'refused not-a-ca-certificate'],
        [authorityFact(Buffer.from('no'), { id: authorityId('no'), certificateSerial: null }), 'refused broken-der'],
        [authorityFact(forged, { id: authorityId('forged') }), 'refused bad-signature'],
        [authorityFact(other.certifyItself(6n)), 'refused authority-name-differs'],
        [
          authorityFact(other.certifyItself(6n), { id: authorityId('second'), isHostAuthority: true }),
          'refused second-host-authority',
        ],
        [authorityFact(other.certifyItself(6n), { id: authorityId('') }), 'refused authority-without-id'],
      ] as const) {
        const result = await take(fact);
        assert.deepEqual([counts(result), kinds(result)], [[0, 0, 0, 1], [finding]]);
      }
      assert.deepEqual((await store.authorities.findHost())?.certificateDer, hostDer);
    });

    it('takes one that was certified elsewhere at its word, and a renewed one', async () => {
      const root = new SampleIssuer('CN=Root,O=ELSEWHERE');
      const below = new SampleIssuer('CN=Below,O=SAMPLE');
      const id = authorityId('below');
      const first = await take(authorityFact(root.certifyIssuer(50n, below), { id }));
      assert.deepEqual([counts(first), kinds(first)], [[1, 0, 0, 0], ['accepted issuer-is-elsewhere']]);
      const renewed = root.certifyIssuer(51n, below);
      assert.deepEqual(counts(await take(authorityFact(renewed, { id }))), [0, 1, 0, 0]);
      assert.deepEqual((await store.authorities.find(id))?.certificateDer, renewed);
      assert.deepEqual(kinds(await take(certificateFact(below.certify(5_000n)))), []);
    });

    it('become former ones when the source no longer holds them, and their certificates stay', async () => {
      const listed = (await store.authorities.list()).map(({ id }) => id).filter((id) => id !== 'sub');
      const result = await take(roll('authority', listed));
      assert.deepEqual([counts(result), kinds(result)], [[0, 1, 0, 0], ['accepted gone-from-source']]);
      assert.equal(await store.authorities.find(authorityId('sub')), null);
      assert.ok(await store.certificates.find(serialNumber(4n)));
      assert.deepEqual(counts(await take(roll('authority', listed))), [0, 0, 0, 0]);
    });
  });

  describe('requests', () => {
    const fact = (request: RequestRecord): ImportedFact => ({
      kind: 'request',
      fact: { provenance: provenance(`cn=${request.id},ou=ca,ou=requests,o=ipaca`), request },
    });
    const { tbsDer } = decodeCertificate(host.certify(77n));
    const pending = sampleRequest(10n, { origin: 'imported', draftDer: tbsDer });
    const complete: RequestRecord = {
      ...pending,
      state: 'complete',
      modifiedAt: new Date('2026-03-02T00:00:00Z'),
      certificateSerials: [serialNumber(2n)],
    };

    it('enter as they are and follow the source', async () => {
      assert.deepEqual(counts(await take(fact(pending))), [1, 0, 0, 0]);
      assert.deepEqual(await store.requests.find(pending.id), pending);
      assert.deepEqual(counts(await take(fact(pending), fact(complete), fact(complete))), [0, 1, 2, 0]);
      assert.deepEqual(await store.requests.find(pending.id), complete);
      assert.deepEqual(counts(await take(fact(pending))), [0, 0, 1, 0], 'an older word changes nothing');
      const inTheSameSecond = { ...pending, modifiedAt: complete.modifiedAt };
      assert.deepEqual(counts(await take(fact(inTheSameSecond))), [0, 0, 1, 0], 'a decided one never opens again');
      assert.deepEqual(await store.requests.find(pending.id), complete);
    });

    it('are refused in a state that nobody knows, and noted when odd', async () => {
      for (const [request, outcome, finding] of [
        [{ ...pending, id: requestId(20n), state: 'done' as never }, [0, 0, 0, 1], 'refused unknown-request-state'],
        [{ ...pending, id: requestId(21n), kind: 'archival' as never }, [0, 0, 0, 1], 'refused unknown-request-state'],
        [
          { ...pending, id: requestId(22n), modifiedAt: new Date('2020-01-01') },
          [1, 0, 0, 0],
          'accepted modified-before-created',
        ],
        [
          { ...complete, id: requestId(23n), certificateSerials: [] },
          [1, 0, 0, 0],
          'accepted complete-without-certificate',
        ],
        [{ ...pending, id: requestId(24n), draftDer: Buffer.from('x') }, [1, 0, 0, 0], 'accepted draft-unreadable'],
      ] as const) {
        const result = await take(fact(request));
        assert.deepEqual([counts(result), kinds(result)], [outcome, [finding]]);
      }
      assert.equal((await store.requests.find(requestId(24n)))?.draftDer, null);
    });

    it('keep what this side has decided about them', async () => {
      const id = requestId(30n);
      await take(fact({ ...pending, id }));
      const rejected = { ...pending, id, state: 'rejected' as const, modifiedAt: new Date('2026-04-01T00:00:00Z') };
      await store.requests.record(rejected, [], 'pending');
      const result = await take(fact({ ...complete, id, modifiedAt: new Date('2026-05-01T00:00:00Z') }));
      assert.deepEqual([counts(result), kinds(result)], [[0, 0, 0, 1], ['refused native-decision-stands']]);
      assert.equal((await store.requests.find(id))?.state, 'rejected');
      assert.deepEqual(counts(await take(fact(rejected))), [0, 0, 1, 0]);
    });

    it('are refused under the number of one that was made here', async () => {
      const id = requestId(31n);
      await store.requests.record({ ...pending, id, origin: 'native', createdAt: new Date('2026-06-01') }, []);
      const result = await take(fact({ ...pending, id }));
      assert.deepEqual([counts(result), kinds(result)], [[0, 0, 0, 1], ['refused request-id-taken']]);
    });
  });

  describe('profiles, users, groups and rules', () => {
    const profile = (id: string, configurationText: string): ImportedFact => ({
      kind: 'profile',
      fact: { provenance: provenance(`cn=${id}`), id: profileId(id), classId: 'caEnrollImpl', configurationText },
    });
    const user = (userId: string, certificatesDer: Uint8Array[] = []): ImportedFact => ({
      kind: 'user',
      fact: {
        provenance: provenance(`uid=${userId}`),
        user: {
          userId,
          fullName: `The ${userId}`,
          email: null,
          phone: null,
          type: 'agentType',
          state: '1',
          certificatesDer,
          certificateClaims: ['2;1;a;b'],
        },
      },
    });
    const group = (name: string, ...memberUserIds: string[]): ImportedFact => ({
      kind: 'group',
      fact: { provenance: provenance(`cn=${name}`), group: { name, description: null, memberUserIds } },
    });
    const rule = (resource: string, value: string): ImportedFact => ({
      kind: 'access-rule',
      fact: {
        provenance: provenance('cn=aclResources'),
        rule: {
          resource,
          operations: ['read', 'modify'],
          clauses: [{ effect: 'allow', operations: ['read'], anyOf: [[{ subject: 'group', negated: false, value }]] }],
          comment: 'who may\nread',
        },
      },
    });

    it('enter, are told apart from before, and say when they changed', async () => {
      const facts = [
        profile('caServerCert', 'desc=one\n'),
        user('agent', [hostDer]),
        user('admin'),
        group('Certificate Manager Agents', 'agent', 'agent', 'unknown-member'),
        group('Administrators', 'admin'),
        rule('certServer.ca.certs', 'Certificate Manager Agents'),
      ];
      assert.deepEqual(counts(await take(...facts)), [6, 0, 0, 0]);
      const before = await store.access.read(null);
      assert.ok(before);
      assert.deepEqual(counts(await take(...facts)), [0, 0, 6, 0]);
      assert.equal(await store.access.read(before.revision), null, 'nothing changed');
      const agent = before.users.find(({ userId }) => userId === 'agent');
      assert.deepEqual(agent?.groups, ['Certificate Manager Agents']);
      assert.deepEqual(
        agent?.certificatesDer.map((der) => Buffer.from(der).equals(hostDer)),
        [true],
      );
      assert.deepEqual(
        before.rules.map(({ resource, comment }) => [resource, comment]),
        [['certServer.ca.certs', 'who may\nread']],
      );
      const profileRevision = await store.profiles.revision();
      assert.deepEqual(
        counts(await take(profile('caServerCert', 'desc=two\n'), rule('certServer.ca.certs', 'Nobody'))),
        [0, 2, 0, 0],
      );
      assert.ok((await store.profiles.revision()) > profileRevision);
      assert.ok(await store.access.read(before.revision));
    });

    it('are kept with a finding when they cannot be used, and refused when they cannot be kept', async () => {
      for (const [fact, outcome, finding] of [
        [profile('caBroken', 'broken'), [1, 0, 0, 0], 'accepted profile-does-not-compile'],
        [profile('caNul', 'a\0b'), [0, 0, 0, 1], 'refused text-unreadable'],
        [profile('', 'x'), [0, 0, 0, 1], 'refused name-impossible'],
        [user('half', [Buffer.from('x'), hostDer]), [1, 0, 0, 0], 'accepted user-certificate-unreadable'],
        [user('n\0'), [0, 0, 0, 1], 'refused name-impossible'],
        [group('g'.repeat(2_000)), [0, 0, 0, 1], 'refused name-impossible'],
        [rule('', 'x'), [0, 0, 0, 1], 'refused name-impossible'],
      ] as const) {
        const result = await take(fact);
        assert.deepEqual([counts(result), kinds(result)], [outcome, [finding]]);
      }
      const half = (await store.access.read(null))?.users.find(({ userId }) => userId === 'half');
      assert.equal(half?.certificatesDer.length, 1);
    });

    it('keep what was changed here', async () => {
      const native = { id: profileId('caNative'), classId: 'caEnrollImpl', configurationText: 'desc=ours\n' };
      await store.profiles.record(native, []);
      const result = await take(profile('caNative', 'desc=theirs\n'));
      assert.deepEqual([counts(result), kinds(result)], [[0, 0, 0, 1], ['refused native-object-stands']]);
      assert.equal((await store.profiles.find(profileId('caNative')))?.configurationText, 'desc=ours\n');
      assert.deepEqual(counts(await take(profile('caNative', 'desc=ours\n'))), [0, 0, 1, 0]);
    });

    it('go when the source no longer holds them, but not those of this side', async () => {
      const users = await take(roll('user', ['admin']));
      assert.deepEqual(
        [counts(users), kinds(users)],
        [
          [0, 2, 0, 0],
          ['accepted gone-from-source', 'accepted gone-from-source'],
        ],
      );
      await take(roll('group', ['Administrators']), roll('access-rule', []), roll('profile', ['caServerCert']));
      const directory = await store.access.read(null);
      assert.deepEqual(
        directory?.users.map(({ userId, groups }) => [userId, groups]),
        [['admin', ['Administrators']]],
      );
      assert.deepEqual(directory?.rules, []);
      assert.deepEqual((await store.profiles.list()).map(({ id }) => id).sort(), ['caNative', 'caServerCert']);
      const again = await take(roll('user', ['admin']), user('admin'));
      assert.deepEqual(counts(again), [0, 0, 1, 0]);
    });
  });

  describe('CRLs', () => {
    const crl = (
      crlNumber: bigint,
      crlDer: Uint8Array | null = host.crl({ crlNumber }),
      crlKind: 'full' | 'delta' = 'full',
    ): ImportedFact => ({
      kind: 'crl',
      fact: { provenance: provenance('cn=MasterCRL'), issuingPoint: 'MasterCRL', crlKind, crlDer, crlNumber },
    });

    it('enter with their number, which then only grows', async () => {
      const der = host.crl({ crlNumber: 7n, serials: [10n, 11n, 12n] });
      assert.deepEqual(counts(await take(crl(7n, null))), [1, 0, 0, 0]);
      assert.equal(await store.crls.highestNumber('MasterCRL'), 7n);
      assert.equal(await store.crls.findNewest('MasterCRL', 'full'), null);
      assert.deepEqual(counts(await take(crl(7n, der))), [0, 1, 0, 0], 'the content is added');
      assert.deepEqual(counts(await take(crl(7n, der), crl(7n, null))), [0, 0, 2, 0]);
      const newest = await store.crls.findNewest('MasterCRL', 'full');
      assert.deepEqual([newest?.entryCount, newest?.origin, newest?.crlDer], [3, 'imported', der]);
      const delta = host.crl({ crlNumber: 8n, baseCrlNumber: 7n });
      assert.deepEqual(counts(await take(crl(8n, delta, 'delta'))), [1, 0, 0, 0]);
    });

    it('are refused when they are false, and noted when odd', async () => {
      const stranger = new SampleIssuer('CN=Stranger,O=SAMPLE');
      const impostor = new SampleIssuer(host.name);
      for (const [fact, outcome, finding] of [
        [crl(6n), [0, 0, 0, 1], 'refused crl-number-behind'],
        [crl(7n), [0, 0, 0, 1], 'refused crl-number-taken'],
        [crl(9n, host.crl({ crlNumber: 10n })), [0, 0, 0, 1], 'refused crl-number-differs'],
        [crl(9n, host.crl({ crlNumber: 9n }), 'delta'), [0, 0, 0, 1], 'refused crl-kind-differs'],
        [crl(9n, stranger.crl({ crlNumber: 9n })), [0, 0, 0, 1], 'refused unknown-issuer'],
        [crl(9n, impostor.crl({ crlNumber: 9n })), [0, 0, 0, 1], 'refused bad-signature'],
        [crl(9n, Buffer.from('x')), [0, 0, 0, 1], 'refused broken-der'],
        [crl(-1n, null), [0, 0, 0, 1], 'refused crl-number-impossible'],
        [crl(10n, host.crl({ crlNumber: null })), [1, 0, 0, 0], 'accepted crl-without-number'],
        [
          crl(11n, host.crl({ crlNumber: 11n, thisUpdate: new Date('2027-01-01') })),
          [1, 0, 0, 0],
          'accepted crl-in-the-future',
        ],
        [
          crl(12n, host.crl({ crlNumber: 12n, nextUpdate: new Date('2026-06-02') })),
          [1, 0, 0, 0],
          'accepted crl-overdue',
        ],
      ] as const) {
        const result = await take(fact);
        assert.deepEqual([counts(result), kinds(result)], [outcome, [finding]]);
      }
      assert.equal(await store.crls.highestNumber('MasterCRL'), 12n);
    });

    it('are made here only with the pen', async () => {
      const record = {
        issuingPoint: 'MasterCRL',
        kind: 'full' as const,
        crlDer: host.crl({ crlNumber: 13n }),
        crlNumber: 13n,
        thisUpdate: new Date('2026-06-01T00:00:00Z'),
        nextUpdate: null,
        entryCount: 0,
        origin: 'native' as const,
      };
      await assert.rejects(store.crls.record(record, []), /not made here/);
      const move = { authorityId: hostAuthorityId, scope: 'crl', holder: 'native' } as const;
      await store.pens.move([{ ...move, movedBy: 'admin', remoteAddress: null, reason: 'a test' }]);
      await store.crls.record(record, []);
      assert.deepEqual(kinds(await take(crl(12n, null), crl(11n, host.crl({ crlNumber: 11n })))), [
        'refused crl-number-taken',
      ]);
      assert.deepEqual(await store.crls.findNewest('MasterCRL', 'full'), record);
    });
  });

  function roll(of: ImportedRoll['of'], names: readonly string[]): ImportedFact {
    return { kind: 'roll', fact: { provenance: provenance(`all of kind ${of}`), of, names } };
  }
});

describe('intake of the state of the ACME responder', () => {
  const test = withTestDatabase([storeMigrations]);

  it('takes what the other side did, whatever was said here before', async () => {
    const { store, intake } = await openIntake(test.database);
    const take = async (enabled: boolean) => {
      const provenance = { source: 'ldap://dogtag', entry: 'acme' };
      const { inserted, updated, unchanged } = await intake.accept([{ kind: 'acme', fact: { provenance, enabled } }]);
      return [inserted, updated, unchanged];
    };
    try {
      assert.equal(await store.acme.isEnabled(), null);
      assert.deepEqual(await take(false), [1, 0, 0]);
      assert.deepEqual(await take(false), [0, 0, 1]);
      await store.acme.switch(true, []);
      assert.deepEqual(await take(false), [0, 1, 0]);
      assert.equal(await store.acme.isEnabled(), false);
    } finally {
      await store.close();
    }
  });
});
