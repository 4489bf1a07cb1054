// An authority that only reads: a record in memory, searched as the contract says.
import {
  CaError,
  type CertificateQuery,
  type CertificateRecord,
  certificateStatusAt,
  type RequestQuery,
  type RequestRecord,
} from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import { decodeCertificate, decodeNetscapeCertType, extensionOids } from '#codecs/x509';
import { type Clock, systemClock } from '#platform';
import type { LabRecord } from './read-record.ts';

export function createRecordAuthority(
  record: Omit<LabRecord, 'profiles' | 'crl' | 'securityDomain'> & Partial<LabRecord>,
  clock: Clock = systemClock,
): Partial<RaClient> {
  const { profiles = [], host, crl, securityDomain } = record;
  const certificates = record.certificates.map((certificate) => certificate.record);
  const requests = record.requests.map((request) => request.record);
  return {
    findRequest: async (id) => requests.find((request) => request.id === id) ?? null,
    listRequests: async (query) => listRequests(requests, query),
    findCertificate: async (serial) => certificates.find((certificate) => certificate.serialNumber === serial) ?? null,
    searchCertificates: async (query) => {
      const matches = certificates.filter((certificate) => isMatch(certificate, query, clock.now()));
      const after = matches.filter(({ serialNumber }) => serialNumber > (query.afterSerial ?? -1n));
      const offset = query.offset ?? 0;
      return { certificates: after.slice(offset, offset + query.limit), total: matches.length };
    },
    revokeCertificate: async ({ serialNumber }) => {
      throw new CaError('not-authorized', `Certificate 0x${serialNumber.toString(16)} is a CA signing certificate`);
    },
    releaseCertificate: async (serial) => {
      throw new CaError('unknown-certificate', `Certificate ID 0x${serial.toString(16)} not found`);
    },
    listProfiles: async () => profiles,
    findProfile: async (id) => profiles.find((profile) => profile.id === id) ?? null,
    ...(securityDomain === undefined ? {} : { readSecurityDomain: async () => securityDomain }),
    describeAuthority: async () => host,
    listAuthorities: async () => [host],
    findCrl: async (point, kind) => {
      if (crl === undefined || point !== crl.issuingPoint)
        throw new CaError('unknown-issuing-point', `no issuing point ${point}`);
      return kind === 'full' ? crl : null;
    },
  };
}

function listRequests(
  requests: readonly RequestRecord[],
  { state, kind, createdFrom, createdTo, fromId, beforeId, newestFirst, limit }: RequestQuery,
) {
  const matches = requests.filter(
    (request) =>
      (state ?? request.state) === request.state &&
      (kind ?? request.kind) === request.kind &&
      request.createdAt >= (createdFrom ?? request.createdAt) &&
      request.createdAt <= (createdTo ?? request.createdAt),
  );
  const sorted = matches.toSorted((one, other) => Number(one.id - other.id));
  const ordered = newestFirst === true ? sorted.reverse() : sorted;
  const page = ordered.filter(({ id }) => id >= (fromId ?? -1n) && id < (beforeId ?? id + 1n)).slice(0, limit);
  const precedingCount = matches.filter(({ id }) => fromId !== undefined && id < fromId).length;
  return { requests: page, total: matches.length, precedingCount };
}

function isMatch(certificate: CertificateRecord, query: CertificateQuery, now: Date): boolean {
  const { serialNumber, issuedAt, issuedBy, notBefore, notAfter, revocation } = certificate;
  const status = certificateStatusAt(certificate, now);
  const lengthMs = notAfter.getTime() - notBefore.getTime();
  return (
    serialNumber >= (query.serialFrom ?? serialNumber) &&
    serialNumber <= (query.serialTo ?? serialNumber) &&
    (query.statuses?.includes(status) ?? true) &&
    (query.issuer === undefined || query.issuer.toLowerCase() === certificate.issuer.toLowerCase()) &&
    isSubjectMatch(certificate.subject, query.subject) &&
    isUserMatch(issuedBy, query.issuedBy) &&
    isUserMatch(revocation?.revokedBy ?? null, query.revokedBy) &&
    isWithin(issuedAt, query.issuedFrom, query.issuedTo) &&
    isWithin(notBefore, query.notBeforeFrom, query.notBeforeTo) &&
    isWithin(notAfter, query.notAfterFrom, query.notAfterTo) &&
    isWithin(revocation?.revokedAt ?? null, query.revokedFrom, query.revokedTo) &&
    (query.revocationReasons === undefined || query.revocationReasons.includes(revocation?.reason ?? -1)) &&
    (query.hasInvalidityDate === undefined ||
      (revocation !== null && (revocation.invalidityDate !== null) === query.hasInvalidityDate)) &&
    (query.validityLength === undefined ||
      (query.validityLength.operation === '<='
        ? lengthMs <= query.validityLength.milliseconds
        : lengthMs >= query.validityLength.milliseconds)) &&
    isTypeMatch(certificate, query.netscapeCertificateType)
  );
}

function isSubjectMatch(subject: string, wanted: CertificateQuery['subject']): boolean {
  if (wanted === undefined) return true;
  const text = subject.toLowerCase();
  const contains = ({ attribute, value }: { attribute: string; value: string }) => {
    const at = text.indexOf(`${attribute.toLowerCase()}=`);
    return at >= 0 && text.indexOf(value.toLowerCase(), at + attribute.length + 1) >= 0;
  };
  const equals = ({ attribute, value }: { attribute: string; value: string }) =>
    `${text},`.includes(`${attribute.toLowerCase()}=${value.toLowerCase()},`);
  return wanted.match === 'contains-any' ? wanted.parts.some(contains) : wanted.parts.every(equals);
}

function isUserMatch(user: string | null, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted === '' ? user !== null : user?.toLowerCase() === wanted.toLowerCase();
}

function isWithin(date: Date | null, from: Date | undefined, to: Date | undefined): boolean {
  if (from === undefined && to === undefined) return true;
  return date !== null && date >= (from ?? date) && date <= (to ?? date);
}

function isTypeMatch(
  { certificateDer }: CertificateRecord,
  wanted: CertificateQuery['netscapeCertificateType'],
): boolean {
  if (wanted === undefined) return true;
  const { extensions } = decodeCertificate(certificateDer, { rules: 'ber' });
  const extension = extensions.find(({ oid }) => oid === extensionOids.netscapeCertType);
  if (extension === undefined) return false;
  const types: ReadonlySet<string> = decodeNetscapeCertType(extension.valueDer);
  return Object.entries(wanted).every(([name, isSet]) => types.has(name) === isSet);
}
