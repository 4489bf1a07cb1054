// What no web server sends over AJP: requests bent in every place, packets cut, stretched and out of turn; drawn by fast-check.
import fc from 'fast-check';
import {
  type AjpForwardRequest,
  encodeBodyChunkHead,
  encodeForwardRequest,
  encodeResponseMessage,
  endOfBodyPacket,
  pingPacket,
} from '#codecs/ajp13';
import { plainForwardRequest } from './ajp-client.ts';

/** Who sends it: somebody with an agent's certificate but without the secret, or with the secret but no agent's certificate. */
export type Sender = 'without-secret' | 'without-certificate';

export interface MalformedCase {
  readonly sender: Sender;
  readonly kind: string;
  readonly bytes: Buffer;
}

export interface KnownValues {
  readonly secret: string;
  readonly agentPem: string;
}

const paths = [
  '/ca/rest/certs/1',
  '/ca/rest/account/login',
  '/ca/rest/agent/certrequests',
  '/ca/rest/certrequests',
  '/ca/ee/ca/profileSubmit',
  '/ca/agent/ca/doRevoke',
  '/nothing',
];
const textOf = (min: number, max: number) =>
  fc.string({ unit: fc.integer({ min, max }).map((code) => String.fromCharCode(code)) });
/** Mostly what HTTP allows, so that much of it gets further than the first look. */
const anyText = fc.oneof({ weight: 3, arbitrary: textOf(0x21, 0x7e) }, textOf(0, 255));
const anyBytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));

/** Requests that can be encoded, whatever becomes of them. */
function requestsOf(sender: Sender, known: KnownValues): fc.Arbitrary<Buffer> {
  const isStranger = sender === 'without-secret';
  const wrong = fc.oneof(fc.constantFrom(null, '', known.secret.slice(0, -1), `${known.secret} `), anyText);
  const claims = ['SSL_CLIENT_CERT', known.agentPem, 'javax.servlet.request.X509Certificate', known.agentPem];
  const odd = <Value>(usual: Value, other: fc.Arbitrary<Value>) =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, other);
  return fc
    .record(
      {
        method: fc.oneof(fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'FOO'), anyText),
        protocol: odd('HTTP/1.1', anyText),
        path: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...paths) }, anyText),
        query: fc.option(anyText),
        remoteAddress: odd('192.0.2.7', anyText),
        isSecure: fc.boolean(),
        headers: fc
          .array(
            fc.oneof(
              fc.tuple(
                fc.constantFrom('Content-Length', 'Transfer-Encoding', 'Host', 'Cookie', 'SSL_CLIENT_CERT'),
                anyText,
              ),
              fc.constantFrom(
                ['Content-Length', '10'] as [string, string],
                ['Transfer-Encoding', 'chunked'] as [string, string],
              ),
              fc.tuple(anyText, anyText),
            ),
            { maxLength: 6 },
          )
          .map((pairs) => ['Host', 'pki.example.test', ...pairs.flat()]),
        remoteUser: fc.constantFrom(null, 'ipara'),
        clientCertificatePem: isStranger ? fc.constant(known.agentPem) : fc.oneof(fc.constantFrom(null, ''), anyText),
        secret: isStranger ? wrong : fc.constant(known.secret),
        otherAttributes: fc.oneof(
          { weight: 4, arbitrary: fc.constant([]) },
          fc.constant(isStranger ? claims : claims.slice(2)),
          fc.tuple(anyText, anyText),
        ),
      },
      { noNullPrototype: true },
    )
    .map((more) => encodeForwardRequest({ ...plainForwardRequest, ...(more as Partial<AjpForwardRequest>) }, 65_536));
}

/** One way of bending a packet. */
function bendsOf(packets: fc.Arbitrary<Buffer>): readonly (readonly [string, fc.Arbitrary<Buffer>])[] {
  // Drawn as a whole number: a drawn fraction is nearly always next to nothing.
  const at = fc.integer({ min: 0, max: 65_535 }).map((part) => part / 65_536);
  const place = (packet: Buffer, share: number) => Math.floor(packet.length * share);
  const withLength = (packet: Buffer) => {
    if (packet.length >= 4) packet.writeUInt16BE((packet.length - 4) & 0xffff, 2);
    return packet;
  };
  return [
    ['as it is', packets],
    [
      'bytes changed',
      fc
        .tuple(packets, fc.array(fc.tuple(at, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }))
        .map(([packet, changes]) => {
          const bent = Buffer.from(packet);
          for (const [share, value] of changes) bent[place(bent, share)] = value;
          return bent;
        }),
    ],
    ['cut off', fc.tuple(packets, at).map(([packet, share]) => packet.subarray(0, place(packet, share)))],
    [
      'cut short',
      fc.tuple(packets, at).map(([packet, share]) => withLength(Buffer.from(packet.subarray(0, place(packet, share))))),
    ],
    [
      'bytes put in',
      fc.tuple(packets, at, anyBytes(40)).map(([packet, share, more]) => {
        const from = place(packet, share);
        return withLength(Buffer.concat([packet.subarray(0, from), more, packet.subarray(from)]));
      }),
    ],
    [
      'another length',
      fc.tuple(packets, fc.integer({ min: 0, max: 65_535 })).map(([packet, length]) => {
        const bent = Buffer.from(packet);
        bent.writeUInt16BE(length, 2);
        return bent;
      }),
    ],
    [
      'other attributes',
      fc
        .tuple(packets, anyBytes(60))
        .map(([packet, more]) => withLength(Buffer.concat([packet.subarray(0, -1), more]))),
    ],
    [
      'a body out of turn',
      fc
        .tuple(
          packets,
          fc.array(
            fc.oneof(
              anyBytes(30).map((data) => Buffer.concat([encodeBodyChunkHead(data.length), data])),
              fc.constantFrom(endOfBodyPacket, pingPacket, encodeResponseMessage({ type: 'pong' }, 8192)),
              fc.tuple(anyBytes(30), fc.integer({ min: 0, max: 65_535 })).map(([data, length]) => {
                const head = encodeBodyChunkHead(data.length);
                head.writeUInt16BE(length, 4);
                return Buffer.concat([head, data]);
              }),
            ),
            { minLength: 1, maxLength: 4 },
          ),
        )
        .map(([packet, more]) => Buffer.concat([packet, ...more])),
    ],
  ];
}

/** Anything that a web server would not send. */
export function malformedCases(known: KnownValues): fc.Arbitrary<MalformedCase> {
  const noise = [
    ['noise', anyBytes(300)],
    [
      'noise in a packet',
      anyBytes(300).map((payload) =>
        Buffer.concat([Buffer.from([0x12, 0x34, payload.length >> 8, payload.length & 255]), payload]),
      ),
    ],
    [
      'a type that there is not',
      fc
        .tuple(fc.integer({ min: 0, max: 255 }), anyBytes(20))
        .map(([type, more]) => Buffer.concat([Buffer.from([0x12, 0x34, 0, more.length + 1, type]), more])),
    ],
  ] as const;
  const senders = ['without-secret', 'without-certificate'] as const;
  return fc.oneof(
    ...senders.flatMap((sender) =>
      [...bendsOf(requestsOf(sender, known)), ...noise].map(([kind, packets]) =>
        packets.map((bytes) => ({ sender, kind, bytes })),
      ),
    ),
  );
}
