// What a CMC exchange did: certificates that the response brings and the request did not have, and certificates that the request revokes.
import {
  cmcControls,
  decodeCmcResponse,
  decodeContentInfo,
  decodePkiData,
  decodeRevokeRequest,
  type PkiData,
} from '#codecs/cmc';
import { DerError } from '#codecs/der';
import { decodeCertificationRequest } from '#codecs/pkcs';
import { type Certificate, decodeCertificate, decodeSubjectPublicKeyInfo } from '#codecs/x509';
import type { SerialNumber } from '../contract.ts';
import type { UnauthenticatedRequest } from '../routing/gateway-request.ts';
import type { GatewayResponse } from '../routing/operation.ts';
import type { NamedObjects } from './exchange-sink.ts';

/** Requests have no numbers in CMC, but where one waits. */
export function cmcExchange({ body }: UnauthenticatedRequest, _text: string, response: GatewayResponse): NamedObjects {
  const data = readOr(null, () => pkiDataOf(body));
  return {
    requestIds: [],
    issuedSerials: readOr([], () => issuedIn(response.body, requestedKeys(body, data))),
    changedSerials: readOr([], () => revokedBy(data)),
  };
}

/** A certificate was issued by this exchange if it has a key that was asked about: those of the authority's chain, and one that was only fetched, have none. */
function issuedIn(responseDer: Buffer, keysDer: readonly Buffer[]): SerialNumber[] {
  const certificates = decodeCmcResponse(responseDer).certificatesDer.map((der) =>
    decodeCertificate(der, { rules: 'ber' }),
  );
  const issued = certificates.filter((certificate) => keysDer.some((keyDer) => hasKey(certificate, keyDer)));
  // In the order in which they were made; the SET of a response is in the order of bytes.
  const serials = issued.map(({ serialNumber }) => serialNumber as SerialNumber);
  return serials.sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));
}

/** An AlgorithmIdentifier may be written anew for a certificate; the key's own octets are not. */
function hasKey({ subjectPublicKeyInfoDer }: Certificate, keyDer: Buffer): boolean {
  const octetsOf = (der: Buffer) => decodeSubjectPublicKeyInfo(der).keyBytes;
  return octetsOf(subjectPublicKeyInfoDer).equals(octetsOf(keyDer));
}

function requestedKeys(body: Buffer, data: PkiData | null): readonly Buffer[] {
  return data === null ? [decodeCertificationRequest(body).subjectPublicKeyInfoDer] : data.requests.flatMap(keyOf);
}

function keyOf(tagged: PkiData['requests'][number]): readonly Buffer[] {
  const keyDer =
    tagged.kind === 'pkcs10'
      ? tagged.request.subjectPublicKeyInfoDer
      : tagged.kind === 'crmf'
        ? tagged.message.template.subjectPublicKeyInfoDer
        : null;
  return keyDer === null ? [] : [keyDer];
}

function revokedBy(data: PkiData | null): SerialNumber[] {
  const values = (data?.controls ?? []).filter(({ oid }) => oid === cmcControls.revokeRequest);
  const serials = values.flatMap(({ valuesDer }) => valuesDer.map((der) => decodeRevokeRequest(der).serialNumber));
  return serials.map((serial) => serial as SerialNumber);
}

function pkiDataOf(body: Buffer): PkiData | null {
  const message = decodeContentInfo(body);
  return message.kind === 'other' || message.content === null ? null : decodePkiData(message.content);
}

function readOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return otherwise;
    throw error;
  }
}
