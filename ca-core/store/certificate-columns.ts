// Between a certificate's record and its rows: the columns by which it is searched are made from its exact bytes.
import { hash } from 'node:crypto';
import {
  authorityId,
  type CertificateRecord,
  type NewCertificate,
  profileId,
  type Revocation,
  type RevocationReason,
  requestId,
  serialNumber,
} from '#ca-core/engine';
import {
  type Certificate,
  decodeCertificate,
  decodeNetscapeCertType,
  extensionOids,
  findExtension,
  netscapeCertTypeNames,
} from '#codecs/x509';
import { type SqlValue, textArray } from '#platform';
import { digestText, foldText, storableText, storableTextOrNull, subjectValueDigests } from './search-text.ts';

export interface CertificateRow {
  readonly serial_number: bigint;
  readonly authority_id: string;
  readonly certificate_der: Buffer;
  readonly issuer: string;
  readonly subject: string;
  readonly not_before: Date;
  readonly not_after: Date;
  readonly key_algorithm_oid: string;
  readonly key_bits: number | null;
  readonly issued_at: Date;
  readonly issued_by: string | null;
  readonly request_id: bigint | null;
  readonly profile_id: string | null;
  readonly origin: CertificateRecord['origin'];
  readonly revoked_at: Date | null;
  readonly revocation_noted_at: Date | null;
  readonly revocation_reason: number | null;
  readonly revoked_by: string | null;
  readonly invalidity_date: Date | null;
}

/** Of `certificates c` joined with `certificate_contents t`. */
export const certificateRowColumns = `c.serial_number, c.authority_id, t.certificate_der, c.issuer, c.subject,
  c.not_before, c.not_after, c.key_algorithm_oid, c.key_bits, c.issued_at, c.issued_by, c.request_id, c.profile_id,
  c.origin, c.revoked_at, c.revocation_noted_at, c.revocation_reason, c.revoked_by, c.invalidity_date`;

export function certificateFromRow(row: CertificateRow): CertificateRecord {
  return {
    serialNumber: serialNumber(row.serial_number),
    authorityId: authorityId(row.authority_id),
    certificateDer: row.certificate_der,
    issuer: row.issuer,
    subject: row.subject,
    notBefore: row.not_before,
    notAfter: row.not_after,
    keyAlgorithmOid: row.key_algorithm_oid,
    keyBits: row.key_bits,
    issuedAt: row.issued_at,
    issuedBy: row.issued_by,
    requestId: row.request_id === null ? null : requestId(row.request_id),
    profileId: row.profile_id === null ? null : profileId(row.profile_id),
    revocation: revocationFromRow(row),
    origin: row.origin,
  };
}

export type RevocationColumns = Pick<
  CertificateRow,
  'revoked_at' | 'revocation_noted_at' | 'revocation_reason' | 'revoked_by' | 'invalidity_date'
>;

export function revocationFromRow(row: RevocationColumns): Revocation | null {
  if (row.revoked_at === null) return null;
  return {
    reason: (row.revocation_reason ?? 0) as RevocationReason,
    revokedAt: row.revoked_at,
    ...(row.revocation_noted_at === null ? {} : { notedAt: row.revocation_noted_at }),
    revokedBy: row.revoked_by,
    invalidityDate: row.invalidity_date,
  };
}

/**
 * Types of the parameters of `certificateSource`, in their order. One array per column: PostgreSQL plans the statement once,
 * whatever the number of rows.
 */
const certificateSourceTypes = [
  'numeric',
  'text',
  'bytea',
  'text',
  'bigint',
  'text',
  'text',
  'bigint',
  'float8',
  'float8',
  'text',
  'integer',
  'bytea',
  'smallint',
  'float8',
  'text',
  'numeric',
  'text',
  'float8',
  'smallint',
  'text',
  'float8',
  'text',
  'float8',
  'text',
];

/** Names of those columns. */
const sourceColumns = `serial_number, authority_id, certificate_der, issuer, issuer_digest, subject, subject_folded,
  subject_digest, not_before_ms, not_after_ms, key_algorithm_oid, key_bits, public_key_sha256,
  netscape_certificate_type, issued_at_ms, issued_by, request_id, profile_id, revoked_at_ms, revocation_reason,
  revoked_by, invalidity_date_ms, origin, revocation_noted_at_ms, subject_values`;

/** `from` item that yields the rows of the first parameters of a statement; insert from it with the two texts below. */
export const certificateSource = `unnest(${certificateSourceTypes
  .map((type, index) => `$${index + 1}::${type}[]`)
  .join(', ')}) as given (${sourceColumns})`;

export const certificateInsertColumns = `serial_number, authority_id, issuer, issuer_digest, subject, subject_folded,
  subject_digest, not_before, not_after, validity_ms, key_algorithm_oid, key_bits, public_key_sha256,
  netscape_certificate_type, issued_at, issued_by, request_id, profile_id, revoked_at, revocation_reason, revoked_by,
  invalidity_date, origin, revocation_noted_at, subject_values`;

export const certificateInsertValues = `given.serial_number, given.authority_id, given.issuer, given.issuer_digest,
  given.subject, given.subject_folded, given.subject_digest, to_timestamp(given.not_before_ms / 1000),
  to_timestamp(given.not_after_ms / 1000), (given.not_after_ms - given.not_before_ms)::bigint,
  given.key_algorithm_oid, given.key_bits, given.public_key_sha256, given.netscape_certificate_type,
  to_timestamp(given.issued_at_ms / 1000), given.issued_by, given.request_id, given.profile_id,
  to_timestamp(given.revoked_at_ms / 1000), given.revocation_reason, given.revoked_by,
  to_timestamp(given.invalidity_date_ms / 1000), given.origin, to_timestamp(given.revocation_noted_at_ms / 1000),
  given.subject_values::bigint[]`;

/** The parameters for these certificates. Throws DerError for bytes that are no certificate. */
export function certificateParameters(certificates: readonly NewCertificate[]): SqlValue[] {
  const rows = certificates.map(valuesOf);
  return certificateSourceTypes.map((type, column) => {
    const values = rows.map((row) => row[column] ?? null);
    return type === 'text' ? textArray(values as (string | null)[]) : values;
  });
}

function valuesOf({ record, decoded }: NewCertificate): SqlValue[] {
  const certificate = decoded ?? decodeCertificate(record.certificateDer, { rules: 'ber' });
  const subject = storableText(record.subject);
  const issuer = storableText(record.issuer);
  const subjectFolded = foldText(subject);
  const { revocation } = record;
  return [
    record.serialNumber,
    record.authorityId,
    record.certificateDer,
    issuer,
    digestIssuer(issuer),
    subject,
    subjectFolded,
    digestText(subjectFolded),
    record.notBefore.getTime(),
    record.notAfter.getTime(),
    record.keyAlgorithmOid,
    record.keyBits,
    hash('sha256', certificate.subjectPublicKeyInfoDer, 'buffer'),
    findNetscapeCertificateType(certificate),
    record.issuedAt.getTime(),
    storableTextOrNull(record.issuedBy),
    record.requestId,
    storableTextOrNull(record.profileId),
    revocation?.revokedAt.getTime() ?? null,
    revocation?.reason ?? null,
    storableTextOrNull(revocation?.revokedBy ?? null),
    revocation?.invalidityDate?.getTime() ?? null,
    record.origin,
    notedMs(revocation),
    // An array within an array of them would be unnested, too.
    `{${subjectValueDigests(subjectFolded).join()}}`,
  ];
}

/** Nearly all certificates have the same few issuers. */
const issuerDigests = new Map<string, bigint>();
const issuerDigestsMax = 256;

function digestIssuer(issuer: string): bigint {
  const known = issuerDigests.get(issuer);
  if (known !== undefined) return known;
  const digest = digestText(foldText(issuer));
  if (issuerDigests.size >= issuerDigestsMax) issuerDigests.clear();
  issuerDigests.set(issuer, digest);
  return digest;
}

function findNetscapeCertificateType({ extensions }: Certificate): number | null {
  const extension = findExtension(extensions, extensionOids.netscapeCertType);
  if (extension === null) return null;
  try {
    const types = decodeNetscapeCertType(extension.valueDer);
    return netscapeCertTypeNames.reduce((bits, name, bit) => bits | (types.has(name) ? netscapeBit(bit) : 0), 0);
  } catch {
    // An extension that can't be read is found by no search for its bits; the certificate is kept all the same.
    return null;
  }
}

/** Milliseconds of the second date; null when it is not another. */
export function notedMs(revocation: Revocation | null): number | null {
  if (revocation?.notedAt === undefined) return null;
  const noted = revocation.notedAt.getTime();
  return noted === revocation.revokedAt.getTime() ? null : noted;
}

export function netscapeBit(bit: number): number {
  return 0x80 >> bit;
}
