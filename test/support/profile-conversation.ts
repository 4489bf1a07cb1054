// Puts one enrolment to a Dogtag over REST, as an agent would, and writes down everything that it answers, in the form that can be replayed.
// Whoever answers, the real one or ours, is asked in the same way; what differs then is in the answers.
import type {
  RecordedDecision,
  RecordedExchange,
  RecordedFailure,
  RecordedPolicy,
  RecordedRequest,
  RecordedValue,
} from './profile-exchange.ts';
import { isObject, type Json, listOf, member, parseJson, textOf } from './read-json.ts';

/** Somebody who asks: the certificate that goes with the calls is the answerer's affair. */
export interface ConversationParty {
  send(method: string, path: string, body: string | null): Promise<{ readonly status: number; readonly text: string }>;
}

export type PartyName = 'agent' | 'admin' | 'anonymous';
export type ConversationParties = Readonly<Record<PartyName, ConversationParty>>;

export interface Scenario {
  readonly name: string;
  readonly profileId: string;
  readonly caller: PartyName;
  readonly inputs: Readonly<Record<string, string>>;
  /** What the agent does with the values of a request that waits; they are approved as they come out of it. */
  readonly edit: ValueEdit;
  /** Name of an earlier scenario of the same run whose certificate is renewed; or `#` and a serial number, or `#` alone for a renewal of nothing. */
  readonly renewalOf: string | null;
}

/** The new value of one that is shown; null for one that is to be left out. */
export type ValueEdit = (name: string, value: string | null) => string | null;

export const noEdit: ValueEdit = (_name, value) => value;

/** Sets the values of these names, wherever they occur. */
export function editByName(edits: Readonly<Record<string, string>>): ValueEdit {
  return (name, value) => edits[name] ?? value;
}

/** The same again, for somebody else to answer: an agent sends back exactly what was sent back then. */
export function repeatScenario({ name, profileId, caller, inputs, renewalOf, requests }: RecordedExchange): Scenario {
  const sent = requests.flatMap(({ decision }) => decision?.values ?? []);
  const edit: ValueEdit = (valueName) => {
    const at = sent.findIndex((value) => value.name === valueName);
    return at < 0 ? null : (sent.splice(at, 1)[0]?.value ?? null);
  };
  const wasDecided = requests.some(({ decision }) => decision !== null);
  return { name, profileId, caller: caller as PartyName, inputs, renewalOf, edit: wasDecided ? edit : noEdit };
}

/** Serial numbers of what was issued, by the name of the scenario. */
export type IssuedCertificates = Map<string, string>;

export async function enroll(
  scenario: Scenario,
  parties: ConversationParties,
  issued: IssuedCertificates,
  now: () => Date,
): Promise<RecordedExchange> {
  const sentAt = now().toISOString();
  const body = submissionBody(scenario, issued);
  const answer = await parties[scenario.caller].send('POST', '/ca/rest/certrequests', JSON.stringify(body));
  const exchange = {
    name: scenario.name,
    profileId: scenario.profileId,
    caller: scenario.caller,
    inputs: scenario.inputs,
    sentAt,
    renewalOf: scenario.renewalOf,
  };
  if (answer.status !== 200) return { ...exchange, failure: failureOf(answer), requests: [] };
  const requests: RecordedRequest[] = [];
  for (const entry of listOf(member(parseJson(answer.text), 'entries')))
    requests.push(await followUp(entry, scenario, parties.agent, issued));
  return { ...exchange, failure: null, requests };
}

function submissionBody({ profileId, inputs, renewalOf }: Scenario, issued: IssuedCertificates): Json {
  const attributes = Object.entries(inputs).map(([name, value]) => ({ name, Value: value }));
  const serialNumber =
    renewalOf === null ? null : (issued.get(renewalOf) ?? (renewalOf.startsWith('#') ? renewalOf.slice(1) : null));
  return {
    ProfileID: profileId,
    Renewal: renewalOf !== null,
    ...(serialNumber === null || renewalOf === '#' ? {} : { SerialNumber: serialNumber }),
    Input: [{ id: 'i1', ClassID: 'any', Name: 'any', Attribute: attributes }],
  };
}

async function followUp(
  entry: Json,
  scenario: Scenario,
  agent: ConversationParty,
  issued: IssuedCertificates,
): Promise<RecordedRequest> {
  const id = textOf(member(entry, 'requestURL'))?.split('/').at(-1) ?? '';
  const state = textOf(member(entry, 'requestStatus')) ?? '';
  const reviewed = await agent.send('GET', `/ca/rest/agent/certrequests/${id}`, null);
  const review = reviewed.status === 200 ? parseJson(reviewed.text) : null;
  const decision = state === 'pending' && review !== null ? await approve(id, review, scenario.edit, agent) : null;
  const certificateId =
    decision === null
      ? textOf(member(entry, 'certId'))
      : decision.failure === null
        ? await certificateOf(id, agent)
        : null;
  if (decision?.failure != null || (state === 'pending' && review === null))
    await agent.send('POST', `/ca/rest/agent/certrequests/${id}/cancel`, await freshReview(id, agent));
  if (certificateId !== null) issued.set(scenario.name, certificateId);
  return {
    id,
    state,
    message: textOf(member(entry, 'errorMessage')),
    review: review === null ? null : readPolicies(review),
    reviewFailure: review === null ? failureOf(reviewed) : null,
    decision,
    certificate: certificateId === null ? null : await readCertificate(certificateId, agent),
  };
}

/** What an agent must send with a decision, even where Dogtag cannot show the request. */
async function freshReview(id: string, agent: ConversationParty): Promise<string> {
  const answer = await agent.send('GET', `/ca/rest/agent/certrequests/${id}`, null);
  return answer.status === 200 ? answer.text : JSON.stringify({ requestId: id });
}

async function certificateOf(id: string, agent: ConversationParty): Promise<string | null> {
  return textOf(member(await getJson(agent, `/ca/rest/certrequests/${id}`), 'certId'));
}

/** Base64 of the DER. */
async function readCertificate(id: string, agent: ConversationParty): Promise<string> {
  const pem = textOf(member(await getJson(agent, `/ca/rest/certs/${id}`), 'Encoded')) ?? '';
  // Node's own reader refuses names with odd string types.
  return Buffer.from(pem.replace(/-----[^-]*-----/g, ''), 'base64').toString('base64');
}

async function getJson(party: ConversationParty, path: string): Promise<Json> {
  const answer = await party.send('GET', path, null);
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
  return parseJson(answer.text);
}

async function approve(id: string, review: Json, edit: ValueEdit, agent: ConversationParty): Promise<RecordedDecision> {
  const values: { name: string; value: string }[] = [];
  const edited = editPolicies(review, edit, values);
  const answer = await agent.send('POST', `/ca/rest/agent/certrequests/${id}/approve`, JSON.stringify(edited));
  return { values, failure: answer.status < 300 ? null : failureOf(answer) };
}

/** The review with values changed; everything that is sent back is noted in `values`. */
function editPolicies(review: Json, edit: ValueEdit, values: { name: string; value: string }[]): Json {
  if (Array.isArray(review)) return review.map((entry) => editPolicies(entry, edit, values));
  if (!isObject(review)) return review;
  return Object.fromEntries(
    Object.entries(review).map(([key, value]) => [
      key,
      key === 'policyAttribute'
        ? listOf(value).map((attribute) => editAttribute(attribute, edit, values))
        : editPolicies(value, edit, values),
    ]),
  );
}

function editAttribute(attribute: Json, edit: ValueEdit, values: { name: string; value: string }[]): Json {
  const name = textOf(member(attribute, 'name')) ?? '';
  const value = edit(name, textOf(member(attribute, 'Value')));
  if (value !== null) values.push({ name, value });
  return isObject(attribute) ? { ...attribute, Value: value } : attribute;
}

function failureOf({ status, text }: { readonly status: number; readonly text: string }): RecordedFailure {
  const json = text.startsWith('{') ? parseJson(text) : null;
  return { status, message: textOf(member(json, 'Message')) ?? text.slice(0, 200) };
}

function readPolicies(review: Json): RecordedPolicy[] {
  return listOf(member(review, 'ProfilePolicySet')).flatMap((policySet) =>
    listOf(member(policySet, 'policies')).map((policy) => ({
      defaultName: textOf(member(policy, 'def', 'id')),
      defaultText: textOf(member(policy, 'def', 'description')),
      values: listOf(member(policy, 'def', 'policyAttribute')).map((value) =>
        readValue(value, 'name', 'Value', 'Descriptor'),
      ),
      constraintClass: textOf(member(policy, 'constraint', 'classId')),
      constraintName: textOf(member(policy, 'constraint', 'id')),
      constraintText: textOf(member(policy, 'constraint', 'description')),
      constraintParameters: listOf(member(policy, 'constraint', 'constraint')).map((value) =>
        readValue(value, 'id', 'value', 'descriptor'),
      ),
    })),
  );
}

function readValue(json: Json, name: string, value: string, descriptor: string): RecordedValue {
  const described = member(json, descriptor);
  return {
    name: textOf(member(json, name)),
    value: textOf(member(json, value)),
    descriptor: {
      syntax: textOf(member(described, 'Syntax')) ?? '',
      constraint: textOf(member(described, 'Constraint')),
      description: textOf(member(described, 'Description')) ?? '',
      defaultValue: textOf(member(described, 'DefaultValue')),
    },
  };
}
