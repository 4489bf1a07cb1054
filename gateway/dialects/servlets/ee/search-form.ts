// The form of srchCerts as a query of the record, and as the filter that Dogtag makes of it and repeats in its answer (SrchCerts.buildFilter).
import { DerError } from '#codecs/der';
import type { SearchRequest } from '#codecs/dogtag-rest';
import { escapeNameValue } from '#codecs/dogtag-text';
import { decodeBasicConstraints, decodeCertificate, extensionOids } from '#codecs/x509';
import type { CertificateRecord } from '../../../contract.ts';
import type { GatewayRequest } from '../../../routing/operation.ts';
import { certificateQueryOf } from '../../rest/search-query.ts';
import { findParameter } from '../servlet-call.ts';
import { ServletFault } from '../servlet-fault.ts';

export interface SearchForm {
  readonly filterText: string;
  /** Null when nothing can match. */
  readonly query: ReturnType<typeof certificateQueryOf>;
  /** What the record is not searched by; null without such a condition. */
  readonly isMatch: ((record: CertificateRecord) => boolean) | null;
}

/** One condition: its part of the filter, and what it says in the terms of the search over REST. */
interface Condition {
  readonly text: string;
  readonly search?: Partial<SearchRequest>;
  readonly isMatch?: (record: CertificateRecord) => boolean;
}

const badFilter = () => new ServletFault('Unable to search LDAP record: Bad search filter');

/** Throws ServletFault for a form without conditions, and for values that would be parts of a filter. */
export function readSearchForm(request: GatewayRequest): SearchForm {
  const conditions = readers.flatMap(([flag, read]) => (isOn(request, flag) ? [read(request)] : []));
  const filterText = conditions.map(({ text }) => text).join('');
  if (filterText === '') throw badFilter();
  const search: SearchRequest = Object.assign({}, noSearch, ...conditions.map((condition) => condition.search ?? {}));
  const matches = conditions.flatMap(({ isMatch }) => (isMatch === undefined ? [] : [isMatch]));
  return {
    filterText: `(&${filterText})`,
    query: certificateQueryOf(search),
    isMatch: matches.length === 0 ? null : (record) => matches.every((matchesOne) => matchesOne(record)),
  };
}

/** In the order of the filter. */
const readers: readonly (readonly [flag: string, read: (request: GatewayRequest) => Condition])[] = [
  ['serialNumberRangeInUse', someSerialRange],
  ['subjectInUse', subject],
  ['revokedByInUse', (request) => user(request, 'revokedBy', 'certRevokedBy')],
  ['revokedOnInUse', (request) => dates(request, 'revokedOn', 'certRevokedOn')],
  ['revocationReasonInUse', revocationReason],
  ['issuedByInUse', (request) => user(request, 'issuedBy', 'certIssuedBy')],
  ['issuedOnInUse', (request) => dates(request, 'issuedOn', 'certCreateTime')],
  ['validNotBeforeInUse', (request) => dates(request, 'validNotBefore', 'x509cert.notBefore')],
  ['validNotAfterInUse', (request) => dates(request, 'validNotAfter', 'x509cert.notAfter')],
  ['validityLengthInUse', validityLength],
  ['certTypeInUse', certificateType],
  ['statusInUse', status],
  ['profileInUse', profile],
  ['basicConstraintsInUse', basicConstraints],
];

const isOn = (request: GatewayRequest, name: string) => findParameter(request, name) === 'on';

/** Dogtag writes values into its filter as they are, so that they could be filters themselves. Throws ServletFault for such. */
function plain(text: string): string {
  if (escapeFilterValue(text) !== text) throw badFilter();
  return text;
}

function given(request: GatewayRequest, name: string): string | null {
  const text = findParameter(request, name);
  return text === null || text === '' ? null : plain(text);
}

function someSerialRange(request: GatewayRequest): Condition {
  const { text, search } = serialRange(request);
  return { text: text === '' ? '(certRecordId=*)' : text, search };
}

function serialRange(request: GatewayRequest): Condition & { readonly search: Partial<SearchRequest> } {
  const [serialFrom, serialTo] = [given(request, 'serialFrom'), given(request, 'serialTo')];
  const from = serialFrom === null ? '' : `(certRecordId>=${serialFrom})`;
  const to = serialTo === null ? '' : `(certRecordId<=${serialTo})`;
  return { text: `${from}${to}`, search: { serialFrom, serialTo } };
}

/** A range alone; the query is null when nothing can match. Throws ServletFault for values that would be parts of a filter. */
export function readSerialRange(request: GatewayRequest): Pick<SearchForm, 'query'> & { readonly text: string } {
  const { text, search } = serialRange(request);
  return { text, query: certificateQueryOf({ ...noSearch, ...search }) };
}

const subjectParts = [
  ['eMail', 'E', 'email'],
  ['commonName', 'CN', 'commonName'],
  ['userID', 'UID', 'userId'],
  ['orgUnit', 'OU', 'organizationalUnit'],
  ['org', 'O', 'organization'],
  ['locality', 'L', 'locality'],
  ['state', 'ST', 'state'],
  ['country', 'C', 'country'],
] as const;

function subject(request: GatewayRequest): Condition {
  const matchExactly = findParameter(request, 'match') === 'exact';
  const parts = subjectParts.flatMap(([name, attribute, key]) => {
    const value = findParameter(request, name) ?? '';
    return value === '' ? [] : [{ attribute, key, value, escaped: escapeFilterValue(escapeNameValue(value)) }];
  });
  if (parts.length === 0) return { text: '(x509cert.subject=*)' };
  const texts = parts.map(({ attribute, escaped }) =>
    matchExactly
      ? `(|(x509cert.subject=*${attribute}=${escaped},*)(x509cert.subject=*${attribute}=${escaped}))`
      : `(x509cert.subject=*${attribute}=*${escaped}*)`,
  );
  const named = Object.fromEntries(parts.map(({ key, value }) => [key, value]));
  return {
    text: `(${matchExactly ? '&' : '|'}${texts.join('')})`,
    search: { subjectInUse: true, matchExactly, ...named },
  };
}

const filterSpecials: ReadonlySet<string> = new Set(['\\', '*', '(', ')', '\0']);

/** RFC 4515 section 3. */
function escapeFilterValue(value: string): string {
  return [...value]
    .map((character) =>
      filterSpecials.has(character) ? `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}` : character,
    )
    .join('');
}

function user(request: GatewayRequest, name: 'revokedBy' | 'issuedBy', attribute: string): Condition {
  const text = findParameter(request, name) ?? '';
  const value = text === '*' ? '' : plain(text);
  return { text: `(${attribute}=${value === '' ? '*' : value})`, search: { [`${name}InUse`]: true, [name]: value } };
}

const dateKeys = {
  revokedOn: 'revokedOn',
  issuedOn: 'issuedOn',
  validNotBefore: 'notBefore',
  validNotAfter: 'notAfter',
} as const;
const dayMs = 86_399_999n;

/** Both bounds count always: what is no number is 1970. */
function dates(request: GatewayRequest, name: keyof typeof dateKeys, attribute: string): Condition {
  const [from, to] = [readLong(request, `${name}From`), readLong(request, `${name}To`)];
  const key = dateKeys[name];
  return {
    text: `(${attribute}>=${from})(${attribute}<=${to + dayMs})`,
    search: { [`${key}InUse`]: true, [`${key}From`]: String(from), [`${key}To`]: String(to) },
  };
}

function readLong(request: GatewayRequest, name: string): bigint {
  const text = findParameter(request, name) ?? '';
  return /^[+-]?[0-9]{1,18}$/.test(text) ? BigInt(text.replace('+', '')) : 0n;
}

function revocationReason(request: GatewayRequest): Condition {
  const text = plain(findParameter(request, 'revocationReason') ?? '');
  const tokens = text.split(',').filter((token) => token !== '');
  const parts = tokens.map((token) => `(x509cert.certRevoInfo=${token})`).join('');
  return {
    text: tokens.length === 0 ? '' : `(|${parts})`,
    search: { revocationReasonInUse: true, revocationReason: text },
  };
}

/** Throws ServletFault for other comparisons than these two. */
function validityLength(request: GatewayRequest): Condition {
  const operation = findParameter(request, 'validityOp');
  if (operation !== '<=' && operation !== '>=') throw new ServletFault('Invalid filter item =');
  const length = readLong(request, 'count') * readLong(request, 'unit');
  return {
    text: `(x509cert.duration${operation}${length})`,
    search: {
      validityLengthInUse: true,
      validityOperation: operation,
      validityCount: 1,
      validityUnit: Number(length),
    },
  };
}

const certificateTypes = [
  ['SSLClient', 'sslClient'],
  ['SSLServer', 'sslServer'],
  ['SecureEmail', 'secureEmail'],
  ['SubordinateSSLCA', 'subordinateSslCa'],
  ['SubordinateEmailCA', 'subordinateEmailCa'],
] as const;

function certificateType(request: GatewayRequest): Condition {
  const wanted = certificateTypes.flatMap(([name, key]) => {
    const value = findParameter(request, name);
    return value === 'on' || value === 'off' ? [{ name, key, value }] : [];
  });
  return {
    text: wanted.map(({ name, value }) => `(x509cert.nsExtension.${name}=${value})`).join(''),
    search: { certificateTypeInUse: true, ...Object.fromEntries(wanted.map(({ key, value }) => [key, value])) },
  };
}

/** `null` is Dogtag's word for none, and no status has that name, nor the empty one. */
function status(request: GatewayRequest): Condition {
  const text = findParameter(request, 'status') ?? 'null';
  if (text === '*') return { text: '(certStatus=*)' };
  return { text: `(certStatus=${plain(text)})`, search: { status: text === '' ? 'null' : text } };
}

function profile(request: GatewayRequest): Condition {
  const id = plain(findParameter(request, 'profile') ?? 'null');
  return {
    text: `(certMetaInfo=profileId:${id})`,
    isMatch: ({ profileId }) => profileId?.toLowerCase() === id.toLowerCase(),
  };
}

function basicConstraints(): Condition {
  return {
    text: '(x509cert.BasicConstraints.isCA=on)',
    isMatch: ({ certificateDer }) => isAuthority(certificateDer),
  };
}

/** A certificate that cannot be read is none, and must not stand in the way of the others. */
function isAuthority(certificateDer: Uint8Array): boolean {
  try {
    const { extensions } = decodeCertificate(certificateDer, { rules: 'ber' });
    const found = extensions.find(({ oid }) => oid === extensionOids.basicConstraints);
    return found !== undefined && decodeBasicConstraints(found.valueDer).cA;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}

const noSearch: SearchRequest = {
  issuer: null,
  serialRangeInUse: false,
  serialTo: null,
  serialFrom: null,
  subjectInUse: false,
  email: null,
  commonName: null,
  userId: null,
  organizationalUnit: null,
  organization: null,
  locality: null,
  state: null,
  country: null,
  matchExactly: false,
  status: null,
  revokedBy: null,
  revokedOnFrom: null,
  revokedOnTo: null,
  revocationReason: null,
  issuedBy: null,
  issuedOnFrom: null,
  issuedOnTo: null,
  notBeforeFrom: null,
  notBeforeTo: null,
  notAfterFrom: null,
  notAfterTo: null,
  validityOperation: null,
  validityCount: null,
  validityUnit: null,
  subordinateEmailCa: null,
  subordinateSslCa: null,
  secureEmail: null,
  sslClient: null,
  sslServer: null,
  revokedByInUse: false,
  revokedOnInUse: false,
  revocationReasonInUse: false,
  issuedByInUse: false,
  issuedOnInUse: false,
  notBeforeInUse: false,
  notAfterInUse: false,
  validityLengthInUse: false,
  certificateTypeInUse: false,
};
