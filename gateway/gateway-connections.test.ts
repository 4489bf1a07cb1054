// Facts about the gateway as a TLS server and with clients that misbehave.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { systemClock } from '#platform';
import { agentTls, authority, GatewayUnderTest, pem, validity } from '#test/gateway-under-test';
import { createSampleAuthority } from '#test/sample-authority';

const days = 86_400_000;
const now = systemClock.now().getTime();
const stranger = createSampleAuthority('CN=Stranger,O=ELSEWHERE');
const expiredDer = authority.issue({
  serialNumber: 8n,
  notBefore: new Date(now - 9 * days),
  notAfter: new Date(now - days),
});

describe('the gateway and its connections:', () => {
  const gate = new GatewayUnderTest();
  before(() => gate.open());
  after(() => gate.close());
  beforeEach(() => gate.reset());

  describe('as a TLS server', () => {
    it('takes clients without a certificate, and those of this authority', async () => {
      assert.equal((await gate.secure('/x')).status, 200);
      assert.equal((await gate.secure('/x', { tls: agentTls })).status, 200);
    });

    it('ends the connection of clients whose certificate does not verify, unanswered and unforwarded', async () => {
      const foreign = stranger.issue({ serialNumber: 5n, ...validity });
      const pretender = { cert: pem(foreign), key: stranger.privateKeyPem };
      const late = { cert: pem(expiredDer), key: authority.privateKeyPem };
      for (const tls of [pretender, late]) await assert.rejects(gate.secure('/x', { tls }));
      assert.equal(gate.dogtag.seen.length, 0);
    });

    it('speaks TLS 1.2 and 1.3 and nothing older', async () => {
      const protocolOf = (maxVersion: 'TLSv1.3' | 'TLSv1.2' | 'TLSv1.1') =>
        new Promise<string | null>((resolve, reject) => {
          const options = {
            host: '127.0.0.1',
            port: gate.gateway.httpsPort,
            rejectUnauthorized: false,
            minVersion: 'TLSv1' as const,
          };
          const socket = connectTls({ ...options, maxVersion, ciphers: 'DEFAULT@SECLEVEL=0' }, () => {
            resolve(socket.getProtocol());
            socket.destroy();
          });
          socket.on('error', reject);
        });
      assert.equal(await protocolOf('TLSv1.3'), 'TLSv1.3');
      assert.equal(await protocolOf('TLSv1.2'), 'TLSv1.2');
      await assert.rejects(protocolOf('TLSv1.1'));
    });

    it('knows in a resumed TLS session who opened it, and takes nobody for somebody', async () => {
      gate.serve('rest-list-requests');
      for (const [tls, expected] of [
        [agentTls, 200],
        [{}, 401],
      ] as const) {
        const talk = (session: Buffer | undefined) =>
          new Promise<{ session: Buffer | undefined; isReused: boolean; status: number }>((resolve, reject) => {
            const options = { host: '127.0.0.1', port: gate.gateway.httpsPort, rejectUnauthorized: false };
            const socket = connectTls({ ...options, ...tls, session }, () => {
              isReused = socket.isSessionReused();
              socket.write('GET /ca/rest/agent/certrequests HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
            });
            let isReused = false;
            let kept: Buffer | undefined;
            let received = '';
            socket.on('session', (ticket: Buffer) => {
              kept = ticket;
            });
            socket.on('data', (data) => {
              received += data.toString('latin1');
            });
            socket.on('error', reject);
            socket.on('close', () => resolve({ session: kept, isReused, status: Number(received.split(' ')[1]) }));
          });
        const first = await talk(undefined);
        const again = await talk(first.session);
        assert.deepEqual([first.status, again.isReused, again.status], [expected, true, expected]);
      }
    });

    it('takes a new certificate for new handshakes and leaves connections alone', async () => {
      const agent = new HttpsAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
      const serialOf = () =>
        new Promise<string | undefined>((resolve, reject) => {
          const outgoing = requestHttps(
            { host: '127.0.0.1', port: gate.gateway.httpsPort, path: '/x', agent },
            (incoming) => {
              const { serialNumber } = (incoming.socket as TLSSocket).getPeerCertificate();
              incoming.resume().on('end', () => resolve(serialNumber));
            },
          );
          outgoing.on('error', reject).end();
        });
      assert.equal(await serialOf(), '02');
      const next = authority.issue({ serialNumber: 3n, subject: 'CN=pki.example.test', ...validity });
      gate.gateway.replaceCredentials({ certificateChainPem: pem(next), keyPem: authority.privateKeyPem });
      assert.equal(await serialOf(), '02');
      agent.destroy();
      assert.equal((await gate.secure('/x')).status, 200);
      const fresh = connectTls({ host: '127.0.0.1', port: gate.gateway.httpsPort, rejectUnauthorized: false });
      await once(fresh, 'secureConnect');
      assert.equal(fresh.getPeerX509Certificate()?.serialNumber, '03');
      fresh.destroy();
    });
  });

  describe('with clients that misbehave', () => {
    const talk = (bytes: string, port = gate.gateway.httpPort) =>
      new Promise<string>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
        let received = '';
        socket.on('data', (data) => {
          received += data.toString('latin1');
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve(received));
      });

    it('refuses CONNECT, bytes that are no HTTP, doubled framing and bad hosts', async () => {
      assert.match(await talk('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'), /^HTTP\/1\.1 405 /);
      assert.match(await talk('\x16\x03\x01\r\n\r\n'), /^HTTP\/1\.1 400 /);
      const doubled = 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n';
      assert.match(await talk(`POST / HTTP/1.1\r\nHost: a\r\n${doubled}\r\n0\r\n\r\n`), /^HTTP\/1\.1 400 /);
      assert.match(await talk('GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 400 /);
      for (const host of ['256.256.256.256', '[::::]', '[1.2.3.4]:80', 'a:99999'])
        assert.match(
          await talk(`GET /ca/services HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
          /^HTTP\/1\.1 400 /,
        );
      assert.match(await talk('GET / HTTP/1.1\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 400 /);
      assert.match(await talk(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`), /^HTTP\/1\.1 400 /);
      assert.equal(gate.dogtag.seen.length, 0);
    });

    it('answers HTTP/1.0 without a Host header, and OPTIONS for the whole server', async () => {
      assert.match(await talk('GET /x HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 .*from Dogtag$/s);
      assert.match(await talk('OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /Allow: GET, HEAD, POST/);
    });

    it('cuts off a client that takes too long over its headers', async function () {
      this.timeout(15_000);
      await gate.start({ listen: { headTimeoutSeconds: 1 } });
      const startedMs = performance.now();
      const answer = await talk('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
      assert.match(answer, /^HTTP\/1\.1 408 /);
      assert.ok(performance.now() - startedMs < 8_000);
      await gate.start();
    });

    it('lets go of a request whose client went away within its body', async () => {
      gate.serve('rest-search-certificates');
      const socket = connect(gate.gateway.httpPort, '127.0.0.1', () => {
        socket.write('POST /ca/rest/certs/search HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhalf');
        setTimeout(() => socket.destroy(), 30);
      });
      await once(socket, 'close');
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(gate.handled.length, 0);
      assert.equal((await gate.plain('/x')).status, 200);
    });
  });
});
