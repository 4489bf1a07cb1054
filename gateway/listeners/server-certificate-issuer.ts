// The two ways in which the gateway gets its own certificate: from Dogtag, in an agent's name, or from our own authority.
import type { Caller, ProfileId, RaClient, RequestId } from '../contract.ts';
import { agentIdentity, type DogtagAnswer, type DogtagClient } from '../upstream/dogtag-client.ts';
import type { ClientIdentity } from './client-identity.ts';

/** The certificate for this request, DER. Rejects with CertificateOrderError or what the side that was asked throws. */
export type ServerCertificateIssuer = (csrPem: string, profileId: string) => Promise<Buffer>;

/** No certificate came of it; `message` says what the other side said, fit for the operator. */
export class CertificateOrderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CertificateOrderError';
  }
}

const requestorName = 'Retag gateway';
const json = { Accept: 'application/json', 'Content-Type': 'application/json' };

/** Submits to Dogtag and, where the profile waits for an agent, approves in the name of the agent whose certificate this is. */
export function issueThroughDogtag(dogtag: DogtagClient, agentCertificatePem: string): ServerCertificateIssuer {
  const client = agentIdentity(agentCertificatePem);
  return async (csrPem, profileId) => {
    const id = await submit(dogtag, client, csrPem, profileId);
    const submitted = await dogtag.findRequest(id);
    if (submitted?.status === 'pending') await approve(dogtag, client, id);
    const finished = await dogtag.findRequest(id);
    const serial = finished?.certificateSerial ?? null;
    if (serial === null) {
      const why = finished?.errorMessage ?? `its state is "${finished?.status ?? 'unknown'}"`;
      throw new CertificateOrderError(`Dogtag issued nothing for request ${id} under profile ${profileId}: ${why}`);
    }
    const certificate = await dogtag.findCertificate(serial);
    if (certificate === null)
      throw new CertificateOrderError(`Dogtag does not find certificate ${serial} it has issued`);
    return certificate.certificateDer;
  };
}

/** Submits to our own authority and approves at once, as `caller`. */
export function issueThroughAuthority(ra: RaClient, caller: Caller): ServerCertificateIssuer {
  return async (csrPem, profileId) => {
    const [request] = await ra.submitEnrollment(
      {
        profileId: profileId as ProfileId,
        authorityId: null,
        inputs: { cert_request_type: 'pkcs10', cert_request: csrPem, requestor_name: requestorName },
        renewalOf: null,
        approveAtOnce: true,
      },
      caller,
    );
    const serial = request?.certificateSerials[0];
    const certificate = serial === undefined ? null : await ra.findCertificate(serial);
    if (certificate === null) {
      const why = request?.errorMessage ?? `its state is "${request?.state ?? 'unknown'}"`;
      throw new CertificateOrderError(`the authority issued nothing under profile ${profileId}: ${why}`);
    }
    return Buffer.from(certificate.certificateDer);
  };
}

async function submit(
  dogtag: DogtagClient,
  client: ClientIdentity,
  csrPem: string,
  profileId: string,
): Promise<RequestId> {
  const profile = encodeURIComponent(profileId);
  const template = await dogtag.call({
    method: 'GET',
    target: `/ca/rest/certrequests/profiles/${profile}`,
    headers: json,
  });
  const filled = fillTemplate(members(template, `profile ${profileId}`), csrPem);
  const answer = await dogtag.call({
    method: 'POST',
    target: '/ca/rest/certrequests',
    headers: json,
    body: Buffer.from(JSON.stringify(filled)),
    client,
  });
  members(answer, 'the request');
  const id = /\/certrequests\/(\d{1,60})"/.exec(answer.body.toString('utf8'))?.[1];
  if (id === undefined) throw new CertificateOrderError('Dogtag answered the request without a request number');
  return BigInt(id) as RequestId;
}

/** Puts our values where the profile's inputs want them; inputs that we know nothing for stay empty. */
function fillTemplate(template: Readonly<Record<string, unknown>>, csrPem: string): unknown {
  const values: Readonly<Record<string, string>> = {
    cert_request_type: 'pkcs10',
    cert_request: csrPem,
    requestor_name: requestorName,
  };
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    const given = 'name' in value && typeof value.name === 'string' ? values[value.name] : undefined;
    const filled = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member)]));
    return given !== undefined && 'Value' in filled ? { ...filled, Value: given } : filled;
  };
  return fill(template);
}

async function approve(dogtag: DogtagClient, client: ClientIdentity, id: RequestId): Promise<void> {
  const target = `/ca/rest/agent/certrequests/${id}`;
  const review = await dogtag.call({ method: 'GET', target, headers: json, client });
  members(review, `request ${id} as an agent`);
  const answer = await dogtag.call({
    method: 'POST',
    target: `${target}/approve`,
    headers: json,
    body: review.body,
    client,
  });
  if (answer.status >= 300) throw refused(answer, `the approval of request ${id}`);
}

function members(answer: DogtagAnswer, what: string): Readonly<Record<string, unknown>> {
  if (answer.status !== 200) throw refused(answer, what);
  try {
    return JSON.parse(answer.body.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new CertificateOrderError(`Dogtag's answer about ${what} is not JSON`);
  }
}

function refused({ status, body }: DogtagAnswer, what: string): CertificateOrderError {
  const said = /"Message"\s*:\s*"((?:[^"\\]|\\.){1,300})"/.exec(body.toString('utf8'))?.[1];
  const who = status === 401 || status === 403 ? '; the agent configured may not do this' : '';
  return new CertificateOrderError(
    `Dogtag refused ${what}: HTTP ${status}${said === undefined ? '' : `, "${said}"`}${who}`,
  );
}
