// What every RA must do about hosts of the security domain.
import assert from 'node:assert/strict';
import type { DomainOrder } from '#ca-core/engine';
import { callers } from '#test/running-authority';
import type { RaContext } from './ra-context.ts';

const ports = { port: null, securePort: '443', secureEndEntityPort: '443', secureAgentPort: '443' };
const host = {
  hostName: 'contract.example.test',
  ...ports,
  secureAdminPort: '443',
  clone: 'FALSE',
  subsystemName: 'x',
  domainManager: null,
};

export function describeSecurityDomain(context: RaContext): void {
  const administer = (order: DomainOrder) => context.ra.administerSecurityDomain(order, callers.agent);
  const names = async () => (await context.ra.readSecurityDomain()).hosts.map(({ name }) => name);

  describe('the security domain', () => {
    it('shows a host that was added, and the same one replaced under its name by another spelling', async () => {
      const after = await administer({ action: 'add-host', subsystem: 'ocsp', host });
      assert.deepEqual(after, await context.ra.readSecurityDomain());
      assert.deepEqual(await names(), ['OCSP contract.example.test:443']);
      const spelled = { ...host, hostName: 'CONTRACT.example.test', clone: 'TRUE' };
      const { hosts } = await administer({ action: 'add-host', subsystem: 'OCSP', host: spelled });
      assert.deepEqual(
        hosts.map(({ name, hostName, clone }) => [name, hostName, clone]),
        [['OCSP contract.example.test:443', 'CONTRACT.example.test', 'TRUE']],
      );
    });

    it('refuses a subsystem that there is no list of, and names that no directory would take', async () => {
      await context.refuses(administer({ action: 'add-host', subsystem: 'XYZ', host }), 'unknown-roster-entry', /XYZ/);
      const odd = { ...host, hostName: 'a,cn=b' };
      await context.refuses(
        administer({ action: 'add-host', subsystem: 'CA', host: odd }),
        'malformed-roster-value',
        /host/,
      );
    });

    it('forgets a host with the user of its server, and has nothing against forgetting nobody', async () => {
      const user = {
        userId: 'OCSP-contract.example.test-443',
        fullName: 'x',
        email: null,
        phone: null,
        type: null,
        state: null,
      };
      await context.ra.administerRoster({ action: 'add-user', user, password: null }, callers.agent);
      const order = {
        action: 'remove-host',
        subsystem: 'ocsp',
        hostName: 'contract.example.test',
        securePort: '443',
      } as const;
      await administer(order);
      await administer(order);
      assert.deepEqual(await names(), []);
      const { users } = await context.ra.readRoster();
      assert.ok(!users.some(({ userId }) => userId === user.userId));
    });

    it('removes no user of whose server the domain has nothing', async () => {
      const user = { userId: 'svc-backup-agent', fullName: 'x', email: null, phone: null, type: null, state: null };
      await context.ra.administerRoster({ action: 'add-user', user, password: null }, callers.agent);
      const before = await context.ra.readRoster();
      for (const subsystem of ['svc', 'svc-backup'])
        await administer({ action: 'remove-host', subsystem, hostName: 'backup', securePort: 'agent' });
      await administer({ action: 'remove-host', subsystem: 'CA', hostName: 'backup', securePort: 'agent' });
      const { users, groups } = await context.ra.readRoster();
      assert.deepEqual({ users, groups }, { users: before.users, groups: before.groups });
      await context.ra.administerRoster({ action: 'remove-user', userId: user.userId }, callers.agent);
    });
  });
}
