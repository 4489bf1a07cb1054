// AJP/1.3 bytes against the protocol reference, round trips, and input that must be refused.
import { deepStrictEqual, strictEqual, throws } from 'node:assert';
import fc from 'fast-check';
import {
  AjpError,
  type AjpForwardRequest,
  type AjpResponseMessage,
  bodyChunkBytesMax,
  decodeBodyChunk,
  decodeForwardRequest,
  decodeResponseMessage,
  encodeBodyChunkHead,
  encodeForwardRequest,
  encodeResponseMessage,
  endOfBodyPacket,
  PacketStream,
  pingPacket,
} from './index.ts';

const request: AjpForwardRequest = {
  method: 'GET',
  protocol: 'HTTP/1.1',
  path: '/ca/rest/certs/1',
  query: null,
  remoteAddress: '127.0.0.1',
  remoteHost: '127.0.0.1',
  remotePort: 5,
  serverName: 'a',
  serverPort: 8443,
  isSecure: true,
  headers: ['Host', 'a:8443', 'X-Other', 'b'],
  localAddress: null,
  remoteUser: null,
  authenticationType: null,
  route: null,
  clientCertificatePem: null,
  tlsCipher: null,
  tlsSession: null,
  tlsKeySize: null,
  tlsProtocol: null,
  secret: 's',
  otherAttributes: [],
};

const headText = fc.string({ unit: fc.integer({ min: 32, max: 255 }).map((code) => String.fromCharCode(code)) });
const requests: fc.Arbitrary<AjpForwardRequest> = fc.record(
  {
    method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'BASELINE-CONTROL', 'FOO'),
    protocol: fc.constantFrom('HTTP/1.0', 'HTTP/1.1'),
    path: headText,
    query: fc.option(headText),
    remoteAddress: headText,
    remoteHost: headText,
    remotePort: fc.integer({ min: 0, max: 65535 }),
    serverName: headText,
    serverPort: fc.integer({ min: 0, max: 65535 }),
    isSecure: fc.boolean(),
    headers: fc
      .array(fc.tuple(fc.constantFrom('accept', 'x-a', 'cookie', 'user-agent'), headText))
      .map((pairs) => pairs.flat()),
    localAddress: fc.option(headText),
    remoteUser: fc.option(headText),
    authenticationType: fc.option(headText),
    route: fc.option(headText),
    clientCertificatePem: fc.option(headText),
    tlsCipher: fc.option(headText),
    tlsSession: fc.option(headText),
    tlsKeySize: fc.option(fc.integer({ min: 0, max: 65535 })),
    tlsProtocol: fc.option(headText),
    secret: fc.option(headText),
    otherAttributes: fc
      .array(fc.tuple(fc.constantFrom('SSL_CLIENT_CERT_CHAIN_0', 'x'), headText))
      .map((pairs) => pairs.flat()),
  },
  { noNullPrototype: true },
);

function payloadOf(packet: Buffer, direction: 'to-container' | 'from-container'): Buffer {
  const stream = new PacketStream(direction, 65536);
  stream.push(packet);
  const payload = stream.take();
  strictEqual(stream.pendingBytes, 0);
  if (payload === null) throw new Error('no whole packet');
  return payload;
}

const isMalformed = (error: unknown) => error instanceof AjpError && error.code === 'malformed-packet';

describe('AJP/1.3', () => {
  it('encodes a forward request as the protocol reference says', () => {
    const expected = Buffer.concat([
      Buffer.from('123400750202', 'hex'),
      Buffer.from('0008485454502f312e3100', 'hex'),
      Buffer.from('0010', 'hex'),
      Buffer.from('/ca/rest/certs/1\0'),
      Buffer.from('0009', 'hex'),
      Buffer.from('127.0.0.1\0'),
      Buffer.from('0009', 'hex'),
      Buffer.from('127.0.0.1\0'),
      Buffer.from('00016100', 'hex'),
      Buffer.from('20fb', 'hex'),
      Buffer.from('01', 'hex'),
      Buffer.from('0002', 'hex'),
      Buffer.from('a00b0006613a3834343300', 'hex'),
      Buffer.from('0007582d4f74686572000001', 'hex'),
      Buffer.from('6200', 'hex'),
      Buffer.from('0c00017300', 'hex'),
      Buffer.from('0a000f', 'hex'),
      Buffer.from('AJP_REMOTE_PORT\0'),
      Buffer.from('00013500', 'hex'),
      Buffer.from('ff', 'hex'),
    ]);
    expected.writeUInt16BE(expected.length - 4, 2);
    strictEqual(encodeForwardRequest(request, 8192).toString('hex'), expected.toString('hex'));
  });

  it('reads back every forward request it writes', () => {
    fc.assert(
      fc.property(requests, (given) => {
        deepStrictEqual(decodeForwardRequest(payloadOf(encodeForwardRequest(given, 65536), 'to-container')), given);
      }),
    );
  });

  it('refuses to write a head that is larger than the packet', () => {
    const large = { ...request, headers: ['Cookie', 'x'.repeat(9000)] };
    throws(
      () => encodeForwardRequest(large, 8192),
      (error) => error instanceof AjpError && error.code === 'packet-too-large',
    );
    strictEqual(encodeForwardRequest(large, 16384).length > 9000, true);
  });

  it('reads back every response message it writes', () => {
    const messages: AjpResponseMessage[] = [
      {
        type: 'headers',
        status: 302,
        reason: '302',
        headers: ['Location', 'https://a/', 'X-B', 'c', 'Set-Cookie', ''],
      },
      { type: 'body', data: Buffer.from('abc') },
      { type: 'body', data: Buffer.alloc(0) },
      { type: 'wants-body', byteCount: 8186 },
      { type: 'end', mayReuse: false },
      { type: 'end', mayReuse: true },
      { type: 'pong' },
    ];
    for (const message of messages)
      deepStrictEqual(
        decodeResponseMessage(payloadOf(encodeResponseMessage(message, 8192), 'from-container')),
        message,
      );
  });

  it('frames body chunks, their end and the ping', () => {
    strictEqual(bodyChunkBytesMax(8192), 8186);
    const packet = Buffer.concat([encodeBodyChunkHead(3), Buffer.from('abc')]);
    strictEqual(packet.toString('hex'), '123400050003616263');
    strictEqual(decodeBodyChunk(payloadOf(packet, 'to-container')).toString(), 'abc');
    strictEqual(endOfBodyPacket.toString('hex'), '12340000');
    strictEqual(decodeBodyChunk(payloadOf(endOfBodyPacket, 'to-container')).length, 0);
    strictEqual(pingPacket.toString('hex'), '123400010a');
  });

  it('cuts packets out of a stream however it is split', () => {
    const packets = [
      encodeResponseMessage({ type: 'body', data: Buffer.from('one') }, 8192),
      encodeResponseMessage({ type: 'pong' }, 8192),
      encodeResponseMessage({ type: 'end', mayReuse: true }, 8192),
    ];
    const bytes = Buffer.concat(packets);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length })), (cuts) => {
        const stream = new PacketStream('from-container', 8192);
        const types: string[] = [];
        let from = 0;
        for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
          stream.push(bytes.subarray(from, cut));
          from = cut;
          for (let payload = stream.take(); payload !== null; payload = stream.take())
            types.push(decodeResponseMessage(payload).type);
        }
        deepStrictEqual(types, ['body', 'pong', 'end']);
      }),
    );
  });

  it('refuses a packet with another magic number or over the size', () => {
    const wrong = new PacketStream('from-container', 8192);
    wrong.push(pingPacket);
    throws(
      () => wrong.take(),
      (error) => error instanceof AjpError && error.code === 'unexpected-packet',
    );
    const large = new PacketStream('from-container', 8192);
    large.push(Buffer.from('4142ffff', 'hex'));
    throws(() => large.take(), isMalformed);
  });

  it('never fails in another way than by AjpError, whatever the payload', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        for (const decode of [decodeForwardRequest, decodeResponseMessage, decodeBodyChunk])
          try {
            decode(Buffer.from(bytes));
          } catch (error) {
            strictEqual(error instanceof AjpError, true);
          }
      }),
    );
  });
});
