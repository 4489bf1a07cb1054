// Facts of administering profiles: states, refusals, one commit for a change and its account, and two nodes of one authority on one database.
import assert from 'node:assert/strict';
import { type CaErrorCode, type Caller, createRehearsalFactory, type ProfileOrder, profileId } from '#ca-core/engine';
import { createInProcessRaClient } from '#ca-core/ra-client';
import { storeMigrations } from '#ca-core/store';
import { silentLog, systemClock } from '#platform';
import { foundAuthority, makeCsr, makeKeyFolder, openAuthority, type RunningAuthority } from '#test/running-authority';
import { sampleProfiles } from '#test/sample-profiles';
import { withTestDatabase } from '#test/test-database';

const agent: Caller = {
  userId: 'ipara',
  groups: ['Certificate Manager Agents', 'Registration Manager Agents'],
  certificateDer: null,
  remoteAddress: '192.0.2.7',
  remoteHost: '192.0.2.7',
  viaSession: true,
};

/** What another node must have noticed by. */
const noticedMs = 200;

describe('profiles of a running authority', () => {
  const test = withTestDatabase([storeMigrations]);
  const folder = makeKeyFolder();
  const nodes: RunningAuthority[] = [];
  const [[, firstText]] = [...sampleProfiles] as [[string, string]];
  const sampleText = `${firstText}\n`;

  before(async () => {
    const place = { database: test.database, keyFolder: folder.keyFolder, log: silentLog };
    await foundAuthority(place);
    nodes.push(await openAuthority(place), await openAuthority(place));
  });
  after(async () => {
    for (const node of nodes) await node.stop();
    folder.remove();
  });

  const ra = (node = 0) => {
    const opened = nodes[node];
    if (opened === undefined) throw new Error('no such node');
    return createInProcessRaClient(opened.authority, silentLog);
  };
  const administer = (order: ProfileOrder, node = 0) => ra(node).administerProfile(order, agent);
  const create = (id: string, configurationText = sampleText, classId = 'caEnrollImpl') =>
    administer({ action: 'create', id: profileId(id), classId, configurationText });
  const act = (action: 'enable' | 'disable' | 'remove', id: string, node = 0) =>
    administer({ action, id: profileId(id) }, node);
  const refuses = (deed: Promise<unknown>, code: CaErrorCode, words: RegExp) =>
    assert.rejects(deed, (error: { code: string; message: string }) => {
      assert.equal(error.code, code, error.message);
      assert.match(error.message, words);
      return true;
    });
  const events = async () => {
    type Row = { readonly name: string; readonly outcome: string; readonly actor: string };
    const rows = await test.database.query<Row>('select name, outcome, actor from audit_records order by sequence');
    return rows.map(({ name, outcome, actor }) => `${name} ${outcome} ${actor}`);
  };

  it('goes from disabled to enabled and back, and is changed and removed only while it is disabled', async () => {
    const made = await create('states');
    assert.deepEqual([made.enabled, made.inputs.length > 0, made.policySets.length], [false, true, 1]);
    await refuses(create('states'), 'wrong-profile-state', /already exists/);
    await refuses(create('STATES'), 'wrong-profile-state', /already exists/);
    await refuses(act('disable', 'states'), 'wrong-profile-state', /disabled already/);
    const enabled = await act('enable', 'states');
    assert.deepEqual([enabled.enabled, enabled.enabledBy], [true, 'ipara']);
    await refuses(act('enable', 'states'), 'wrong-profile-state', /enabled already/);
    const change = {
      action: 'replace',
      id: profileId('states'),
      configurationText: `${sampleText}name=other\n`,
    } as const;
    await refuses(administer(change), 'wrong-profile-state', /must be disabled/);
    await refuses(act('remove', 'states'), 'wrong-profile-state', /must be disabled/);
    assert.equal((await act('disable', 'states')).enabled, false);
    assert.equal((await administer(change)).name, 'other');
    await act('remove', 'states');
    await refuses(act('remove', 'states'), 'unknown-profile', /Not Found/);
    assert.equal(await ra().findProfile(profileId('states')), null);
    await create('states');
    await act('remove', 'states');
  });

  it('stores nothing of what does not compile', async () => {
    const texts: readonly (readonly [string, CaErrorCode, RegExp])[] = [
      [`${sampleText}input.list=i9\n`, 'malformed-profile', /^Property input\.i9\.class_id missing value$/],
      [
        'policyset.list=a\npolicyset.a.list=1\npolicyset.a.1.default.class_id=x\npolicyset.a.1.constraint.class_id=y\n',
        'malformed-profile',
        /^Cannot find x$/,
      ],
      [`${'x'.repeat(600)}=1\n`, 'unsupported-profile', /line 1: key longer than/],
      [`${sampleText}junk=${'x'.repeat(1_200_000)}\n`, 'unsupported-profile', /longer than/],
    ];
    for (const [text, code, words] of texts) {
      await refuses(create('broken', text), code, words);
      assert.equal(await ra().findProfile(profileId('broken')), null);
    }
    await refuses(
      create('broken', sampleText, 'nosuchImpl'),
      'unsupported-profile',
      /unknown profile class nosuchImpl/,
    );
    for (const id of ['', ' x', 'a,b', 'a+b', 'a=b', 'x/y', 'Ä', 'a\nb', 'x'.repeat(200)])
      await refuses(create(id), 'malformed-profile', /Invalid profile ID/);
    await create('kept');
    for (const [text, code, words] of texts)
      await refuses(administer({ action: 'replace', id: profileId('kept'), configurationText: text }), code, words);
    assert.doesNotMatch((await ra().defineProfile(profileId('kept')))?.configurationText ?? '', /junk|i9/);
    await act('remove', 'kept');
  });

  it('accounts for every deed and every refusal', async () => {
    const before = (await events()).length;
    await create('accounted');
    await act('enable', 'accounted');
    await refuses(act('remove', 'accounted'), 'wrong-profile-state', /must be disabled/);
    await act('disable', 'accounted');
    await act('remove', 'accounted');
    assert.deepEqual((await events()).slice(before), [
      'profile-added success ipara',
      'profile-enabled success ipara',
      'profile-removed failure ipara',
      'profile-disabled success ipara',
      'profile-removed success ipara',
    ]);
  });

  it('is judged by a rehearsal as by the authority, and left as it is', async () => {
    await create('rehearsed');
    const opened = nodes[0];
    assert.ok(opened !== undefined);
    const facts = { requestIds: [], certificates: [] };
    const rehearsed = () => createInProcessRaClient(createRehearsalFactory(opened.authority)(facts).ra, silentLog);
    const order = { action: 'enable', id: profileId('rehearsed') } as const;
    assert.equal((await rehearsed().administerProfile(order, agent)).enabled, true);
    assert.equal((await ra().defineProfile(order.id))?.enabled, false);
    await refuses(
      rehearsed().administerProfile({ ...order, action: 'disable' }, agent),
      'wrong-profile-state',
      /already/,
    );
    await rehearsed().administerProfile({ ...order, action: 'remove' }, agent);
    await act('remove', 'rehearsed');
  });

  it('lets one of two who change the same profile at once find it changed', async () => {
    await create('contested');
    const deeds = await Promise.allSettled([act('enable', 'contested', 0), act('enable', 'contested', 1)]);
    assert.deepEqual(deeds.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await act('disable', 'contested');
    const both = await Promise.allSettled(
      [0, 1].map((node) =>
        administer(
          { action: 'replace', id: profileId('contested'), configurationText: `${sampleText}name=by ${node}\n` },
          node,
        ),
      ),
    );
    assert.deepEqual(
      both.map(({ status }) => status),
      ['fulfilled', 'fulfilled'],
    );
    await act('remove', 'contested');
  });

  it('is applied as it is now by the node that changed it at once, and by every other one shortly after', async () => {
    const submit = async (node: number) => {
      const inputs = { cert_request_type: 'pkcs10', cert_request: makeCsr('host.example.test') };
      const submission = { profileId: profileId('shared'), authorityId: null, inputs, renewalOf: null };
      return ra(node)
        .submitEnrollment(submission, agent)
        .then(
          () => 'taken',
          (error: { code: string }) => error.code,
        );
    };
    await create('shared');
    for (const node of [0, 1]) assert.equal(await submit(node), 'disabled-profile');
    await act('enable', 'shared', 0);
    assert.notEqual(await submit(0), 'disabled-profile');
    await noticed();
    assert.notEqual(await submit(1), 'disabled-profile');
    await act('disable', 'shared', 1);
    assert.equal(await submit(1), 'disabled-profile');
    await noticed();
    assert.equal(await submit(0), 'disabled-profile');
    await administer({ action: 'replace', id: profileId('shared'), configurationText: 'name=without inputs\n' }, 1);
    assert.equal((await ra(0).defineProfile(profileId('shared')))?.inputs.length, 0);
    await act('remove', 'shared', 0);
    await noticed();
    assert.equal(await submit(1), 'unknown-profile');
  });

  /** Time passes. */
  async function noticed(): Promise<void> {
    const until = systemClock.now().getTime() + noticedMs;
    while (systemClock.now().getTime() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  }
});
