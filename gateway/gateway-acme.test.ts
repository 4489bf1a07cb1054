// Facts about the switch of the ACME responder: who is asked, what Dogtag is told, and what clients hear while it is off.
import assert from 'node:assert/strict';
import { acmeState, agentTls, GatewayUnderTest } from '#test/gateway-under-test';

const switches = ['acme-enable', 'acme-disable'] as const;

describe('the gateway, for the ACME responder,', () => {
  const gate = new GatewayUnderTest();
  before(() => gate.open());
  after(() => gate.close());
  beforeEach(() => {
    gate.reset();
    acmeState.enabled = null;
  });

  const serveSwitches = (mode: 'serve' | 'rehearse') =>
    gate.modes.replace(switches.map((operation) => ({ operation, profileId: null, mode })));

  it('turns clients away at the door while it is off, and lets them through to Dogtag otherwise', async () => {
    serveSwitches('serve');
    for (const enabled of [null, true]) {
      acmeState.enabled = enabled;
      assert.notEqual((await gate.secure('/acme/directory')).headers['x-refusal'], 'switched-off');
    }
    acmeState.enabled = false;
    gate.dogtag.seen.length = 0;
    for (const path of ['directory', 'new-nonce', 'new-order', 'acct/a/orders', 'order/a/finalize', 'cert/1']) {
      const reply = await gate.secure(`/acme/${path}`);
      assert.deepEqual([reply.status, reply.headers['x-refusal']], [503, 'switched-off'], path);
    }
    assert.equal(gate.dogtag.seen.length, 0);
    for (const path of ['', 'home.jsp', 'logout', 'directoryx'])
      assert.notEqual((await gate.secure(`/acme/${path}`)).headers['x-refusal'], 'switched-off', path);
    assert.equal((await gate.secure('/acme//directory')).headers['x-refusal'], 'switched-off');
  });

  it('leaves the state to Dogtag while Dogtag answers for the switch', async () => {
    serveSwitches('rehearse');
    acmeState.enabled = false;
    assert.notEqual((await gate.secure('/acme/directory')).headers['x-refusal'], 'switched-off');
  });

  it('asks for a group, and tells Dogtag what was done here', async () => {
    serveSwitches('serve');
    assert.equal((await gate.secure('/acme/disable', { method: 'POST' })).status, 401);
    assert.equal(gate.handled.length, 0);
    assert.equal(gate.dogtag.seen.length, 0);
    const done = await gate.secure('/acme/disable', { method: 'POST', tls: agentTls });
    assert.match(String(done.headers['set-cookie']), /; Path=\/acme; Secure; HttpOnly$/);
    assert.equal(gate.handled[0]?.caller.userId, 'ipara');
    await gate.gateway.whenMirrorIdle();
    assert.deepEqual(
      gate.dogtag.seen.map(({ method, url }) => [method, url]),
      [['POST', '/acme/disable']],
    );
  });

  it('opens a session at login that GET tells the user of, until logout', async () => {
    gate.modes.replace(
      (['acme-login', 'acme-get-login', 'acme-logout'] as const).map((operation) => ({
        operation,
        profileId: null,
        mode: 'serve' as const,
      })),
    );
    assert.equal((await gate.secure('/acme/login', { tls: agentTls })).status, 200);
    assert.equal(gate.handled[0]?.request.user, null);
    const login = await gate.secure('/acme/login', { method: 'POST', tls: agentTls });
    const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
    const userOf = async () => {
      await gate.secure('/acme/login', { headers: { Cookie: cookie } });
      return gate.handled.at(-1)?.request.user?.userId;
    };
    assert.equal(await userOf(), 'ipara');
    assert.equal((await gate.secure('/acme/logout', { method: 'POST', headers: { Cookie: cookie } })).status, 200);
    assert.equal(await userOf(), undefined);
    assert.deepEqual(
      gate.audited.map(({ name }) => name),
      ['login', 'logout'],
    );
  });

  it('switches nothing on where there is no Dogtag, and nothing is lost by switching it off', async () => {
    await gate.start({ upstream: null });
    const on = await gate.secure('/acme/enable', { method: 'POST', tls: agentTls });
    assert.deepEqual([on.status, on.headers['x-refusal'], gate.handled.length], [503, 'no-upstream', 0]);
    assert.equal((await gate.secure('/acme/disable', { method: 'POST', tls: agentTls })).status, 200);
    acmeState.enabled = false;
    assert.equal((await gate.secure('/acme/directory')).headers['x-refusal'], 'switched-off');
    acmeState.enabled = true;
    assert.equal((await gate.secure('/acme/directory')).headers['x-refusal'], 'no-upstream');
    await gate.start();
  });
});
