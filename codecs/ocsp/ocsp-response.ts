// OCSP responses (RFC 6960 section 4.2) in two steps: ResponseData to be signed, then the response around its signature. As Dogtag writes them.
import {
  contextConstructed,
  contextPrimitive,
  DerError,
  type DerReader,
  encodeBitString,
  encodeConstructed,
  encodeElement,
  encodeEnumerated,
  encodeExplicit,
  encodeGeneralizedTime,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  openDer,
  tags,
} from '#codecs/der';
import { type CertificateExtension, encodeExtension, readExtensions } from '#codecs/x509';
import { type CertId, readCertId } from './cert-id.ts';

/** OCSPResponseStatus; 4 is not used. */
export const ocspResponseStatuses = {
  successful: 0,
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
} as const;
export type OcspResponseStatus = keyof typeof ocspResponseStatuses;

export type ResponderId =
  | { readonly kind: 'byName'; readonly nameDer: Uint8Array }
  /** SHA-1 of the responder's key. */
  | { readonly kind: 'byKey'; readonly keyHash: Uint8Array };

export type CertStatus =
  | { readonly kind: 'good' }
  /** Dogtag never says the reason; null leaves it out. */
  | { readonly kind: 'revoked'; readonly revocationTime: Date; readonly reasonCode: number | null }
  | { readonly kind: 'unknown' };

export interface SingleResponse {
  readonly certId: Pick<CertId, 'der'>;
  readonly status: CertStatus;
  /** All times are whole seconds. */
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
}

export interface ResponseData {
  readonly responderId: ResponderId;
  readonly producedAt: Date;
  readonly responses: readonly SingleResponse[];
  /** The nonce that was asked with, usually; an empty list is left out. */
  readonly extensions: readonly CertificateExtension[];
}

const basicOcspResponseOid = '1.3.6.1.5.5.7.48.1.1';

/** DER of ResponseData, over which the signature is made. */
export function encodeResponseData(data: ResponseData): Buffer {
  const parts = [
    encodeResponderId(data.responderId),
    encodeGeneralizedTime(data.producedAt),
    encodeConstructed(tags.sequence, data.responses.map(encodeSingleResponse)),
  ];
  if (data.extensions.length > 0) {
    parts.push(encodeExplicit(1, encodeConstructed(tags.sequence, data.extensions.map(encodeExtension))));
  }
  return encodeConstructed(tags.sequence, parts);
}

function encodeResponderId(id: ResponderId): Buffer {
  return id.kind === 'byName' ? encodeExplicit(1, id.nameDer) : encodeExplicit(2, encodeOctetString(id.keyHash));
}

function encodeSingleResponse(response: SingleResponse): Buffer {
  const parts = [response.certId.der, encodeStatus(response.status), encodeGeneralizedTime(response.thisUpdate)];
  if (response.nextUpdate !== null) parts.push(encodeExplicit(0, encodeGeneralizedTime(response.nextUpdate)));
  return encodeConstructed(tags.sequence, parts);
}

function encodeStatus(status: CertStatus): Buffer {
  switch (status.kind) {
    case 'good':
      return encodeElement(contextPrimitive(0), Buffer.alloc(0));
    case 'unknown':
      return encodeElement(contextPrimitive(2), Buffer.alloc(0));
    case 'revoked': {
      const parts = [encodeGeneralizedTime(status.revocationTime)];
      if (status.reasonCode !== null) parts.push(encodeExplicit(0, encodeEnumerated(status.reasonCode)));
      return encodeConstructed(contextConstructed(1), parts);
    }
  }
}

/**
 * A successful response. `certificatesDer` are the responder's certificate and its chain, as Dogtag sends them; none leaves the part out.
 * `signature` is the content of the BIT STRING.
 */
export function assembleOcspResponse(
  responseDataDer: Uint8Array,
  signatureAlgorithmDer: Uint8Array,
  signature: Uint8Array,
  certificatesDer: readonly Uint8Array[],
): Buffer {
  const parts: Uint8Array[] = [responseDataDer, signatureAlgorithmDer, encodeBitString(signature)];
  if (certificatesDer.length > 0) parts.push(encodeExplicit(0, encodeConstructed(tags.sequence, certificatesDer)));
  const basic = encodeConstructed(tags.sequence, parts);
  return encodeSequence(
    encodeEnumerated(ocspResponseStatuses.successful),
    encodeExplicit(0, encodeSequence(encodeObjectIdentifier(basicOcspResponseOid), encodeOctetString(basic))),
  );
}

/** An answer that says why there is none. (Dogtag instead answers with status 200 and no body.) */
export function encodeOcspFailure(status: Exclude<OcspResponseStatus, 'successful'>): Buffer {
  return encodeSequence(encodeEnumerated(ocspResponseStatuses[status]));
}

export interface DecodedSingleResponse extends SingleResponse {
  readonly certId: CertId;
}

export interface BasicOcspResponse extends ResponseData {
  readonly responses: readonly DecodedSingleResponse[];
  /** ResponseData, over which the signature is made. */
  readonly responseDataDer: Buffer;
  readonly signatureAlgorithmDer: Buffer;
  readonly signature: Buffer;
  readonly certificatesDer: readonly Buffer[];
}

export type OcspResponse =
  | { readonly status: 'successful'; readonly basic: BasicOcspResponse }
  | { readonly status: Exclude<OcspResponseStatus, 'successful'>; readonly basic: null };

const bytesMax = 4 * 1024 * 1024;
const listMax = 1024;

/** Decodes a response without judging its signature. Throws DerError; also for a successful response that is not a basic one. */
export function decodeOcspResponse(der: Uint8Array): OcspResponse {
  const reader = openDer(der, { bytesMax });
  const outer = reader.enterSequence('OCSPResponse');
  reader.assertEnd('OCSPResponse');
  const status = findStatus(outer.readEnumerated('responseStatus'));
  if (status === null) throw new DerError('unknown OCSP response status');
  if (status !== 'successful') {
    outer.findElement(contextConstructed(0), 'responseBytes');
    outer.assertEnd('OCSPResponse');
    return { status, basic: null };
  }
  const wrapped = outer.enter(contextConstructed(0), 'responseBytes').enterSequence('ResponseBytes');
  outer.assertEnd('OCSPResponse');
  const type = wrapped.readObjectIdentifier('responseType');
  if (type !== basicOcspResponseOid) throw new DerError(`OCSP response of unknown type ${type}`);
  const basicDer = wrapped.readOctetString('response');
  wrapped.assertEnd('ResponseBytes');
  return { status, basic: decodeBasic(basicDer) };
}

function findStatus(code: number): OcspResponseStatus | null {
  const found = Object.entries(ocspResponseStatuses).find(([, value]) => value === code);
  return found === undefined ? null : (found[0] as OcspResponseStatus);
}

function decodeBasic(der: Uint8Array): BasicOcspResponse {
  const reader = openDer(der, { bytesMax });
  const sequence = reader.enterSequence('BasicOCSPResponse');
  reader.assertEnd('BasicOCSPResponse');
  const data = sequence.readElement(tags.sequence, 'tbsResponseData');
  const signatureAlgorithmDer = sequence.readElement(tags.sequence, 'signatureAlgorithm').bytes;
  const { bits: signature, unusedBits } = sequence.readBitString('signature');
  if (unusedBits !== 0) throw new DerError('signature is not a whole number of octets');
  const wrapped = sequence.findEntered(contextConstructed(0), 'certs');
  const certificatesDer =
    wrapped === null
      ? []
      : readAll(wrapped.enterSequence('certs'), (list) => list.readElement(tags.sequence, 'certificate').bytes);
  sequence.assertEnd('BasicOCSPResponse');
  const content = readResponseData(sequence.enterElement(data));
  return { ...content, responseDataDer: data.bytes, signatureAlgorithmDer, signature, certificatesDer };
}

function readResponseData(reader: DerReader): ResponseData & { readonly responses: readonly DecodedSingleResponse[] } {
  reader.findEntered(contextConstructed(0), 'version')?.readInteger('version');
  const responderId = readResponderId(reader);
  const producedAt = reader.readGeneralizedTime('producedAt');
  const responses = readAll(reader.enterSequence('responses'), readSingleResponse);
  const wrapped = reader.findEntered(contextConstructed(1), 'responseExtensions');
  const extensions = wrapped === null ? [] : readExtensions(wrapped);
  reader.assertEnd('ResponseData');
  return { responderId, producedAt, responses, extensions };
}

function readResponderId(reader: DerReader): ResponderId {
  const byName = reader.findEntered(contextConstructed(1), 'byName');
  if (byName !== null) return { kind: 'byName', nameDer: byName.readElement(tags.sequence, 'byName').bytes };
  return { kind: 'byKey', keyHash: reader.enter(contextConstructed(2), 'byKey').readOctetString('byKey') };
}

function readSingleResponse(reader: DerReader): DecodedSingleResponse {
  const sequence = reader.enterSequence('SingleResponse');
  const certId = readCertId(sequence);
  const status = readStatus(sequence);
  const thisUpdate = sequence.readGeneralizedTime('thisUpdate');
  const nextUpdate = sequence.findEntered(contextConstructed(0), 'nextUpdate')?.readGeneralizedTime('nextUpdate');
  sequence.findElement(contextConstructed(1), 'singleExtensions');
  sequence.assertEnd('SingleResponse');
  return { certId, status, thisUpdate, nextUpdate: nextUpdate ?? null };
}

function readStatus(reader: DerReader): CertStatus {
  if (reader.findElement(contextPrimitive(0), 'good') !== null) return { kind: 'good' };
  if (reader.findElement(contextPrimitive(2), 'unknown') !== null) return { kind: 'unknown' };
  const revoked = reader.enter(contextConstructed(1), 'revoked');
  const revocationTime = revoked.readGeneralizedTime('revocationTime');
  const reason = revoked.findEntered(contextConstructed(0), 'revocationReason')?.readEnumerated('revocationReason');
  revoked.assertEnd('revoked');
  return { kind: 'revoked', revocationTime, reasonCode: reason ?? null };
}

function readAll<T>(reader: DerReader, readItem: (reader: DerReader) => T): T[] {
  const items: T[] = [];
  while (!reader.isAtEnd) {
    if (items.length >= listMax) throw new DerError(`more than ${listMax} items`, reader.offset);
    items.push(readItem(reader));
  }
  return items;
}
