// Facts of administering users and groups: one commit for a deed and its account, several nodes on one database, what is imported besides, and the way back.
import assert from 'node:assert/strict';
import {
  type Caller,
  CertificationAuthority,
  createRehearsalFactory,
  type GroupRecord,
  type RosterOrder,
  type UserRecord,
} from '#ca-core/engine';
import type { ImportedFact } from '#ca-core/intake';
import { storeMigrations } from '#ca-core/store';
import { sampleLayout } from '#test/sample-directory';
import { withTestDatabase } from '#test/test-database';
import { handBack } from '../../../migration/rollback/hand-back.ts';
import { type NativeSide, openNativeSide } from '../rollback/native-side.ts';

const caller: Caller = {
  userId: 'caadmin',
  groups: ['Administrators'],
  certificateDer: null,
  remoteAddress: '192.0.2.7',
  remoteHost: '192.0.2.7',
  viaSession: true,
};
const provenance = { source: 'sample', entry: 'x' };
const password = 'a secret of eighteen';

describe('users and groups', () => {
  const test = withTestDatabase([storeMigrations]);
  let native: NativeSide;

  before(async () => {
    native = await openNativeSide(test.database);
    await handBack(native.services, { unfinished: 'leave' });
    await take(group('Administrators', 'caadmin'), user('caadmin'), user('ipara'), group('Agents', 'ipara'));
  });
  after(() => native?.close());

  const take = (...facts: ImportedFact[]) => native.intake.accept(facts);
  const user = (userId: string, more: Partial<UserRecord> = {}): ImportedFact => ({
    kind: 'user',
    fact: { provenance, user: { ...blank(userId), ...more } },
  });
  const blank = (userId: string): UserRecord => ({
    userId,
    fullName: userId,
    email: null,
    phone: null,
    type: null,
    state: null,
    certificatesDer: [],
    certificateClaims: [],
  });
  const group = (name: string, ...memberUserIds: string[]): ImportedFact => ({
    kind: 'group',
    fact: { provenance, group: { name, description: null, memberUserIds } satisfies GroupRecord },
  });
  const roll = (of: 'user' | 'group', ...names: string[]): ImportedFact => ({
    kind: 'roll',
    fact: { provenance, of, names },
  });
  /** Each call is a node of its own: nothing is kept between them. */
  const node = () => {
    const { store } = native;
    return CertificationAuthority.prototype.administerRoster.bind({
      services: { store },
    } as unknown as CertificationAuthority);
  };
  const order = (wish: RosterOrder) => node()(wish, caller);
  const add = (userId: string, secret: string | null = null) => {
    const { certificatesDer: _, certificateClaims: __, ...fresh } = blank(userId);
    return order({ action: 'add-user', user: fresh, password: secret });
  };
  const ids = async () => (await native.store.roster.read()).users.map(({ userId }) => userId);
  const back = async () => {
    const { roster, findings } = await handBack(native.services, { unfinished: 'leave' });
    assert.deepEqual(findings, []);
    const { added, changed, unchanged, notTaken } = roster;
    return [added, changed, unchanged, notTaken];
  };
  const entry = (userId: string) => native.directory.find(`uid=${userId},${sampleLayout.users}`);
  const auditRows = () =>
    test.database.query<{ name: string; outcome: string; details: string }>(
      'select name, outcome, details::text as details from audit_records order by sequence',
    );

  it('keep the order of the source, and what is made here behind it', async () => {
    await take(roll('user', 'ipara', 'caadmin'), roll('group', 'Agents', 'Administrators'));
    await add('zoe');
    await add('adam');
    assert.deepEqual(await ids(), ['ipara', 'caadmin', 'zoe', 'adam']);
  });

  it('count for access with the commit that changes them, and not before', async () => {
    const { revision } = (await native.store.access.read(null)) ?? { revision: 0n };
    assert.equal(await native.store.access.read(revision), null);
    await order({ action: 'add-member', group: 'agents', userId: 'ADAM' });
    const directory = await native.store.access.read(revision);
    assert.deepEqual(directory?.users.find(({ userId }) => userId === 'adam')?.groups, ['Agents']);
  });

  it('are changed by several nodes at once without losing anything', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => order({ action: 'add-member', group: 'Agents', userId: `m${index}` })),
    );
    const { groups } = await native.store.roster.read();
    const members = groups.find(({ name }) => name === 'Agents')?.memberUserIds ?? [];
    assert.equal(members.filter((id) => id.startsWith('m')).length, 12);
    const both = await Promise.allSettled([add('twice'), add('TWICE')]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });

  it('never let a password or its hash into the account, the roster or an answer', async () => {
    const answer = await add('keeper', password);
    const hash = await native.store.roster.findPasswordHash('KEEPER');
    assert.match(hash ?? '', /^\{PBKDF2_SHA256\}/);
    const told = JSON.stringify([answer, await native.store.roster.read(), await auditRows()], (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    assert.ok(!told.includes(password) && !told.includes('PBKDF2'));
    assert.match(JSON.stringify(await auditRows()), /keeper/);
  });

  it('account for refusals as well', async () => {
    await assert.rejects(order({ action: 'remove-group', name: ' administrators' }), { code: 'last-administrator' });
    const last = (await auditRows()).at(-1);
    assert.deepEqual([last?.name, last?.outcome], ['group-removed', 'failure']);
  });

  it('are rehearsed without a trace, also when what the other side did was followed before', async () => {
    const { store } = native;
    const authority = {
      services: { store },
      readRoster: () => store.roster.read(),
    } as unknown as CertificationAuthority;
    const rehearse = (changesRoster: boolean) =>
      createRehearsalFactory(authority)({ requestIds: [], certificates: [], changesRoster }).ra;
    const before = await store.roster.read();
    const once = { action: 'add-group', name: 'Rehearsed', description: null } as const;
    const seen = rehearse(true);
    await seen.administerRoster(once, caller);
    assert.ok((await seen.readRoster()).groups.some(({ name }) => name === 'Rehearsed'));
    assert.deepEqual(await store.roster.read(), before);
    const known = { ...once, name: 'Agents' };
    assert.deepEqual(await rehearse(true).administerRoster(known, caller), before);
    await assert.rejects(rehearse(false).administerRoster(known, caller), { code: 'roster-conflict' });
    const gone = { action: 'remove-user', userId: 'nobody at all' } as const;
    assert.deepEqual(await rehearse(true).administerRoster(gone, caller), before);
    await assert.rejects(rehearse(false).administerRoster(gone, caller), { code: 'unknown-roster-entry' });
  });

  it('changed or removed here are not brought back by the source before that was handed back', async () => {
    await order({ action: 'change-user', userId: 'ipara', changes: { email: 'ours@example.test' }, password: null });
    await take(user('ipara', { email: 'theirs@example.test' }));
    await order({ action: 'remove-user', userId: 'zoe' });
    await take(user('zoe'));
    const { users } = await native.store.roster.read();
    assert.equal(users.find(({ userId }) => userId === 'ipara')?.email, 'ours@example.test');
    assert.ok(!(await ids()).includes('zoe'));
  });

  it('go back to the directory with their certificates, members and the hash of a password set here', async () => {
    await order({ action: 'add-user-certificate', userId: 'keeper', certificateDer: native.issuer.certify(7n) });
    const [added = 0, , , notTaken] = await back();
    assert.ok(added >= 4, String(added));
    assert.equal(notTaken, 0);
    assert.match(entry('keeper')?.findText('userPassword') ?? '', /^\{PBKDF2_SHA256\}/);
    assert.equal(entry('keeper')?.findText('usertype'), 'undefined');
    assert.deepEqual(entry('keeper')?.binaryValues('userCertificate').length, 1);
    assert.match(entry('keeper')?.findText('description') ?? '', /^2;/);
    const agents = native.directory.find(`cn=Agents,${sampleLayout.groups}`)?.texts('uniqueMember') ?? [];
    assert.ok(agents.includes(`uid=m3,${sampleLayout.users}`), agents.join());
    assert.deepEqual(await back(), [0, 0, 0, 0]);
    assert.equal(await native.store.roster.findPasswordHash('keeper'), null);
  });

  it('leave in the directory what the record knows nothing of, and change and remove the rest', async () => {
    native.directory.alter(`uid=keeper,${sampleLayout.users}`, { seeAlso: 'CN=x' });
    await order({
      action: 'change-user',
      userId: 'keeper',
      changes: { fullName: 'Other', phone: '12' },
      password: null,
    });
    assert.deepEqual(await back(), [0, 1, 0, 0]);
    const { findText } = entry('keeper') ?? {};
    const text = (name: string) => findText?.call(entry('keeper'), name);
    assert.deepEqual(['cn', 'sn', 'telephoneNumber', 'seeAlso'].map(text), ['Other', 'Other', '12', 'CN=x']);
    await order({ action: 'remove-user', userId: 'keeper' });
    assert.deepEqual(await back(), [0, 1, 0, 0]);
    assert.equal(entry('keeper'), null);
    await take(user('keeper', { fullName: 'made by Dogtag afterwards' }));
    assert.ok((await ids()).includes('keeper'));
  });
});
