// Reads from Dogtag's answer to a write what it did: requests made, certificates issued, certificates revoked or released.
import { ProfileSection } from '#codecs/dogtag-profile';
import type { AuthorityId, ProfileId, RequestId, SerialNumber } from '../contract.ts';
import type { UnauthenticatedRequest } from '../routing/gateway-request.ts';
import type { GatewayResponse } from '../routing/operation.ts';
import type { OperationName } from '../routing/operation-names.ts';
import { parseRecordNumber, requestNumberIn } from '../routing/request-profile.ts';
import type { DogtagClient } from '../upstream/dogtag-client.ts';
import { cmcExchange } from './cmc-facts.ts';
import type { ExchangeFacts, NamedObjects } from './exchange-sink.ts';

export const noFacts: ExchangeFacts = { requestIds: [], certificates: [], changedSerials: [] };

const nothingNamed: NamedObjects = { requestIds: [], issuedSerials: [], changedSerials: [] };

type Reader = (request: UnauthenticatedRequest, body: string, response: GatewayResponse) => NamedObjects;

/** Operations that write; a read has no facts. */
const readers: Readonly<Partial<Record<OperationName, Reader>>> = {
  'rest-submit-request': (_, body) => ({
    requestIds: requestIdsInLinks(body),
    issuedSerials: serialsInEntities(body),
    changedSerials: [],
  }),
  'rest-process-request': ({ parameters }) => ofRequest(parameters.id),
  'rest-revoke-certificate': revocation,
  'rest-revoke-ca-certificate': revocation,
  'rest-unrevoke-certificate': revocation,
  'servlet-revoke-own-certificates': servletRevocation,
  'servlet-revoke-certificates': servletRevocation,
  'servlet-release-certificates': servletRelease,
  'servlet-token-revoke': ({ form }) => tokenSerials(form.get('revokeAll')?.[0]),
  'servlet-token-release': ({ form }) => tokenSerials(form.get('serialNumber')?.[0]),
  'rest-create-raw-profile': ({ body }) => ofProfile(profileInText(body)),
  'rest-create-profile': ({ body }) => ofProfile(profileInEntity(body.toString('utf8'))),
  'rest-modify-profile': ({ parameters }) => ofProfile(parameters.id),
  'rest-modify-raw-profile': ({ parameters }) => ofProfile(parameters.id),
  'rest-change-profile-state': ({ parameters }) => ofProfile(parameters.id),
  'rest-delete-profile': ({ parameters }) => ofProfile(parameters.id),
  'servlet-profile-approve': ({ form }) => ofProfile(form.get('profileId')?.[0]),
  'rest-create-authority': (_, body) => createdAuthority(body),
  'rest-modify-authority': ({ parameters }) => ofAuthority(parameters.id),
  'rest-change-authority-state': ({ parameters }) => ofAuthority(parameters.id),
  'rest-renew-authority': ({ parameters }) => ofAuthority(parameters.id),
  'rest-delete-authority': ({ parameters }) => ofAuthority(parameters.id),
  'rest-add-user': rosterChange,
  'rest-replace-user': rosterChange,
  'rest-modify-user': rosterChange,
  'rest-remove-user': rosterChange,
  'rest-add-user-certificate': rosterChange,
  'rest-remove-user-certificate': rosterChange,
  'rest-add-user-membership': rosterChange,
  'rest-remove-user-membership': rosterChange,
  'rest-add-group': rosterChange,
  'rest-modify-group': rosterChange,
  'rest-remove-group': rosterChange,
  'rest-add-group-member': rosterChange,
  'rest-remove-group-member': rosterChange,
  'rest-add-domain-host': rosterChange,
  'rest-remove-domain-host': rosterChange,
  'servlet-update-domain-xml': rosterChange,
  'acme-enable': () => ({ ...nothingNamed, acmeEnabled: true }),
  'acme-disable': () => ({ ...nothingNamed, acmeEnabled: false }),
  'servlet-profile-submit': submission,
  'servlet-profile-submit-ssl-client': submission,
  'servlet-profile-submit-cmc-full': cmcExchange,
  'servlet-profile-submit-cmc-simple': cmcExchange,
  'servlet-process-request': (request) =>
    request.form.has('doAssign') ? ofRequest(requestNumberIn(request)) : nothingNamed,
  'servlet-profile-process': ({ form }) => ofRequest(form.get('requestId')?.[0]?.trim()),
};

/** Numbers that the answer to a write, or the request itself, names. */
export function findNamedObjects(
  operation: OperationName,
  request: UnauthenticatedRequest,
  response: GatewayResponse,
): NamedObjects {
  const read = readers[operation];
  return read === undefined || response.status >= 400
    ? nothingNamed
    : read(request, response.body.toString('utf8'), response);
}

/**
 * The facts of an exchange that Dogtag answered. Certificates are fetched from Dogtag by their numbers, so that what counts
 * is what it stored. Rejects with UpstreamError or DogtagCallError when it cannot be asked.
 */
export async function extractFacts(
  operation: OperationName,
  request: UnauthenticatedRequest,
  response: GatewayResponse,
  dogtag: DogtagClient,
): Promise<ExchangeFacts> {
  const named = findNamedObjects(operation, request, response);
  const serials = mayHaveIssuedMore(named, request, response)
    ? await issuedFor(named.requestIds, dogtag)
    : named.issuedSerials;
  const certificates = [];
  for (const serial of serials) {
    const certificate = await dogtag.findCertificate(serial);
    if (certificate !== null) certificates.push(certificate);
  }
  const facts = {
    requestIds: named.requestIds,
    certificates,
    changedSerials: named.changedSerials,
    ...(named.changesRoster === true ? { changesRoster: true } : {}),
  };
  const [authorityId] = operation === 'rest-create-authority' ? (named.authorityIds ?? []) : [];
  return authorityId === undefined ? facts : { ...facts, authorityId };
}

/** An approval is answered without the certificate, and a page for people names only the request. */
function mayHaveIssuedMore(
  { issuedSerials, requestIds }: NamedObjects,
  { parameters, form }: UnauthenticatedRequest,
  { headers }: GatewayResponse,
): boolean {
  if (issuedSerials.length > 0 || requestIds.length === 0) return false;
  const action = parameters.action ?? form.get('op')?.[0];
  const isPage = Object.entries(headers).some(
    ([name, value]) => /^content-type$/i.test(name) && /html/i.test(`${value}`),
  );
  return action === undefined ? isPage : action === 'approve';
}

async function issuedFor(requestIds: readonly RequestId[], dogtag: DogtagClient): Promise<readonly SerialNumber[]> {
  const serials: SerialNumber[] = [];
  for (const id of requestIds) {
    const serial = (await dogtag.findRequest(id))?.certificateSerial ?? null;
    if (serial !== null) serials.push(serial);
  }
  return serials;
}

/** Which users, groups and hosts a deed has changed need not be found out: they are few, and a user who goes leaves all his groups. */
function rosterChange(): NamedObjects {
  return { ...nothingNamed, changesRoster: true };
}

function submission(_: UnauthenticatedRequest, body: string): NamedObjects {
  return {
    requestIds: [
      ...numbers(body, /<(?:Id|RequestId)>\s*(\d{1,60})\s*</g),
      ...numbers(body, /\brequestId="(\d{1,60})"/g),
    ].map((id) => id as RequestId),
    issuedSerials: hexadecimals(body, /<serialno>\s*([0-9a-f]{1,50})\s*</gi),
    changedSerials: [],
  };
}

function revocation({ parameters }: UnauthenticatedRequest, body: string): NamedObjects {
  const serial = parseRecordNumber(parameters.id);
  return {
    requestIds: requestIdsInLinks(body),
    issuedSerials: [],
    changedSerials: serial === null ? [] : [serial as SerialNumber],
  };
}

/** Each certificate is a record of the answer, in hexadecimal; those that could not be revoked are as they were, and may be looked at again. */
function servletRevocation(_: UnauthenticatedRequest, body: string): NamedObjects {
  const inXml = /<serialNumber>([0-9a-f]{1,50})<\/serialNumber>/g;
  const inPage = /record\.serialNumber="([0-9a-f]{1,50})"/g;
  return { ...nothingNamed, changedSerials: [...hexadecimals(body, inXml), ...hexadecimals(body, inPage)] };
}

/** All of them stand in one value, with commas between. */
function servletRelease(_: UnauthenticatedRequest, body: string): NamedObjects {
  const list = /(?:<serialNumber>|header\.serialNumber = ")((?:0x[0-9a-f]{1,50}(?:, )?){1,1000})/.exec(body)?.[1] ?? '';
  return { ...nothingNamed, changedSerials: hexadecimals(list, /0x([0-9a-f]{1,50})/g) };
}

/** The answer names none: those of the request are looked at, whatever became of them. */
function tokenSerials(text: string | undefined): NamedObjects {
  const named = (text ?? '').slice(0, 50_000).match(/\b(?:0x[0-9a-f]{1,50}|\d{1,60})\b/gi) ?? [];
  const serials = named.slice(0, 100).map((word) => BigInt(word.toLowerCase()) as SerialNumber);
  return { ...nothingNamed, changedSerials: [...new Set(serials)] };
}

function ofRequest(id: string | undefined): NamedObjects {
  const number = parseRecordNumber(id);
  return { requestIds: number === null ? [] : [number as RequestId], issuedSerials: [], changedSerials: [] };
}

function ofProfile(id: string | null | undefined): NamedObjects {
  return { ...nothingNamed, profileIds: id === null || id === undefined || id === '' ? [] : [id as ProfileId] };
}

function ofAuthority(id: string | undefined): NamedObjects {
  return { ...nothingNamed, authorityIds: id === undefined ? [] : [id.toLowerCase() as AuthorityId] };
}

/** The new authority and the serial number of its certificate. */
function createdAuthority(body: string): NamedObjects {
  const id = /\bid(?:"\s*:\s*|=)"([0-9a-f-]{36})"/.exec(body)?.[1];
  const serial = /\bserial(?:"\s*:\s*|=")(\d{1,60})/.exec(body)?.[1];
  return { ...ofAuthority(id), issuedSerials: serial === undefined ? [] : [BigInt(serial) as SerialNumber] };
}

function profileInText(body: Buffer): string | null {
  try {
    return ProfileSection.parse(body.toString('utf8')).findText('profileId');
  } catch {
    return null;
  }
}

/** The id stands first in Dogtag's own bodies, and must be told apart from those of inputs and policies. */
function profileInEntity(body: string): string | undefined {
  const inXml = /<Profile\b[^>]*\bid="([^"]*)"/.exec(body)?.[1];
  if (inXml !== undefined) return inXml;
  try {
    const { id } = JSON.parse(body);
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** In both JSON and XML of 10.x a request is named by the last segment of its link; 11.x names it itself, in hexadecimal. */
function requestIdsInLinks(body: string): readonly RequestId[] {
  const named = hexadecimals(body, /"requestID"\s*:\s*"0x([0-9a-f]{1,50})"/g);
  const linked = numbers(body, /requestURL(?:"\s*:\s*"|>)[^"<]*\/certrequests\/(\d{1,60})\s*["<]/g);
  return [...new Set<bigint>([...named, ...linked])].map((id) => id as RequestId);
}

function serialsInEntities(body: string): readonly SerialNumber[] {
  return [
    ...hexadecimals(body, /"certId"\s*:\s*"0x([0-9a-f]{1,50})"/gi),
    ...hexadecimals(body, /<certID id="0x([0-9a-f]{1,50})"/gi),
    ...hexadecimals(body, /<certId>\s*0x([0-9a-f]{1,50})\s*</gi),
  ];
}

/** Each number once, in the order of the answer: Dogtag's XML lists every entry twice. */
function numbers(body: string, pattern: RegExp): bigint[] {
  return [...new Set([...body.matchAll(pattern)].map((match) => BigInt(match[1] ?? '0')))];
}

function hexadecimals(body: string, pattern: RegExp): SerialNumber[] {
  const found = [...body.matchAll(pattern)].map((match) => BigInt(`0x${match[1] ?? '0'}`));
  return [...new Set(found)].map((serial) => serial as SerialNumber);
}
