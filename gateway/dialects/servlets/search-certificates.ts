// srchCerts: certificates by the conditions of a form (Dogtag's SrchCerts). Each counts where its flag is on.
import { decodeJsonBody, type SearchRequest, searchRequest } from '#codecs/dogtag-rest';
import { escapeNameValue } from '#codecs/dogtag-text';
import type { CertificateQuery } from '../../contract.ts';
import type { GatewayRequest, GatewayResponse } from '../../routing/operation.ts';
import { certificateQueryOf } from '../rest/search-query.ts';
import { unreadableFilter } from './certificate-filter.ts';
import { certificateLine } from './certificate-line.ts';
import { findParameter, type ServletCall } from './servlet-call.ts';
import { ServletFault } from './servlet-fault.ts';
import { readInteger } from './servlet-number.ts';
import { answerTemplate } from './template-servlet.ts';

const resultsMax = 1_000;
const invalidNumber = 'Invalid number format';
const badFilter = () => new ServletFault('Unable to search LDAP record: Bad search filter');

export async function searchCertificates({ request, ra, settings }: ServletCall): Promise<GatewayResponse> {
  const { clock } = settings;
  const startedMs = clock.now().getTime();
  const wanted = readNumber(request, 'maxResults');
  readNumber(request, 'timeLimit');
  const conditions = readConditions(request);
  if (conditions.length === 0) throw badFilter();
  const limit = wanted === -1 || wanted > resultsMax ? resultsMax : wanted;
  const query = queryOf(conditions);
  // Zero and less are no limit in LDAP.
  const found =
    query === null ? null : await ra.searchCertificates({ ...query, limit: limit <= 0 ? resultsMax : limit });
  const certificates = found?.certificates ?? [];
  const { subject } = await ra.describeAuthority(null);
  const revokeAll = findParameter(request, 'revokeAll');
  return answerTemplate(request, 'Certificates', {
    header: [
      ['op', findParameter(request, 'op') ?? ''],
      ['issuerName', subject],
      ['time', String(Math.max(0, clock.now().getTime() - startedMs))],
      ['serviceURL', request.path],
      ['queryFilter', `(&${conditions.map(({ filter }) => filter).join('')})`],
      ...(revokeAll === null ? [] : [['revokeAll', revokeAll] as const]),
      ['totalRecordCount', certificates.length],
      ['maxSize', limit],
    ],
    fixed: [],
    records: certificates.map(certificateLine),
  });
}

function readNumber(request: GatewayRequest, name: string): number {
  return findParameter(request, name) === '' ? -1 : (readInteger(request, name, invalidNumber) ?? -1);
}

interface Condition {
  /** As Dogtag writes it; clients send it back when they revoke all that was found. */
  readonly filter: string;
  /** Members of a search over REST that mean the same. */
  readonly search?: Readonly<Record<string, unknown>>;
  readonly query?: Partial<CertificateQuery>;
}

/** Null when nothing can match. */
function queryOf(conditions: readonly Condition[]): Omit<CertificateQuery, 'limit'> | null {
  const members = Object.assign({}, ...conditions.map(({ search }) => search ?? {}));
  const search = decodeJsonBody(searchRequest, Buffer.from(JSON.stringify(members))) as SearchRequest;
  const query = certificateQueryOf(search);
  return query === null ? null : Object.assign({}, query, ...conditions.map(({ query: more }) => more ?? {}));
}

/** In Dogtag's order. Throws ServletFault for conditions that its directory would not read. */
function readConditions(request: GatewayRequest): readonly Condition[] {
  return readers.flatMap(([flag, read]) => {
    if (findParameter(request, flag) !== 'on') return [];
    const condition = read(
      (name) => findParameter(request, name) ?? '',
      (name) => findParameter(request, name) ?? 'null',
    );
    return condition === null ? [] : [condition];
  });
}

type Form = (name: string) => string;
/** `written`: as Java writes a value that may be missing. */
type Reader = (form: Form, written: Form) => Condition | null;

const readers: readonly (readonly [string, Reader])[] = [
  ['serialNumberRangeInUse', serialRange],
  ['subjectInUse', subject],
  ['revokedByInUse', byUser('revokedBy', 'certRevokedBy')],
  ['revokedOnInUse', dates('revokedOn', 'certRevokedOn')],
  ['revocationReasonInUse', revocationReasons],
  ['issuedByInUse', byUser('issuedBy', 'certIssuedBy')],
  ['issuedOnInUse', dates('issuedOn', 'certCreateTime')],
  ['validNotBeforeInUse', dates('validNotBefore', 'x509cert.notBefore')],
  ['validNotAfterInUse', dates('validNotAfter', 'x509cert.notAfter')],
  ['validityLengthInUse', validityLength],
  ['certTypeInUse', certificateTypes],
  ['statusInUse', status],
  ['profileInUse', profile],
  [
    'basicConstraintsInUse',
    () => {
      throw new ServletFault('Searching for certificates of authorities is not supported here.');
    },
  ],
];

function serialRange(form: Form): Condition {
  const [from, to] = [form('serialFrom'), form('serialTo')];
  const filter = `${from === '' ? '' : `(certRecordId>=${from})`}${to === '' ? '' : `(certRecordId<=${to})`}`;
  return { filter: filter || '(certRecordId=*)', search: { serialFrom: from, serialTo: to } };
}

/** An asterisk is any; a name that none has finds none. */
function status(_: Form, written: Form): Condition {
  const name = written('status');
  return { filter: `(certStatus=${name})`, ...(name === '*' ? {} : { search: { status: name || '?' } }) };
}

function profile(_: Form, written: Form): Condition {
  const id = written('profile');
  return { filter: `(certMetaInfo=profileId:${id})`, query: { profileId: id } };
}

/** Parameters, attributes of the name, and members over REST: the same names. */
const subjectParts = [
  ['eMail', 'E'],
  ['commonName', 'CN'],
  ['userID', 'UID'],
  ['orgUnit', 'OU'],
  ['org', 'O'],
  ['locality', 'L'],
  ['state', 'ST'],
  ['country', 'C'],
] as const;

function subject(form: Form): Condition {
  const parts = subjectParts.flatMap(([name, attribute]) => (form(name) === '' ? [] : [[name, attribute] as const]));
  if (parts.length === 0) return { filter: '(x509cert.subject=*)' };
  const isExact = form('match') === 'exact';
  const filters = parts.map(([name, attribute]) => {
    const start = `(x509cert.subject=*${attribute}=`;
    const value = escapeFilterValue(escapeNameValue(form(name)));
    return isExact ? `(|${start}${value},*)${start}${value}))` : `${start}*${value}*)`;
  });
  return {
    filter: `(${isExact ? '&' : '|'}${filters.join('')})`,
    search: {
      subjectInUse: true,
      matchExactly: isExact,
      ...Object.fromEntries(parts.map(([name]) => [name, form(name)])),
    },
  };
}

/** RFC 4515 section 3. */
const escapeFilterValue = (value: string) =>
  value.replaceAll(/[*()\\\0]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

function byUser(name: 'revokedBy' | 'issuedBy', attribute: string): Reader {
  return (form) => ({
    filter: `(${attribute}=${form(name) || '*'})`,
    search: { [`${name}InUse`]: true, [name]: form(name) === '*' ? '' : form(name) },
  });
}

/** The upper bound is a day whose end counts; what is no number is 1970. */
const dayMs = 86_399_999n;

function dates(name: string, attribute: string): Reader {
  return (form) => {
    const [from, to] = [longOf(form(`${name}From`)), longOf(form(`${name}To`))];
    return {
      filter: `(${attribute}>=${from})(${attribute}<=${to + dayMs})`,
      search: { [`${name}InUse`]: true, [`${name}From`]: String(from), [`${name}To`]: String(to) },
    };
  };
}

function longOf(text: string): bigint {
  return /^[+-]?\d{1,18}$/.test(text) ? BigInt(text.replace(/^\+/, '')) : 0n;
}

function revocationReasons(form: Form): Condition | null {
  const reasons = form('revocationReason')
    .split(',')
    .filter((reason) => reason !== '');
  if (reasons.length === 0) return null;
  return {
    filter: `(|${reasons.map((reason) => `(x509cert.certRevoInfo=${reason})`).join('')})`,
    search: { revocationReasonInUse: true, revocationReason: reasons.join(',') },
  };
}

function validityLength(form: Form): Condition {
  const operation = form('validityOp');
  if (operation !== '<=' && operation !== '>=') throw new ServletFault(unreadableFilter);
  const milliseconds = longOf(form('count')) * longOf(form('unit'));
  return {
    filter: `(x509cert.duration${operation}${milliseconds})`,
    query: { validityLength: { operation, milliseconds: Number(milliseconds) } },
  };
}

/** Names of the parameters, and of the members over REST. */
const typeNames = [
  ['SSLClient', 'certTypeSSLClient'],
  ['SSLServer', 'certTypeSSLServer'],
  ['SecureEmail', 'certTypeSecureEmail'],
  ['SubordinateSSLCA', 'certTypeSubSSLCA'],
  ['SubordinateEmailCA', 'certTypeSubEmailCA'],
] as const;

function certificateTypes(form: Form): Condition | null {
  const named = typeNames.filter(([name]) => form(name) === 'on' || form(name) === 'off');
  if (named.length === 0) return null;
  return {
    filter: named.map(([name]) => `(x509cert.nsExtension.${name}=${form(name)})`).join(''),
    search: {
      certTypeInUse: true,
      ...Object.fromEntries(named.map(([name, member]) => [member, form(name)])),
    },
  };
}
