// What a forward request says after its headers: the query, the client's TLS connection, the secret, and whatever the web server adds by name.
import { attributeCodes } from './ajp-constants.ts';
import { AjpError } from './ajp-error.ts';
import type { PacketReader } from './packet-reader.ts';
import type { PacketWriter } from './packet-writer.ts';

/** Texts hold one character per byte (latin1). Null members were not sent. */
export interface AjpRequestAttributes {
  /** Query as sent, without the question mark; null when there was none. */
  readonly query: string | null;
  readonly remotePort: number;
  /** The address that the client connected to. */
  readonly localAddress: string | null;
  /** Who the web server says the client is, and how it found out. */
  readonly remoteUser: string | null;
  readonly authenticationType: string | null;
  /** Names the container among several (`jvmRoute`). */
  readonly route: string | null;
  /** PEM of the client's certificate, which the container presents to its applications; its chain may follow. */
  readonly clientCertificatePem: string | null;
  readonly tlsCipher: string | null;
  readonly tlsSession: string | null;
  readonly tlsKeySize: number | null;
  readonly tlsProtocol: string | null;
  /** The connector's shared secret, without which Tomcat answers 403. */
  readonly secret: string | null;
  /** Names and values in turns: attributes by name that the protocol itself gives no meaning. */
  readonly otherAttributes: readonly string[];
}

const remotePortName = 'AJP_REMOTE_PORT';
const localAddressName = 'AJP_LOCAL_ADDR';
const tlsProtocolName = 'AJP_SSL_PROTOCOL';
const namesWithMeaning: ReadonlySet<string> = new Set([remotePortName, localAddressName, tlsProtocolName]);

/** Writes every attribute and their end. `storedMethod` is the name of a method without a code; null for all others. */
export function encodeAttributes(writer: PacketWriter, given: AjpRequestAttributes, storedMethod: string | null): void {
  const coded = (code: number, value: string | null) => {
    if (value !== null) writer.byte(code).text(value);
  };
  const named = (name: string, value: string | null) => {
    if (value !== null) writer.byte(attributeCodes.named).text(name).text(value);
  };
  coded(attributeCodes.secret, given.secret);
  coded(attributeCodes.remoteUser, given.remoteUser);
  coded(attributeCodes.authenticationType, given.authenticationType);
  coded(attributeCodes.queryString, given.query);
  coded(attributeCodes.route, given.route);
  coded(attributeCodes.tlsCertificate, given.clientCertificatePem);
  coded(attributeCodes.tlsCipher, given.tlsCipher);
  coded(attributeCodes.tlsSession, given.tlsSession);
  if (given.tlsKeySize !== null) writer.byte(attributeCodes.tlsKeySize).integer(given.tlsKeySize);
  coded(attributeCodes.storedMethod, storedMethod);
  named(remotePortName, String(given.remotePort));
  named(localAddressName, given.localAddress);
  named(tlsProtocolName, given.tlsProtocol);
  for (let index = 0; index < given.otherAttributes.length; index += 2)
    named(given.otherAttributes[index] ?? '', given.otherAttributes[index + 1] ?? '');
  writer.byte(attributeCodes.end);
}

/** Reads up to the end of the attributes. Throws malformed-packet. */
export function decodeAttributes(
  reader: PacketReader,
): AjpRequestAttributes & { readonly storedMethod: string | null } {
  const { coded, named, otherAttributes, tlsKeySize } = collect(reader);
  const codedText = (code: number) => coded.get(code) ?? null;
  const namedText = (name: string) => named.get(name) ?? null;
  return {
    query: codedText(attributeCodes.queryString),
    remotePort: portFrom(namedText(remotePortName)),
    localAddress: namedText(localAddressName),
    remoteUser: codedText(attributeCodes.remoteUser),
    authenticationType: codedText(attributeCodes.authenticationType),
    route: codedText(attributeCodes.route),
    clientCertificatePem: codedText(attributeCodes.tlsCertificate),
    tlsCipher: codedText(attributeCodes.tlsCipher),
    tlsSession: codedText(attributeCodes.tlsSession),
    tlsKeySize,
    tlsProtocol: namedText(tlsProtocolName),
    secret: codedText(attributeCodes.secret),
    otherAttributes,
    storedMethod: codedText(attributeCodes.storedMethod),
  };
}

interface CollectedAttributes {
  readonly coded: ReadonlyMap<number, string | null>;
  readonly named: ReadonlyMap<string, string>;
  readonly otherAttributes: readonly string[];
  readonly tlsKeySize: number | null;
}

function collect(reader: PacketReader): CollectedAttributes {
  const coded = new Map<number, string | null>();
  const named = new Map<string, string>();
  const otherAttributes: string[] = [];
  let tlsKeySize: number | null = null;
  while (reader.bytesLeft > 0) {
    const code = reader.byte();
    if (code === attributeCodes.end) return { coded, named, otherAttributes, tlsKeySize };
    if (code === attributeCodes.named) {
      const name = reader.text() ?? '';
      const value = reader.text() ?? '';
      if (namesWithMeaning.has(name)) named.set(name, value);
      else otherAttributes.push(name, value);
      continue;
    }
    if (code < 1 || code > attributeCodes.storedMethod)
      throw new AjpError('malformed-packet', `AJP attribute code ${code} is unknown`);
    // Two secrets, or two certificates, would leave it to the reader which one counts.
    if (coded.has(code)) throw new AjpError('malformed-packet', `AJP attribute code ${code} came twice`);
    if (code === attributeCodes.tlsKeySize) {
      tlsKeySize = reader.integer();
      coded.set(code, null);
    } else coded.set(code, reader.text());
  }
  throw new AjpError('malformed-packet', 'an AJP forward request has no end');
}

function portFrom(text: string | null): number {
  return text !== null && /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : 0;
}
