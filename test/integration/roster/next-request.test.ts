// Facts about when a change counts: with the very next request, at the node where it was made and at every other one of the same record.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { type Caller, CertificationAuthority, type RosterOrder } from '#ca-core/engine';
import { storeMigrations } from '#ca-core/store';
import { silentLog, systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { withTestDatabase } from '#test/test-database';
import { AgentDirectory } from '../../../gateway/access/agent-directory.ts';
import { type NativeSide, openNativeSide } from '../rollback/native-side.ts';

const caller: Caller = {
  userId: 'caadmin',
  groups: ['Administrators'],
  certificateDer: null,
  remoteAddress: '192.0.2.7',
  remoteHost: '192.0.2.7',
  viaSession: true,
};
const certificateDer = createSampleAuthority().issue({
  serialNumber: 7n,
  subject: 'CN=New Agent,O=SAMPLE',
  notBefore: new Date(systemClock.now().getTime() - 60_000),
  notAfter: new Date(systemClock.now().getTime() + 3_600_000),
});
const claim = '2;7;CN=Sample Authority,O=SAMPLE;CN=New Agent,O=SAMPLE';

describe('a change of users and groups', () => {
  const test = withTestDatabase([storeMigrations]);
  let native: NativeSide;
  let nodes: AgentDirectory[] = [];

  before(async () => {
    native = await openNativeSide(test.database);
    const { store } = native;
    const ra = {
      readAccessDirectory: (seen: bigint | null) => store.access.read(seen),
      findCertificate: async () => null,
    };
    nodes = [0, 1].map(() => new AgentDirectory({ ra, clock: systemClock, log: silentLog }));
    await order({ action: 'add-group', name: 'Agents', description: null });
  });
  after(() => native?.close());

  const order = (wish: RosterOrder) =>
    CertificationAuthority.prototype.administerRoster.call(
      { services: { store: native.store } } as unknown as CertificationAuthority,
      wish,
      caller,
    );
  const presented = () => {
    const certificate = new X509Certificate(certificateDer);
    return {
      der: certificateDer,
      pem: certificate.toString(),
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      notBefore: certificate.validFromDate,
      notAfter: certificate.validToDate,
    };
  };
  /** Whom each node takes the holder of the certificate for, and his groups. */
  const seen = () =>
    Promise.all(
      nodes.map(async (node) => {
        const user = await node.findUserByCertificate(presented());
        return user === null ? null : [user.userId, ...user.groups];
      }),
    );
  const everywhere = (expected: readonly string[] | null) => [expected, expected];

  it('counts for the next request of every node, each time', async () => {
    assert.deepEqual(await seen(), everywhere(null));
    const user = { userId: 'agent', fullName: 'Agent', email: null, phone: null, type: null, state: null };
    await order({ action: 'add-user', user, password: null });
    assert.deepEqual(await seen(), everywhere(null));
    for (let round = 0; round < 5; round += 1) {
      await order({ action: 'add-user-certificate', userId: 'agent', certificateDer });
      assert.deepEqual(await seen(), everywhere(['agent']));
      await order({ action: 'add-member', group: 'Agents', userId: 'AGENT' });
      assert.deepEqual(await seen(), everywhere(['agent', 'Agents']));
      await order({ action: 'remove-member', group: 'agents', userId: 'agent' });
      assert.deepEqual(await seen(), everywhere(['agent']));
      await order({ action: 'remove-user-certificate', userId: 'agent', claim });
      assert.deepEqual(await seen(), everywhere(null));
    }
  });

  it('ends an identity with its user', async () => {
    await order({ action: 'add-user-certificate', userId: 'agent', certificateDer });
    assert.deepEqual(await seen(), everywhere(['agent']));
    await order({ action: 'remove-user', userId: 'agent' });
    assert.deepEqual(await seen(), everywhere(null));
  });
});
