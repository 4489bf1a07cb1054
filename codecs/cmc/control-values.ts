// Values of the controls that ask for something: revocation, a certificate, what became of a request (RFC 5272 section 6).
import { type DerReader, openDer, tags } from '#codecs/der';
import { readItems } from './read-items.ts';

/** RevokeRequest (RFC 5272 section 6.11). */
export interface RevokeRequest {
  readonly issuerDer: Buffer;
  readonly serialNumber: bigint;
  /** CRLReason as it was sent. */
  readonly reason: number;
  readonly invalidityDate: Date | null;
  /** A secret that stands for a signature; null where there is none. */
  readonly sharedSecret: Buffer | null;
  readonly comment: string | null;
}

/** A certificate by its issuer, a GeneralName or, as Dogtag writes it, a Name; and its serial number. */
export interface CertificateName {
  readonly issuerDer: Buffer;
  readonly serialNumber: bigint;
}

const bytesMax = 64 * 1024;
const open = (der: Uint8Array): DerReader => openDer(der, { rules: 'ber', bytesMax });

/** Throws DerError. */
export function decodeRevokeRequest(der: Uint8Array): RevokeRequest {
  const sequence = open(der).enterSequence('RevokeRequest');
  const issuerDer = sequence.readAny('issuerName').bytes;
  const serialNumber = sequence.readInteger('serialNumber');
  const reason = sequence.readEnumerated('reason');
  const invalidityDate =
    sequence.peekTag() === tags.generalizedTime ? sequence.readGeneralizedTime('invalidityDate') : null;
  const sharedSecret = sequence.peekTag() === tags.octetString ? sequence.readOctetString('passphrase') : null;
  const comment = sequence.peekTag() === tags.utf8String ? sequence.readCharacterString('utf8String', 'comment') : null;
  sequence.assertEnd('RevokeRequest');
  return { issuerDer, serialNumber, reason, invalidityDate, sharedSecret, comment };
}

/** GetCert (RFC 5272 section 6.9). Throws DerError. */
export function decodeGetCert(der: Uint8Array): CertificateName {
  const sequence = open(der).enterSequence('GetCert');
  const issuerDer = sequence.readAny('issuerName').bytes;
  const serialNumber = sequence.readInteger('serialNumber');
  sequence.assertEnd('GetCert');
  return { issuerDer, serialNumber };
}

/** CMCCertId (RFC 5272 section 6.17). Throws DerError. */
export function decodeCmcCertId(der: Uint8Array): CertificateName {
  const sequence = open(der).enterSequence('CMCCertId');
  const issuerDer = sequence.readElement(tags.sequence, 'issuer').bytes;
  const serialNumber = sequence.readInteger('serialNumber');
  sequence.findElement(tags.bitString, 'issuerUID');
  sequence.assertEnd('CMCCertId');
  return { issuerDer, serialNumber };
}

/** The body parts that an LraPopWitness vouches for (RFC 5272 section 6.8). Throws DerError. */
export function decodeLraPopWitness(der: Uint8Array): readonly bigint[] {
  const sequence = open(der).enterSequence('LraPopWitness');
  sequence.readInteger('pkiDataBodyid');
  const ids = readItems(sequence.enterSequence('bodyIds'), (list) => list.readInteger('bodyPartID'));
  sequence.assertEnd('LraPopWitness');
  return ids;
}

/** Text of an identification control (RFC 5272 section 6.2.3). Throws DerError. */
export function decodeIdentification(der: Uint8Array): string {
  return open(der).readCharacterString('utf8String', 'identification');
}

/** Throws DerError. */
export function decodeOctetStringValue(der: Uint8Array): Buffer {
  return open(der).readOctetString('control value');
}

/** Throws DerError. */
export function decodeIntegerValue(der: Uint8Array): bigint {
  return open(der).readInteger('control value');
}
