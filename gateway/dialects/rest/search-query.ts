// A search as clients describe it, as a query of the record (Dogtag's FilterBuilder). Several conditions count only with their flag.
import type { SearchRequest } from '#codecs/dogtag-rest';
import { escapeNameValue, parseIdentifier } from '#codecs/dogtag-text';
import type { CertificateQuery, SerialNumber } from '../../contract.ts';
import { statusesNamed } from './certificate-statuses.ts';
import { badRequest } from './error-response.ts';

type Conditions = Omit<CertificateQuery, 'limit' | 'offset' | 'afterSerial'>;

/** Null when nothing can match. Throws RestRefusal for a date or length that cannot be read. */
export function certificateQueryOf(search: SearchRequest): Conditions | null {
  const serials = serialConditions(search);
  const statuses = search.status === null || search.status === '' ? null : statusesNamed(search.status);
  if (serials === null || statuses?.length === 0) return null;
  return {
    ...serials,
    ...(statuses === null ? {} : { statuses }),
    ...(search.issuer === null || search.issuer === '' ? {} : { issuer: search.issuer }),
    ...(search.subjectInUse ? subjectConditions(search) : {}),
    ...(search.issuedByInUse ? { issuedBy: search.issuedBy ?? '' } : {}),
    ...(search.revokedByInUse ? { revokedBy: search.revokedBy ?? '' } : {}),
    ...dateConditions(search),
    ...(search.revocationReasonInUse ? reasonConditions(search) : {}),
    ...(search.validityLengthInUse ? validityConditions(search) : {}),
    ...(search.certificateTypeInUse ? typeConditions(search) : {}),
  };
}

/** Null when the lower bound is no number, which Dogtag's directory takes as a bound that nothing reaches; an upper one it passes over. */
function serialConditions({ serialFrom, serialTo }: SearchRequest): Conditions | null {
  const from = serialFrom === null || serialFrom === '' ? undefined : parseSerial(serialFrom);
  const to = serialTo === null || serialTo === '' ? null : parseSerial(serialTo);
  if (from === null) return null;
  return {
    ...(from === undefined ? {} : { serialFrom: from < 0n ? placeOfNegative(from) : from }),
    ...(to === null ? {} : { serialTo: to < 0n ? ((placeOfNegative(to) - 1n) as SerialNumber) : to }),
  };
}

/** A directory compares texts of the form `<length><digits>`, where a minus sign comes before every digit: -1 stands before 10, -10 before 100. */
function placeOfNegative(serial: SerialNumber): SerialNumber {
  return (10n ** BigInt(String(serial).length - 1)) as SerialNumber;
}

/** Unlike in paths, both kinds of x are good here. */
function parseSerial(text: string): SerialNumber | null {
  const id = parseIdentifier(text.replace(/^(\s*0)X/, '$1x'));
  return id === null ? null : (id as SerialNumber);
}

const subjectAttributes = [
  ['E', 'email'],
  ['CN', 'commonName'],
  ['UID', 'userId'],
  ['OU', 'organizationalUnit'],
  ['O', 'organization'],
  ['L', 'locality'],
  ['ST', 'state'],
  ['C', 'country'],
] as const;

function subjectConditions(search: SearchRequest): Conditions {
  const parts = subjectAttributes.flatMap(([attribute, key]) => {
    const value = search[key];
    return value === null || value === '' ? [] : [{ attribute, value: escapeNameValue(value) }];
  });
  if (parts.length === 0) return {};
  return { subject: { match: search.matchExactly ? 'equals-all' : 'contains-any', parts } };
}

/** Upper bounds are days, and their last millisecond belongs to them. */
const dayMs = 86_399_999;

function dateConditions(search: SearchRequest): Conditions {
  return {
    ...(search.issuedOnInUse
      ? { ...dateBound('issuedFrom', search.issuedOnFrom, 0), ...dateBound('issuedTo', search.issuedOnTo, dayMs) }
      : {}),
    ...(search.revokedOnInUse
      ? { ...dateBound('revokedFrom', search.revokedOnFrom, 0), ...dateBound('revokedTo', search.revokedOnTo, dayMs) }
      : {}),
    ...(search.notBeforeInUse
      ? {
          ...dateBound('notBeforeFrom', search.notBeforeFrom, 0),
          ...dateBound('notBeforeTo', search.notBeforeTo, dayMs),
        }
      : {}),
    ...(search.notAfterInUse
      ? { ...dateBound('notAfterFrom', search.notAfterFrom, 0), ...dateBound('notAfterTo', search.notAfterTo, dayMs) }
      : {}),
  };
}

/** Milliseconds since 1970 as text; beyond what a Date can hold, its ends stand for them. */
const dateMsMax = 8.64e15;

function dateBound<Key extends string>(key: Key, text: string | null, adjustmentMs: number): { [K in Key]?: Date } {
  if (text === null || text === '') return {};
  if (!/^[+-]?[0-9]{1,19}$/.test(text)) throw unreadable(text);
  const ms = Math.min(Math.max(Number(text) + adjustmentMs, -dateMsMax), dateMsMax);
  return { [key]: new Date(ms) } as { [K in Key]?: Date };
}

const unreadable = (text: string) => badRequest(`Unable to search for certificates: For input string: "${text}"`);

/**
 * Numbers separated by commas; what is none matches nothing. Dogtag looks for the reason at the end of its note of the revocation
 * (X509CertImplMapper.mapSearchFilter), where it does not stand when an invalidity date follows.
 */
function reasonConditions({ revocationReason }: SearchRequest): Conditions {
  const tokens = (revocationReason ?? '').split(',').filter((token) => token !== '');
  if (tokens.length === 0) return {};
  const revocationReasons = tokens.flatMap((token) => (/^[0-9]{1,3}$/.test(token) ? [Number(token)] : []));
  return { revocationReasons, hasInvalidityDate: false };
}

function validityConditions({ validityOperation, validityCount, validityUnit }: SearchRequest): Conditions {
  if (validityOperation !== '<=' && validityOperation !== '>=')
    throw badRequest('Unable to search for certificates: the operation of the validity is neither <= nor >=');
  if (validityCount === null || validityUnit === null)
    throw badRequest('Unable to search for certificates: the length of the validity is missing');
  return { validityLength: { operation: validityOperation, milliseconds: validityCount * validityUnit } };
}

const certificateTypes = [
  ['sslClient', 'sslClient'],
  ['sslServer', 'sslServer'],
  ['smime', 'secureEmail'],
  ['sslCA', 'subordinateSslCa'],
  ['smimeCA', 'subordinateEmailCa'],
] as const;

function typeConditions(search: SearchRequest): Conditions {
  const wanted = certificateTypes.flatMap(([name, key]) =>
    search[key] === 'on' || search[key] === 'off' ? [[name, search[key] === 'on'] as const] : [],
  );
  return wanted.length === 0 ? {} : { netscapeCertificateType: Object.fromEntries(wanted) };
}
