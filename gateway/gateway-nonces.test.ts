// Facts about nonces between two requests of an agent, with login sessions and without.
import assert from 'node:assert/strict';
import { agentTls, GatewayUnderTest } from '#test/gateway-under-test';

describe('the gateway, where nonces are in use,', () => {
  const gate = new GatewayUnderTest();
  const given: bigint[] = [];
  const found: string[] = [];
  before(async () => {
    await gate.open();
    await gate.start({ nonces: true });
  });
  after(() => gate.close());
  beforeEach(() => {
    gate.reset();
    given.length = 0;
    found.length = 0;
    gate.handler = async ({ nonces, query }) => {
      const sent = query.get('nonce')?.[0];
      if (sent === undefined) given.push(nonces?.give('cert-request', 5n) ?? -1n);
      else found.push(nonces?.take('cert-request', 5n, BigInt(sent)) ?? 'off');
      return { status: 200, headers: {}, body: Buffer.alloc(0) };
    };
  });
  const cookieOf = (setCookie: string | string[] | undefined) => String(setCookie).split(';')[0] ?? '';

  for (const [what, operation, path] of [
    ['a login session', 'rest-list-requests', '/ca/rest/agent/certrequests'],
    ['a session that begins for the nonce alone', 'servlet-get-certificate-chain', '/ca/ee/ca/getCertChain'],
  ] as const)
    it(`takes back what was given in ${what}, once`, async () => {
      gate.serve(operation);
      const shown = await gate.secure(path, { tls: agentTls });
      const cookie = cookieOf(shown.headers['set-cookie']);
      assert.match(cookie, /^JSESSIONID=[0-9A-F]{32}$/);
      const target = `${path}?nonce=${given[0]}`;
      await gate.secure(target, { tls: agentTls });
      await gate.secure(target, { tls: agentTls, headers: { Cookie: cookie } });
      const again = await gate.secure(target, { tls: agentTls, headers: { Cookie: cookie } });
      assert.deepEqual(found, ['unknown', 'right', 'unknown']);
      assert.equal(again.headers['set-cookie'], undefined);
    });

  it('lets every nonce pass in a rehearsal', async () => {
    await gate.secure('/ca/rest/agent/certrequests?nonce=1', { tls: agentTls });
    await gate.gateway.whenMirrorIdle();
    assert.deepEqual(found, ['right']);
  });

  it('has none where the setting is off', async () => {
    await gate.start();
    gate.serve('rest-list-requests');
    await gate.secure('/ca/rest/agent/certrequests', { tls: agentTls });
    await gate.start({ nonces: true });
    assert.deepEqual(given, [-1n]);
  });
});
