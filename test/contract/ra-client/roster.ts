// What every RA must do about users and groups.
import assert from 'node:assert/strict';
import type { NewUser, RosterOrder } from '#ca-core/engine';
import { callers } from '#test/running-authority';
import type { RaContext } from './ra-context.ts';

const user: NewUser = {
  userId: 'contract',
  fullName: 'By contract',
  email: null,
  phone: null,
  type: null,
  state: null,
};

export function describeRoster(context: RaContext): void {
  const { refuses } = context;
  const administer = (order: RosterOrder) => context.ra.administerRoster(order, callers.agent);

  describe('users and groups', () => {
    it('answers with the roster as it is afterwards, and shows the same to whoever reads it and to access', async () => {
      const { revision } = (await context.ra.readAccessDirectory(null)) ?? { revision: 0n };
      await administer({ action: 'add-user', user, password: null });
      await administer({ action: 'add-group', name: 'Contract', description: 'd' });
      const after = await administer({ action: 'add-member', group: 'contract', userId: 'CONTRACT' });
      const { users, groups } = await context.ra.readRoster();
      assert.deepEqual([users, groups], [after.users, after.groups]);
      assert.deepEqual(groups.at(-1), { name: 'Contract', description: 'd', memberUserIds: ['CONTRACT'] });
      const directory = await context.ra.readAccessDirectory(revision);
      assert.deepEqual(directory?.users.find(({ userId }) => userId === 'contract')?.groups, ['Contract']);
    });

    it('knows passwords that were set here, and says so of the others', async () => {
      assert.equal(await context.ra.checkPassword('contract', 'x'), 'unknown');
      await administer({ action: 'change-user', userId: 'contract', changes: {}, password: 'long enough' });
      assert.equal(await context.ra.checkPassword('CONTRACT', 'long enough'), 'right');
      assert.equal(await context.ra.checkPassword('contract', 'long enough '), 'wrong');
      assert.equal(await context.ra.checkPassword('nobody', 'long enough'), 'unknown');
    });

    it('refuses what is there already, what is not there, and what no directory would take', async () => {
      await refuses(administer({ action: 'add-user', user, password: null }), 'roster-conflict', /already/);
      await refuses(administer({ action: 'remove-user', userId: 'nobody' }), 'unknown-roster-entry', /nobody/);
      await refuses(administer({ action: 'add-group', name: 'a=b', description: null }), 'malformed-name', /name/);
    });

    it('forgets a user with his password and memberships', async () => {
      const { groups } = await administer({ action: 'remove-user', userId: 'Contract' });
      assert.deepEqual(groups.at(-1)?.memberUserIds, []);
      assert.equal(await context.ra.checkPassword('contract', 'long enough'), 'unknown');
      await administer({ action: 'remove-group', name: 'Contract' });
    });
  });
}
