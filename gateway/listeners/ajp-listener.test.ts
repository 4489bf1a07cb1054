// The AJP listener as a web server meets it: framing, bodies, keep-alive, limits, and connections that break off.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { AjpError, encodeBodyChunkHead, encodeForwardRequest, endOfBodyPacket, pingPacket } from '#codecs/ajp13';
import { silentLog } from '#platform';
import { AjpClient, plainForwardRequest } from '#test/ajp-client';
import { type AjpListenerParts, startAjpListener } from './ajp-listener.ts';
import type { ClientIdentity } from './client-identity.ts';
import { ListenError, type Listener } from './listener.ts';
import { defaultListenerLimits } from './listener-limits.ts';
import type { ClientResponse, ReceivedRequest } from './received-request.ts';

const client: ClientIdentity = {
  isSecure: true,
  certificate: null,
  remoteAddress: '192.0.2.7',
  remotePort: 4711,
  tlsProtocol: null,
  tlsCipher: null,
};

type Receive = (request: ReceivedRequest, response: ClientResponse) => void;

/** Answers with what was asked and how long its body was. */
const echo: Receive = (request, response) => {
  let byteCount = 0;
  request.on('data', (piece: Buffer) => {
    byteCount += piece.length;
  });
  request.on('end', () => answer(response, `${request.method} ${request.url} ${byteCount}`));
};

function answer(response: ClientResponse, text: string, status = 200): void {
  response.writeHead(status, '', ['Content-Type', 'text/plain', 'Content-Length', String(text.length)]);
  response.end(text);
}

describe('the AJP listener', () => {
  let listener: Listener;
  let receive: Receive = echo;
  const open: AjpClient[] = [];

  const start = async (more: Partial<AjpListenerParts> = {}) => {
    listener = await startAjpListener({
      ...{ address: '127.0.0.1', port: 0, packetBytes: 8192, peers: ['127.0.0.1'], limits: defaultListenerLimits },
      admit: ({ secret }) => (secret === 'wrong' ? { reason: 'wrong' } : { client }),
      receive: (request, response) => receive(request, response),
      refuse: (refusal, response) => answer(response, refusal, refusal === 'forbidden' ? 403 : 400),
      log: silentLog,
      ...more,
    });
  };
  const restart = async (more: Partial<AjpListenerParts>) => {
    await listener.stop(0);
    await start(more);
  };
  const connect = async (packetBytes = 8192) => {
    const connection = await AjpClient.connect(listener.port, packetBytes);
    open.push(connection);
    return connection;
  };
  const limited = (more: Partial<typeof defaultListenerLimits>) =>
    restart({ limits: { ...defaultListenerLimits, ...more } });

  beforeEach(async () => {
    receive = echo;
    await start();
  });
  afterEach(async () => {
    for (const connection of open.splice(0)) connection.close();
    await listener.stop(0);
  });

  it('answers request after request on one connection, and pings between them', async () => {
    const connection = await connect();
    for (let round = 0; round < 3; round += 1) {
      const answered = await connection.exchange({ path: '/a%20b', query: 'c=d' });
      assert.equal(answered?.body, 'GET /a%20b?c=d 0');
      assert.equal(answered?.mayReuse, true);
      connection.send(pingPacket);
      assert.deepEqual(await connection.next(), { type: 'pong' });
    }
  });

  it('puts the number where a web server expects a reason, and adds no header', async () => {
    const answered = await (await connect()).exchange({});
    assert.equal(answered?.reason, '200');
    assert.deepEqual(answered?.headers, ['Content-Type', 'text/plain', 'Content-Length', '7']);
  });

  it('answers requests that were sent ahead, in their order', async () => {
    const connection = await connect();
    for (const path of ['/1', '/2', '/3']) connection.sendRequest({ path });
    for (const path of ['/1', '/2', '/3']) assert.equal((await connection.answer())?.body, `GET ${path} 0`);
  });

  it('takes packets however they are cut', async () => {
    const connection = await connect();
    for (const byte of encodeForwardRequest({ ...plainForwardRequest, path: '/cut' }, 8192)) {
      connection.send(Buffer.from([byte]));
      await delay(0);
    }
    assert.equal((await connection.answer())?.body, 'GET /cut 0');
  });

  for (const packetBytes of [8192, 65_536])
    for (const byteCount of [1, packetBytes - 6, packetBytes - 5, 300_000, 1_048_576])
      it(`asks for a body of ${byteCount} bytes in packets of ${packetBytes}, announced or not`, async () => {
        await restart({ packetBytes });
        const connection = await connect(packetBytes);
        const body = Buffer.alloc(byteCount, 'x');
        const packets = Math.ceil(byteCount / (packetBytes - 6));
        const announced = await connection.exchange(
          { method: 'POST', headers: ['Host', 'a', 'Content-Length', String(byteCount)] },
          body,
        );
        assert.equal(announced?.body, `POST / ${byteCount}`);
        // The first one comes by itself.
        assert.equal(announced?.askedCount, packets - 1);
        const chunked = await connection.exchange(
          { method: 'POST', headers: ['Host', 'a', 'Transfer-Encoding', 'chunked'] },
          body,
        );
        assert.equal(chunked?.body, `POST / ${byteCount}`);
        assert.equal(chunked?.askedCount, packets + 1);
      });

  it('lets a body be that nobody reads, and goes on with the next request', async () => {
    receive = (_, response) => answer(response, 'no need');
    const connection = await connect();
    const headers = ['Host', 'a', 'Content-Length', '20000'];
    for (let round = 0; round < 2; round += 1) {
      const answered = await connection.exchange({ method: 'POST', headers }, Buffer.alloc(20_000));
      assert.deepEqual([answered?.body, answered?.askedCount, answered?.mayReuse], ['no need', 0, true]);
    }
  });

  it('swallows a packet that comes when the answer is over already', async () => {
    receive = (_, response) => answer(response, 'at once');
    const connection = await connect();
    connection.sendRequest({ method: 'POST', headers: ['Host', 'a', 'Content-Length', '3'] });
    assert.equal((await connection.answer())?.body, 'at once');
    connection.sendBody(Buffer.from('abc'));
    assert.equal((await connection.exchange({}))?.body, 'at once');
  });

  it('sends no body with HEAD, 204 and 304', async () => {
    const connection = await connect();
    const head = await connection.exchange({ method: 'HEAD' });
    assert.deepEqual([head?.body, head?.headers.at(-1)], ['', '8']);
    for (const status of [204, 304]) {
      receive = (_, response) => answer(response, 'text', status);
      const answered = await connection.exchange({});
      assert.deepEqual([answered?.status, answered?.body], [status, '']);
    }
  });

  it('cuts a large answer into packets that fit', async () => {
    const text = 'y'.repeat(100_000);
    receive = (_, response) => answer(response, text);
    assert.equal((await (await connect()).exchange({}))?.body, text);
  });

  it('waits for a web server that reads slowly', async () => {
    let written = 0;
    receive = (_, response) => {
      response.writeHead(200, '', []);
      const piece = Buffer.alloc(65_536, 'z');
      const more = () => {
        while (written < 64_000_000) {
          written += piece.length;
          if (!response.write(piece)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    };
    const connection = await connect();
    connection.socket.pause();
    connection.sendRequest({});
    await delay(300);
    assert.ok(written < 32_000_000, `${written} bytes were written to somebody who reads nothing`);
  });

  it('tries another answer when a head fits into no packet', async () => {
    receive = (_, response) => {
      assert.throws(() => response.writeHead(200, '', ['X', 'x'.repeat(9_000)]), AjpError);
      answer(response, 'shorter', 500);
    };
    assert.equal((await (await connect()).exchange({}))?.body, 'shorter');
  });

  it('answers 403 where a request is not admitted, and closes, whatever its body', async () => {
    const connection = await connect();
    const headers = ['Host', 'a', 'Content-Length', '100000'];
    const answered = await connection.exchange({ secret: 'wrong', headers, method: 'POST' }, Buffer.alloc(100_000));
    assert.deepEqual([answered?.status, answered?.mayReuse], [403, false]);
    assert.equal(await connection.next(), null);
  });

  for (const [what, more] of Object.entries({
    'a method that is no token': { method: 'G ET' },
    'a line end in a header': { headers: ['Host', 'a', 'X-A', 'b\r\nX-B: c'] },
    'a header without a name': { headers: ['Host', 'a', '', 'b'] },
    'two lengths': { headers: ['Host', 'a', 'Content-Length', '1', 'content-length', '1'] },
    'two hosts': { headers: ['Host', 'a', 'Host', 'b'] },
    'a length and a transfer coding': { headers: ['Content-Length', '1', 'Transfer-Encoding', 'chunked'] },
    'a length that is no number': { headers: ['Content-Length', '-1'] },
    'another transfer coding': { headers: ['Transfer-Encoding', 'gzip, chunked'] },
    'a query in the path': { path: '/a?b' },
    'a space in the path': { path: '/a b' },
    'another protocol': { protocol: 'GOPHER' },
  }))
    it(`answers 400 to ${what}, and closes`, async () => {
      const connection = await connect();
      const answered = await connection.exchange(more);
      assert.deepEqual([answered?.status, answered?.mayReuse], [400, false]);
      assert.equal(await connection.next(), null);
    });

  for (const [what, bytes] of Object.entries({
    'another protocol': Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    'a packet of the wrong direction': Buffer.from('4142000109', 'hex'),
    'Shutdown, which ends nothing but its connection': Buffer.from('1234000107', 'hex'),
    'a type that does not begin a turn': Buffer.from('1234000163', 'hex'),
  }))
    it(`says nothing to ${what}`, async () => {
      const connection = await connect();
      connection.send(bytes);
      assert.equal(await connection.next(), null);
      assert.equal((await (await connect()).exchange({}))?.status, 200);
    });

  for (const [what, bytes] of Object.entries({
    'an oversized packet': Buffer.from('1234ffff02', 'hex'),
    'an empty packet': endOfBodyPacket,
    'a request that ends early': Buffer.from('1234000402020008', 'hex'),
  }))
    it(`answers 400 to ${what}`, async () => {
      const connection = await connect();
      connection.send(bytes);
      assert.equal((await connection.answer())?.status, 400);
    });

  for (const [what, packet] of Object.entries({
    'more than announced': Buffer.concat([encodeBodyChunkHead(9), Buffer.alloc(9)]),
    'less than announced': endOfBodyPacket,
    'no body packet': Buffer.from('12340004ffff6162', 'hex'),
  }))
    it(`breaks off when a body is ${what}`, async () => {
      const broken: unknown[] = [];
      receive = (request) => {
        request.on('error', (error) => broken.push(error)).resume();
      };
      const connection = await connect();
      connection.sendRequest({ method: 'POST', headers: ['Host', 'a', 'Content-Length', '5'] });
      connection.send(packet);
      assert.equal(await connection.next(), null);
      assert.equal(broken.length, 1);
    });

  it('tells the receiver when the web server goes away, within the body and within the answer', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const requests: ReceivedRequest[] = [];
    receive = (request, response) => {
      requests.push(request);
      closed = once(response, 'close');
      request.on('error', () => {}).resume();
    };
    const headers = ['Host', 'a', 'Content-Length', '5'];
    for (const more of [{ method: 'POST', headers }, {}]) {
      const connection = await connect();
      connection.sendRequest(more);
      await delay(30);
      connection.close();
      await closed;
    }
    assert.deepEqual(
      requests.map(({ destroyed }) => destroyed),
      [true, true],
    );
  });

  it('closes a connection that does not come to its point, and leaves a trusted one alone', async () => {
    await limited({ headTimeoutMs: 120 });
    const trusted = await connect();
    await trusted.exchange({});
    const silent = await connect();
    const slow = await connect();
    const trickle = setInterval(() => slow.send(Buffer.from([0x12])), 40);
    slow.send(Buffer.from([0x12, 0x34, 0x10]));
    await Promise.all([silent.next(), slow.next()]);
    clearInterval(trickle);
    assert.ok(silent.isClosed && slow.isClosed);
    assert.equal((await trusted.exchange({}))?.status, 200);
    trusted.send(Buffer.from([0x12, 0x34, 0x10]));
    assert.equal(await trusted.next(), null);
  });

  it('closes a connection whose body, or whose reader, takes too long', async () => {
    await limited({ requestTimeoutMs: 150 });
    const connection = await connect();
    connection.sendRequest({ method: 'POST', headers: ['Host', 'a', 'Content-Length', '5'] });
    assert.equal(await connection.next(), null);
    const givenUp = new Promise<boolean>((resolve) => {
      receive = (_, response) => {
        response.once('close', () => resolve(!response.writableFinished));
        answer(response, 'y'.repeat(64_000_000));
      };
    });
    const reader = await connect();
    reader.socket.pause();
    reader.sendRequest({});
    assert.equal(await givenUp, true);
  });

  it('takes no more connections than it may', async () => {
    await limited({ connectionsMax: 2 });
    const [first, second] = [await connect(), await connect()];
    const third = await connect();
    assert.equal(await third.next(), null);
    for (const connection of [first, second]) assert.equal((await connection.exchange({}))?.status, 200);
  });

  it('lets only its peers connect', async () => {
    await restart({ peers: ['192.0.2.0/24', '2001:db8::/32'] });
    assert.equal(await (await connect()).next(), null);
    await restart({ peers: ['127.0.0.0/8'] });
    assert.equal((await (await connect()).exchange({}))?.status, 200);
    await assert.rejects(restart({ peers: ['localhost'] }), /"localhost" is neither an address nor a network/);
    await start();
  });

  it('lets an answer under way finish when it stops, and closes the rest', async () => {
    let finish = () => {};
    receive = (_, response) => {
      finish = () => answer(response, 'in the end');
    };
    const [idle, busy] = [await connect(), await connect()];
    busy.sendRequest({});
    await delay(30);
    const stopped = listener.stop(2_000);
    assert.equal(await idle.next(), null);
    finish();
    const answered = await busy.answer();
    assert.deepEqual([answered?.body, answered?.mayReuse], ['in the end', false]);
    busy.close();
    await stopped;
    await start();
  });

  it('says where it cannot listen', async () => {
    const { port } = listener;
    const parts = { address: '127.0.0.1', port, packetBytes: 8192, peers: [], limits: defaultListenerLimits };
    await assert.rejects(
      startAjpListener({ ...parts, admit: () => ({ client }), receive, refuse: () => {}, log: silentLog }),
      ListenError,
    );
  });
});
