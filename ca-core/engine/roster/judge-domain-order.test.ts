// Facts about what orders make of the security domain and of the users of its servers.
import assert from 'node:assert/strict';
import type { DomainHost, DomainOrder, Roster, SecurityDomain } from '../model/index.ts';
import { applyDomainChange, judgeDomainOrder } from './judge-domain-order.ts';

const ports = {
  port: null,
  securePort: '443',
  secureEndEntityPort: null,
  secureAgentPort: null,
  secureAdminPort: null,
};
const given = { ...ports, hostName: 'one.test', clone: 'FALSE', subsystemName: 'x', domainManager: null };
const host: DomainHost = { ...given, name: 'KRA one.test:443', domain: 'IPA', subsystem: 'KRA' };
const domain: SecurityDomain = { name: 'IPA', hosts: [host] };
const user = (userId: string) => ({
  userId,
  fullName: 'Name',
  email: null,
  phone: null,
  type: null,
  state: null,
  certificatesDer: [],
  certificateClaims: [],
});
const roster: Roster = {
  revision: 1n,
  users: [user('KRA-one.test-443'), user('svc-backup-agent')],
  groups: [{ name: 'Subsystem Group', description: null, memberUserIds: ['KRA-one.test-443', 'svc-backup-agent'] }],
};
const judge = (order: DomainOrder) => judgeDomainOrder(order, domain, roster);
const remove = (subsystem: string, hostName: string, securePort: string) =>
  judge({ action: 'remove-host', subsystem, hostName, securePort });

describe('judgeDomainOrder', () => {
  it('removes a host with its user, in whatever letters', () => {
    const { hosts, users, groups } = remove('kra', 'ONE.test', '443');
    assert.deepEqual([...hosts], [['KRA one.test:443', null]]);
    assert.deepEqual([...users], [['KRA-one.test-443', null]]);
    assert.deepEqual(groups.get('Subsystem Group')?.memberUserIds, ['svc-backup-agent']);
  });

  it('removes nobody of whose server the domain has nothing', () => {
    for (const [subsystem, hostName, securePort] of [
      ['svc', 'backup', 'agent'],
      ['svc-backup', '', 'agent'],
      ['KRA', 'one.test', '444'],
      ['KRA one.test', '', '443'],
    ] as const) {
      const { hosts, users, groups } = remove(subsystem, hostName, securePort);
      assert.deepEqual([hosts.size, users.size, groups.size], [0, 0, 0], `${subsystem} ${hostName}`);
    }
  });

  it('keeps the name of a host whose letters change', () => {
    const change = judge({ action: 'add-host', subsystem: 'KRA', host: { ...given, hostName: 'ONE.test' } });
    assert.deepEqual([...change.hosts.keys()], ['KRA one.test:443']);
    assert.deepEqual(applyDomainChange(domain, change).hosts, [{ ...host, hostName: 'ONE.test' }]);
  });
});
