// Makes compat-fixtures/profiles/11.10.1.json.gz out of a folder of recorded exchanges (a folder each, with request.http, response.http and
// about.json): node test/golden/profiles/collect-recorded-enrolments.ts FOLDER FILE. What is collected are enrolments and what agents were shown
// of them, whatever dialect they came in; what only shows a dialect, or authorities other than the host, stays out.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeCertificate } from '#codecs/x509';
import type { RecordedExchange, RecordedPolicy, RecordedRequest, RecordedValue } from '#test/profile-exchange';
import { isObject, type Json, listOf, member, parseJson, textOf } from '#test/read-json';
import { writeRecordedProfiles } from '#test/recorded-profiles';

const [, , folder = '', file = ''] = process.argv;
if (!existsSync(folder) || file === '') throw new Error('give the folder of the recordings and the file to be written');

interface Recorded {
  readonly name: string;
  readonly identity: string;
  readonly target: URL;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
  readonly sentAt: Date;
}

const dialects = ['v1-json', 'v2-json', 'v1-xml', 'servlet'];
const recorded = dialects.flatMap((dialect) =>
  readdirSync(join(folder, dialect))
    .sort()
    .map((name) => readExchange(`${dialect}/${name}`)),
);

function readExchange(name: string): Recorded {
  const read = (part: string) => readFileSync(join(folder, name, part), 'utf8');
  const [request = '', body = ''] = split(read('request.http'));
  const [response = '', answer = ''] = split(read('response.http'));
  const date = /^Date: (.+)$/im.exec(response)?.[1];
  return {
    name,
    identity: textOf(member(parseJson(read('about.json')), 'identity')) ?? '',
    target: new URL(request.split(' ')[1] ?? '/', 'https://recorded.example.test'),
    body,
    status: Number(response.split(' ')[1] ?? '0'),
    answer,
    sentAt: new Date(date ?? 0),
  };
}

function split(message: string): string[] {
  const end = /\r?\n\r?\n/.exec(message);
  return end === null ? [message, ''] : [message.slice(0, end.index), message.slice(end.index + end[0].length)];
}

/** Every certificate that stands anywhere in an answer, by its serial number. */
const certificates = new Map<bigint, string>();
for (const { answer } of recorded)
  for (const [base64] of answer.replace(/\\r|\\n|&#13;|\s/g, '').matchAll(/MI[A-Za-z0-9+/]{300,}={0,2}/g)) {
    try {
      const certificate = decodeCertificate(Buffer.from(base64, 'base64'), { rules: 'ber' });
      certificates.set(certificate.serialNumber, certificate.der.toString('base64'));
    } catch {
      // A request, or a chain.
    }
  }

const isEnrolment = (name: string) =>
  /certrequests-enrol-(?!issuer-)/.test(name) ||
  /servlet\/\d+-profileSubmit-(?!profile|authority|no-profile|renewal)/.test(name);
const isReview = (name: string) =>
  /(?:agent-certrequests-review|review-complete)$/.test(name) && !name.startsWith('v1-xml');

const callers = [
  ['user ipara', 'agent'],
  ['user caadmin: PKI', 'admin'],
  ['user nobody', 'nobody'],
  ['maps to no user', 'unmapped'],
  ['right password', 'basic'],
  ['anonymous', 'anonymous'],
] as const;
const callerOf = ({ identity }: Recorded) => callers.find(([words]) => identity.includes(words))?.[1] ?? 'anonymous';

function enrolmentOf(exchange: Recorded): RecordedExchange | null {
  const { name, body, target, status, answer, sentAt } = exchange;
  const submission = name.startsWith('servlet/')
    ? readForm(new URLSearchParams(target.search === '' ? body : target.search))
    : name.startsWith('v1-xml/')
      ? readXmlSubmission(body)
      : readJsonSubmission(parseJson(body));
  if (!answer.startsWith('{') && !answer.startsWith('<?xml')) return null;
  const facts = { name, caller: callerOf(exchange), sentAt: sentAt.toISOString(), renewalOf: null, ...submission };
  const request = readRequest(answer);
  if (request !== null) return { ...facts, failure: null, requests: [request] };
  const message =
    /"Message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(answer)?.[1] ?? /<(?:Message|Error)>([^<]*)</.exec(answer)?.[1];
  return { ...facts, failure: { status, message: message ?? '' }, requests: [] };
}

function readForm(form: URLSearchParams) {
  const { profileId = '', xmlOutput: _, ...inputs } = Object.fromEntries(form);
  return { profileId, inputs };
}

function readXmlSubmission(body: string) {
  const inputs: Record<string, string> = {};
  for (const [, name = '', value = ''] of body.matchAll(/<Attribute name="([^"]+)">\s*<Value>([^<]*)<\/Value>/g))
    inputs[name] = value;
  return { profileId: /<ProfileID>([^<]*)</.exec(body)?.[1] ?? '', inputs };
}

function readJsonSubmission(body: Json) {
  const inputs: Record<string, string> = {};
  for (const input of listOf(member(body, 'Input')))
    for (const attribute of listOf(member(input, 'Attribute'))) {
      const [name, value] = [textOf(member(attribute, 'name')), textOf(member(attribute, 'Value'))];
      if (name !== null && value !== null) inputs[name] = value;
    }
  return { profileId: textOf(member(body, 'ProfileID')) ?? '', inputs };
}

/** In whatever dialect: id, state, refusal and certificate. */
function readRequest(answer: string): RecordedRequest | null {
  const find = (json: string, xml: string) =>
    new RegExp(`"${json}"\\s*:\\s*"([^"]*)"`).exec(answer)?.[1] ??
    new RegExp(`<${xml}>\\s*([^<]*)<`).exec(answer)?.[1] ??
    null;
  const id = find('requestID', '(?:requestID|Id|RequestId)');
  if (id === null) return null;
  const rejection = /Request \d+ Rejected - ([^<]*)</.exec(answer)?.[1] ?? find('errorMessage', 'errorMessage');
  const servletStatus = /<Status>(\d)</.exec(answer)?.[1];
  const state =
    find('requestStatus', 'requestStatus') ??
    { '0': 'complete', '2': 'pending', '3': 'rejected' }[servletStatus ?? ''] ??
    '';
  const serial = find('certId', '(?:certID|serialno)');
  const number = serial === null ? null : BigInt(serial.startsWith('0x') ? serial : `0x${serial}`);
  return {
    id,
    state,
    message: rejection,
    review: null,
    reviewFailure: null,
    decision: null,
    certificate: number === null ? null : (certificates.get(number) ?? null),
  };
}

/** What an agent was shown is what was submitted, and what came of it. */
function reviewOf({ name, answer }: Recorded): RecordedExchange {
  const json = parseJson(answer);
  const state = textOf(member(json, 'requestStatus')) ?? '';
  const request = {
    message: null,
    reviewFailure: null,
    decision: null,
    certificate: null,
    review: readPolicies(json),
    state,
  };
  return {
    name,
    ...readJsonSubmission(json),
    caller: state === 'pending' ? 'anonymous' : 'agent',
    sentAt: new Date(textOf(member(json, 'requestCreationTime')) ?? 0).toISOString(),
    renewalOf: null,
    failure: null,
    requests: [{ ...request, id: textOf(member(json, 'requestId')) ?? '' }],
  };
}

/** Later releases name the members of a review as those of a profile. */
function readPolicies(review: Json): RecordedPolicy[] {
  return listOf(member(review, 'ProfilePolicySet')).flatMap((policySet) =>
    listOf(member(policySet, 'policies')).map((policy) => ({
      defaultName: textOf(member(policy, 'def', 'name')),
      defaultText: textOf(member(policy, 'def', 'text')),
      values: listOf(member(policy, 'def', 'attributes')).map((value) => readValue(value, 'Value', 'Descriptor')),
      constraintClass: textOf(member(policy, 'constraint', 'classId')),
      constraintName: textOf(member(policy, 'constraint', 'name')),
      constraintText: textOf(member(policy, 'constraint', 'text')),
      constraintParameters: listOf(member(policy, 'constraint', 'constraints')).map((value) =>
        readValue(value, 'value', 'descriptor'),
      ),
    })),
  );
}

function readValue(json: Json, value: string, descriptor: string): RecordedValue {
  const described = member(json, descriptor);
  return {
    name: textOf(member(json, 'name')),
    value: textOf(member(json, value)),
    descriptor: {
      syntax: textOf(member(described, 'Syntax')) ?? '',
      constraint: textOf(member(described, 'Constraint')),
      description: textOf(member(described, 'Description')) ?? '',
      defaultValue: textOf(member(described, 'DefaultValue')),
    },
  };
}

/** The text of a profile: as it was read, or made again of what the structured view says. */
function profileText(id: string): string {
  const raw = recorded.find(({ target, status }) => status === 200 && target.pathname.endsWith(`/profiles/${id}/raw`));
  if (raw !== undefined) return raw.answer;
  const shown = recorded.find(
    ({ name, target }) => name.startsWith('v1-json') && target.pathname.endsWith(`/rest/profiles/${id}`),
  );
  return shown === undefined ? '' : writeProfileText(parseJson(shown.answer));
}

function writeProfileText(profile: Json): string {
  const lines: string[] = [];
  for (const name of ['name', 'description', 'enabledBy'])
    lines.push(
      `${{ description: 'desc', enabledBy: 'enableBy' }[name] ?? name}=${textOf(member(profile, name)) ?? ''}`,
    );
  lines.push(
    `enable=${member(profile, 'enabled') === true}`,
    `visible=${member(profile, 'visible') === true}`,
    'auth.instance_id=',
  );
  for (const [kind, list, classKey] of [
    ['input', 'inputs', 'ClassID'],
    ['output', 'outputs', 'classId'],
  ] as const) {
    const entries = listOf(member(profile, list));
    lines.push(`${kind}.list=${entries.map((entry) => textOf(member(entry, 'id'))).join(',')}`);
    for (const entry of entries)
      lines.push(`${kind}.${textOf(member(entry, 'id'))}.class_id=${textOf(member(entry, classKey))}`);
  }
  const sets = member(profile, 'policySets');
  const ids = isObject(sets) ? Object.keys(sets) : [];
  lines.push(`policyset.list=${ids.join(',')}`);
  for (const id of ids) lines.push(...writePolicySet(id, listOf(member(sets, id))));
  return `${lines.join('\n')}\n`;
}

function writePolicySet(id: string, policies: readonly Json[]): string[] {
  const lines = [`policyset.${id}.list=${policies.map((policy) => textOf(member(policy, 'id'))).join(',')}`];
  for (const policy of policies)
    for (const [part, key, list] of [
      ['default', 'def', 'params'],
      ['constraint', 'constraint', 'constraints'],
    ] as const) {
      const prefix = `policyset.${id}.${textOf(member(policy, 'id'))}.${part}`;
      lines.push(
        `${prefix}.class_id=${textOf(member(policy, key, 'classId'))}`,
        `${prefix}.name=${textOf(member(policy, key, 'name'))}`,
      );
      for (const parameter of listOf(member(policy, key, list)))
        if (textOf(member(parameter, 'value')) !== '')
          lines.push(`${prefix}.params.${textOf(member(parameter, 'name'))}=${textOf(member(parameter, 'value'))}`);
    }
  return lines;
}

const pem = (base64: string | undefined) =>
  `-----BEGIN CERTIFICATE-----\n${(base64 ?? '').match(/.{1,64}/g)?.join('\n') ?? ''}\n-----END CERTIFICATE-----\n`;
const authority = pem(certificates.get(1n));
const agentGroups = [
  'Certificate Manager Agents',
  'Registration Manager Agents',
  'Security Domain Administrators',
  'Enterprise ACME Administrators',
];
// Which certificate was shown is no matter here: that one was, and whose it is.
const withCertificate = (userId: string | null, groups: readonly string[]) => ({
  userId,
  groups,
  certificatePem: authority,
});
const exchanges = [
  ...recorded.filter(({ name }) => isEnrolment(name)).flatMap((exchange) => enrolmentOf(exchange) ?? []),
  ...recorded.filter(({ name }) => isReview(name)).map(reviewOf),
];
const ids = ['caIPAserviceCert', 'caServerCert'];
writeRecordedProfiles(file, {
  installation: {
    authorityCertificatePem: authority,
    ocspUrl: 'http://pki.example.test:28080/ca/ocsp',
    timeZone: 'UTC',
    peopleDn: 'ou=People,o=ipaca',
    callers: {
      agent: withCertificate('ipara', agentGroups),
      admin: withCertificate('caadmin', ['Administrators', 'Certificate Manager Agents']),
      nobody: withCertificate('nobody', []),
      unmapped: withCertificate(null, []),
      basic: { userId: 'caadmin', groups: ['Administrators', 'Certificate Manager Agents'], certificatePem: null },
      anonymous: { userId: null, groups: [], certificatePem: null },
    },
  },
  profiles: ids.map((id) => ({
    id,
    classId: 'caEnrollImpl',
    configurationText: profileText(id),
    exchanges: exchanges.filter(({ profileId }) => profileId === id),
  })),
});
const withAnswer = exchanges
  .filter(({ profileId }) => !ids.includes(profileId))
  .map(({ name, profileId }) => `${name} (${profileId})`);
process.stdout.write(`${exchanges.length} collected, of other profiles: ${withAnswer.join(', ')}\n`);
