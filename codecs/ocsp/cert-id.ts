// CertID (RFC 6960 section 4.1.1): which certificate is asked about, named by hashes of its issuer and its serial number.
import { createHash } from 'node:crypto';
import {
  type DerReader,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  openDer,
} from '#codecs/der';

const hashByOid = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
} as const;
export type CertIdHash = (typeof hashByOid)[keyof typeof hashByOid];

export interface CertId {
  /** To be sent back as it is. */
  readonly der: Buffer;
  /** Null for an algorithm unknown here; Dogtag then answers "unknown". */
  readonly hash: CertIdHash | null;
  readonly issuerNameHash: Buffer;
  readonly issuerKeyHash: Buffer;
  readonly serialNumber: bigint;
}

/** The CertID that is next in `reader`. */
export function readCertId(reader: DerReader): CertId {
  const sequence = reader.enterSequence('CertID');
  const algorithm = sequence.enterSequence('hashAlgorithm');
  const oid = algorithm.readObjectIdentifier('hashAlgorithm');
  const parameters = algorithm.isAtEnd ? [] : [encodeNull()];
  if (!algorithm.isAtEnd) algorithm.readNull('parameters');
  algorithm.assertEnd('hashAlgorithm');
  const issuerNameHash = sequence.readOctetString('issuerNameHash');
  const issuerKeyHash = sequence.readOctetString('issuerKeyHash');
  const serialNumber = sequence.readInteger('serialNumber');
  sequence.assertEnd('CertID');
  // Written anew, because what came may have been BER, and only DER goes into what is signed.
  const der = encodeSequence(
    encodeSequence(encodeObjectIdentifier(oid), ...parameters),
    encodeOctetString(issuerNameHash),
    encodeOctetString(issuerKeyHash),
    encodeInteger(serialNumber),
  );
  return { der, hash: findHash(oid), issuerNameHash, issuerKeyHash, serialNumber };
}

function findHash(oid: string): CertIdHash | null {
  return Object.hasOwn(hashByOid, oid) ? hashByOid[oid as keyof typeof hashByOid] : null;
}

/** The issuer of the certificate asked about. */
export interface CertIdIssuer {
  /** Its subject Name. */
  readonly nameDer: Uint8Array;
  /** Content of its subjectPublicKey BIT STRING. */
  readonly keyBytes: Uint8Array;
}

/** DER of a CertID made by us. */
export function encodeCertId(issuer: CertIdIssuer, serialNumber: bigint, hash: CertIdHash = 'sha1'): Buffer {
  const [oid = ''] = Object.entries(hashByOid).find(([, name]) => name === hash) ?? [];
  return encodeSequence(
    encodeSequence(encodeObjectIdentifier(oid), encodeNull()),
    encodeOctetString(digest(hash, issuer.nameDer)),
    encodeOctetString(digest(hash, issuer.keyBytes)),
    encodeInteger(serialNumber),
  );
}

/**
 * True when the CertID's issuer has this name; the key's hash is left out of it, as Dogtag leaves it out, unless `compareKey`.
 * False for an unknown hash algorithm.
 */
export function isCertIdOfIssuer(certId: CertId, issuer: CertIdIssuer, compareKey: boolean): boolean {
  if (certId.hash === null || !digest(certId.hash, issuer.nameDer).equals(certId.issuerNameHash)) return false;
  return !compareKey || digest(certId.hash, issuer.keyBytes).equals(certId.issuerKeyHash);
}

function digest(hash: CertIdHash, bytes: Uint8Array): Buffer {
  return createHash(hash).update(bytes).digest();
}

/** Decodes one CertID and nothing after it. Throws DerError. */
export function decodeCertId(der: Uint8Array): CertId {
  const reader = openDer(der);
  const certId = readCertId(reader);
  reader.assertEnd('CertID');
  return certId;
}
