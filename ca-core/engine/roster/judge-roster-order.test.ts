// Facts about what orders make of users and groups.
import assert from 'node:assert/strict';
import { createSampleAuthority } from '#test/sample-authority';
import type { CaErrorCode } from '../errors.ts';
import type { GroupRecord, NewUser, Roster, RosterOrder, UserRecord } from '../model/index.ts';
import { applyRosterChange, judgeRosterOrder } from './judge-roster-order.ts';

const authority = createSampleAuthority('CN=Certificate Authority,O=EXAMPLE.TEST');
const certificate = authority.issue({ serialNumber: 7n, subject: 'CN=IPA RA,O=EXAMPLE.TEST' });
const other = authority.issue({ serialNumber: 8n, subject: 'CN=IPA RA,O=EXAMPLE.TEST' });
const claim = '2;7;CN=Certificate Authority,O=EXAMPLE.TEST;CN=IPA RA,O=EXAMPLE.TEST';

const fresh = (userId: string): NewUser => ({
  userId,
  fullName: 'Name',
  email: null,
  phone: null,
  type: null,
  state: null,
});
const user = (userId: string, more: Partial<UserRecord> = {}): UserRecord => ({
  ...fresh(userId),
  certificatesDer: [],
  certificateClaims: [],
  ...more,
});
const group = (name: string, ...memberUserIds: string[]): GroupRecord => ({ name, description: null, memberUserIds });
const roster: Roster = {
  revision: 1n,
  users: [user('caadmin'), user('ipara', { certificatesDer: [certificate], certificateClaims: [claim] })],
  groups: [group('Administrators', 'caadmin'), group('Certificate Manager Agents', 'ipara', 'caadmin')],
};

const outcomeOf = (order: RosterOrder, before = roster) => applyRosterChange(before, judgeRosterOrder(order, before));
const refuses = (order: RosterOrder, code: CaErrorCode, before = roster) =>
  assert.throws(() => judgeRosterOrder(order, before), { code });
const idsOf = ({ users }: Roster) => users.map(({ userId }) => userId);
const membersOf = ({ groups }: Roster, name: string) => groups.find((one) => one.name === name)?.memberUserIds;

describe('judgeRosterOrder', () => {
  it('adds users at the end, with empty values as none', () => {
    const added = outcomeOf({
      action: 'add-user',
      user: { ...fresh('new'), email: '', phone: '', state: '' },
      password: null,
    });
    assert.deepEqual(idsOf(added), ['caadmin', 'ipara', 'new']);
    assert.deepEqual(added.users[2], user('new'));
  });

  it('takes names for the same that differ in case and spaces only', () => {
    refuses({ action: 'add-user', user: fresh(' IPARA '), password: null }, 'roster-conflict');
    refuses({ action: 'add-group', name: 'certificate   manager agents', description: null }, 'roster-conflict');
    refuses({ action: 'add-member', group: 'ADMINISTRATORS', userId: 'CAADMIN' }, 'roster-conflict');
    const changed = outcomeOf({ action: 'change-user', userId: 'IPARA', changes: { state: '1' }, password: null });
    assert.equal(changed.users[1]?.userId, 'ipara');
  });

  it('refuses names and values that no directory takes, and names that read as distinguished names', () => {
    for (const name of ['', ' ', 'cn=x', 'a\0b', '\ud800', 'x'.repeat(257)]) {
      refuses({ action: 'add-user', user: fresh(name), password: null }, 'malformed-name');
      refuses({ action: 'add-group', name, description: null }, 'malformed-name');
    }
    for (const values of [{ email: 'é@x' }, { phone: 'call me!' }, { fullName: '' }, { fullName: '\0' }]) {
      refuses({ action: 'add-user', user: { ...fresh('x'), ...values }, password: null }, 'malformed-roster-value');
      const changes = values as Record<string, string>;
      refuses({ action: 'change-user', userId: 'ipara', changes, password: null }, 'malformed-roster-value');
    }
    refuses({ action: 'add-member', group: 'Administrators', userId: ' ' }, 'malformed-roster-value');
  });

  it('changes what is named, and takes away what is named empty', () => {
    const given = outcomeOf({
      action: 'change-user',
      userId: 'ipara',
      changes: { email: 'a@b', phone: '1' },
      password: null,
    });
    assert.deepEqual([given.users[1]?.email, given.users[1]?.phone], ['a@b', '1']);
    const taken = outcomeOf({ action: 'change-user', userId: 'ipara', changes: { email: '' }, password: null }, given);
    assert.deepEqual([taken.users[1]?.email, taken.users[1]?.phone], [null, '1']);
  });

  it('takes a user who goes out of all groups', () => {
    const gone = outcomeOf({ action: 'remove-user', userId: 'Ipara' });
    assert.deepEqual(idsOf(gone), ['caadmin']);
    assert.deepEqual(membersOf(gone, 'Certificate Manager Agents'), ['caadmin']);
  });

  it('adds a certificate with its claim, once, and refuses one for nobody', () => {
    const added = outcomeOf({ action: 'add-user-certificate', userId: 'caadmin', certificateDer: other });
    assert.deepEqual(added.users[0]?.certificateClaims, [claim.replace(';7;', ';8;')]);
    refuses({ action: 'add-user-certificate', userId: 'ipara', certificateDer: certificate }, 'roster-conflict');
    refuses({ action: 'add-user-certificate', userId: 'x', certificateDer: other }, 'unknown-roster-entry');
  });

  it('removes a certificate by its claim, whatever its case, with or without the version', () => {
    for (const wanted of [claim, claim.toUpperCase(), claim.replace('2;', '-1;')]) {
      const removed = outcomeOf({ action: 'remove-user-certificate', userId: 'ipara', claim: wanted });
      assert.deepEqual([removed.users[1]?.certificatesDer, removed.users[1]?.certificateClaims], [[], []]);
    }
    refuses({ action: 'remove-user-certificate', userId: 'ipara', claim: '2;9;a;b' }, 'unknown-user-certificate');
    refuses({ action: 'remove-user-certificate', userId: 'caadmin', claim }, 'unknown-roster-value');
  });

  it('leaves no claim beside no certificate, which would go on naming the user', () => {
    const odd = { certificatesDer: [certificate], certificateClaims: [claim, '2;7;written;otherwise'] };
    const before = { ...roster, users: [user('ipara', odd)] };
    const removed = outcomeOf({ action: 'remove-user-certificate', userId: 'ipara', claim }, before);
    assert.deepEqual(removed.users[0]?.certificateClaims, []);
  });

  it('lets groups have members that do not exist, and none that is no member leave', () => {
    assert.deepEqual(
      membersOf(outcomeOf({ action: 'add-member', group: 'Administrators', userId: 'x' }), 'Administrators'),
      ['caadmin', 'x'],
    );
    refuses({ action: 'remove-member', group: 'Administrators', userId: 'x' }, 'unknown-roster-value');
    refuses({ action: 'remove-member', group: 'x', userId: 'x' }, 'unknown-roster-entry');
  });

  it('never leaves nobody to administer, however the group or the user is spelled', () => {
    refuses({ action: 'remove-member', group: ' administrators', userId: 'CAADMIN' }, 'last-administrator');
    refuses({ action: 'remove-user', userId: 'caadmin' }, 'last-administrator');
    for (const name of ['Administrators', 'ADMINISTRATORS', ' administrators', 'Administrators '])
      refuses({ action: 'remove-group', name }, 'last-administrator');
  });
});
