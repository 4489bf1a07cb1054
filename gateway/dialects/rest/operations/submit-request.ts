// POST /ca/rest/certrequests: asks for a certificate, or for a renewal of one (Dogtag's CertRequestService.enrollCert).

import { DerError } from '#codecs/der';
import { type EnrollmentRequest, enrollmentRequest, requestInformation } from '#codecs/dogtag-rest';
import { encodeNameText, formatName, NameSyntaxError } from '#codecs/x509';
import type { AuthorityDescription, ProfileId, SerialNumber } from '../../../contract.ts';
import { asCaError } from '../../ca-error.ts';
import { findAuthority, parseAuthorityId } from '../../submitted-authority.ts';
import { parseRenewedSerial, RenewalError, serialOfCaller } from '../../submitted-renewal.ts';
import {
  badRequest,
  badRequestData,
  conflict,
  failure,
  type RestRefusal,
  refusalOfCaError,
  resourceNotFound,
  unauthorized,
  unknownProfile,
} from '../error-response.ts';
import { isInputClass } from '../profile-class-names.ts';
import { requestInformationOf } from '../request-information.ts';
import { answerWithCollection, findQueryText, type RestCall, type RestOperation, readBody } from '../rest-operation.ts';

export const submitRequest: RestOperation = async (call) => {
  const { request, caller, ra } = call;
  const body = readBody(request, enrollmentRequest);
  if (body === null) throw badRequest('Unable to create enrollment request: Missing input data');
  const authority = await findRequestedAuthority(call);
  if (authority !== null && !authority.enabled) throw conflict(`CA not enabled: ${authority.id}`);
  // Java prints null for the profile that nobody named.
  const profileId = (body.profileId ?? 'null') as ProfileId;
  const renewalOf = body.renewal ? await readRenewedSerial(body, profileId, call) : null;
  try {
    const submission = { profileId, authorityId: authority?.id ?? null, inputs: inputsOf(body), renewalOf };
    const records = await ra.submitEnrollment(submission, caller);
    return answerWithCollection(requestInformation, {
      total: records.length,
      entries: records.map((record) => requestInformationOf(record, request)),
      links: [],
    });
  } catch (error) {
    throw refusalOfSubmission(error);
  }
};

const issuerFaults = {
  jaxb: { both: 'Cannot provide both issuer-id and issuer-dn', malformed: 'invalid AuthorityID' },
  jackson: { both: 'Cannot provide both issuer ID and issuer DN', malformed: 'Invalid authority ID' },
} as const;

/** Null when the host authority is meant by not being named. */
async function findRequestedAuthority({ request, ra }: RestCall): Promise<AuthorityDescription | null> {
  const words = issuerFaults[request.dialect.entities];
  const id = findQueryText(request, 'issuer-id');
  const name = findQueryText(request, 'issuer-dn');
  if (id !== null && name !== null) throw badRequest(words.both);
  if (id !== null) {
    const parsed = parseAuthorityId(id);
    if (parsed === null) throw badRequest(`${words.malformed}: ${id}`);
    const authority = await findAuthority(parsed, ra);
    if (authority === null) throw resourceNotFound(`CA not found: ${id}`);
    return authority;
  }
  if (name === null) return null;
  const subject = readName(name);
  const authority = (await ra.listAuthorities()).find((candidate) => candidate.subject === subject);
  if (authority === undefined) throw resourceNotFound(`CA not found: ${name}`);
  return authority;
}

/** The name as this server writes it, however the client has. */
function readName(text: string): string {
  try {
    return formatName(encodeNameText(text));
  } catch (error) {
    if (error instanceof NameSyntaxError || error instanceof DerError) throw badRequest(`invalid DN: ${text}`);
    throw error;
  }
}

/** A name that comes twice keeps its last value. */
function inputsOf({ inputs }: EnrollmentRequest): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const { attributes } of inputs)
    for (const { name, value } of attributes) if (name !== null && value !== null) values[name] = value;
  return values;
}

async function readRenewedSerial(
  body: EnrollmentRequest,
  profileId: ProfileId,
  { request, caller, ra }: RestCall,
): Promise<SerialNumber> {
  const profile = await ra.findProfile(profileId);
  if (profile === null) throw unknownProfile(profileId);
  if (!profile.enabled) throw badRequestData(`Profile ${profileId} not enabled`);
  if (body.serialNumber !== null) return body.serialNumber as SerialNumber;
  try {
    return findSerialInInputs(body) ?? serialOfCaller(caller, request.isSecure);
  } catch (error) {
    if (error instanceof RenewalError) throw creationFailure(error.message);
    throw error;
  }
}

/** The number in the input that is made for it; null when there is no such input, or it is empty. Throws RenewalError. */
function findSerialInInputs({ inputs }: EnrollmentRequest): SerialNumber | null {
  for (const { id, classId, attributes } of inputs) {
    if (id === null) throw new RenewalError('Missing input ID');
    if (classId === null) throw new RenewalError(`Missing class ID in input ${id}`);
    if (!isInputClass(classId)) throw new RenewalError(`Unregistered class ID ${classId} in input ${id}`);
    if (classId !== 'serialNumRenewInputImpl') continue;
    const attribute = attributes.find(({ name }) => name === 'serial_num');
    if (attribute === undefined) throw new RenewalError(`Missing attribute serial_num in input ${id}`);
    if (attribute.value !== null && attribute.value !== '') return parseRenewedSerial(attribute.value);
  }
  return null;
}

const creationFailure = (message: string) => failure(`Unable to create enrollment request: ${message}`);

function refusalOfSubmission(thrown: unknown): RestRefusal {
  const error = asCaError(thrown);
  switch (error.code) {
    case 'malformed-request':
    case 'bad-proof-of-possession':
    case 'unsupported-profile':
      return creationFailure(error.message);
    case 'unknown-certificate':
      return creationFailure('Record not found');
    case 'not-authorized':
      return unauthorized(`Authorization failed: ${error.message}`);
    case 'already-revoked':
      return badRequestData(error.message);
    default:
      return refusalOfCaError(error);
  }
}
