// What clients do with lightweight authorities, said to one side in the order in which it makes sense; ids and keys are each side's own.

import type { ConversationClient, Reply } from '#test/conversation-client';
import { makeRequestPem } from '#test/make-request';

export interface Step {
  readonly name: string;
  /** `SUB`, `LEAF` and `HOST` stand for the ids of the authorities that this side has. */
  readonly method: string;
  readonly target: string;
  readonly accept?: string;
  readonly body?: string;
  readonly contentType?: string;
  /** Without the agent's session. */
  readonly isAnonymous?: boolean;
  /** What this side calls by its own name from now on. */
  readonly learns?: 'SUB' | 'LEAF' | 'CERT';
}

export interface Answered {
  readonly step: Step;
  readonly status: number;
  readonly contentType: string | null;
  readonly cacheControl: string | null;
  readonly body: Buffer;
}

const json = 'application/json';
const xml = 'application/xml';
const pem = 'application/x-pem-file';
const get = (name: string, target: string, accept = json): Step => ({ name, method: 'GET', target, accept });
const send = (name: string, method: string, target: string, body = '', contentType: string = json): Step => ({
  name,
  method,
  target,
  accept: contentType,
  body,
  contentType,
});
const authorities = '/ca/rest/authorities';

export function stepsNamed(run: string): readonly Step[] {
  const dn = `CN=Sub ${run},OU=Retag\\, lab,O=EXAMPLE.TEST`;
  const create = (name: string, body: object) => send(name, 'POST', authorities, JSON.stringify(body));
  const enrol = (name: string, query: string) =>
    send(name, 'POST', `/ca/rest/certrequests?${query}`, enrolment(`${name.replaceAll(' ', '-')}.${run}.example.test`));
  return [
    get('the host authority', `${authorities}/host-authority`),
    { ...create('make one', { dn, parentID: 'host-authority', description: 'a <lab> "authority"' }), learns: 'SUB' },
    create('the same name again', { dn, parentID: 'host-authority' }),
    create('the same name, written otherwise', { dn: dn.replace('CN=', 'cn = '), parentID: 'host-authority' }),
    get('it', `${authorities}/SUB`),
    get('it in XML', `${authorities}/SUB`, xml),
    get('it among all', authorities),
    get('it among all in XML', authorities, xml),
    get('those below the host', `${authorities}?parentID=HOST`),
    get('by its name', `${authorities}?dn=${encodeURIComponent(dn)}`),
    get('by its id in capitals', `${authorities}?id=SUB`),
    get('its certificate', `${authorities}/SUB/cert`, pem),
    get('its certificate as DER', `${authorities}/SUB/cert`, 'application/pkix-cert'),
    get('its certificate, whatever form', `${authorities}/SUB/cert`, '*/*'),
    get(
      'its certificate, rather as DER',
      `${authorities}/SUB/cert`,
      'application/x-pem-file;q=0.1, application/pkix-cert',
    ),
    get('its certificate as JSON', `${authorities}/SUB/cert`, json),
    get('its chain', `${authorities}/SUB/chain`, pem),
    get('its chain as DER', `${authorities}/SUB/chain`, 'application/pkcs7-mime'),
    { ...create('one below it', { dn: `CN=Leaf ${run},O=EXAMPLE.TEST`, parentID: 'SUB' }), learns: 'LEAF' },
    get('the chain of the one below', `${authorities}/LEAF/chain`, 'application/pkcs7-mime'),
    { ...enrol('enrol under it', 'issuer-id=SUB'), learns: 'CERT' },
    get('what was issued', '/ca/rest/certs/CERT'),
    enrol('enrol by its name', `issuer-dn=${encodeURIComponent(dn)}`),
    enrol('enrol under the one below', 'issuer-id=LEAF'),
    send('revoke what was issued', 'POST', '/ca/rest/agent/certs/CERT/revoke', '{"Reason":"superseded"}'),
    send('describe', 'PUT', `${authorities}/SUB`, '{"enabled":true,"description":"otherwise"}'),
    send('describe no more', 'PUT', `${authorities}/SUB`, '{"enabled":true,"description":""}'),
    send('describe in XML', 'PUT', `${authorities}/SUB`, '<authority enabled="true" description="&lt;x&gt;"/>', xml),
    send('delete it while it is enabled', 'DELETE', `${authorities}/SUB`),
    send('renew', 'POST', `${authorities}/SUB/renew`),
    get('its new certificate', `${authorities}/SUB/cert`, 'application/pkix-cert'),
    send('disable', 'POST', `${authorities}/SUB/disable`),
    enrol('enrol while it is disabled', 'issuer-id=SUB'),
    create('one below it while it is disabled', { dn: `CN=Never ${run},O=EXAMPLE.TEST`, parentID: 'SUB' }),
    send('renew the one below meanwhile', 'POST', `${authorities}/LEAF/renew`),
    send('delete it with one below', 'DELETE', `${authorities}/SUB`),
    send('disable the one below', 'POST', `${authorities}/LEAF/disable`),
    send('delete the one below', 'DELETE', `${authorities}/LEAF`),
    send('delete it', 'DELETE', `${authorities}/SUB`),
    get('it is gone', `${authorities}/SUB`),
    ...refusals(run),
  ];
}

function refusals(run: string): readonly Step[] {
  const create = (name: string, body: string) => send(name, 'POST', authorities, body);
  const named = (dn: string) => JSON.stringify({ dn, parentID: 'host-authority' });
  return [
    create('no name', '{"parentID":"host-authority"}'),
    create('an empty name', named('')),
    create('a name that is none', named('nonsense')),
    create('a name without a value', named('CN=')),
    create('an unknown attribute', named('CN=x,FOO=bar')),
    create('a name that the profile refuses', named(`O=No Common Name ${run}`)),
    create('an empty description', '{"dn":"CN=x","parentID":"host-authority","description":""}'),
    create('no parent', '{"dn":"CN=x"}'),
    create('a parent that is nobody', '{"dn":"CN=x","parentID":"1-2-3-4-5"}'),
    create('a parent that is no id', '{"dn":"CN=x","parentID":"x"}'),
    create('an unknown member', '{"dn":"CN=x","foo":1}'),
    create('a name of the host', named('CN=Certificate Authority,O=EXAMPLE.TEST')),
    { ...create('nobody makes one', named('CN=x')), isAnonymous: true },
    { ...send('nobody deletes one', 'DELETE', `${authorities}/HOST`), isAnonymous: true },
    { ...send('nobody describes one', 'PUT', `${authorities}/HOST`, '{}'), isAnonymous: true },
    send('disable the host', 'POST', `${authorities}/HOST/disable`),
    send('enable the host', 'POST', `${authorities}/HOST/enable`),
    send('delete the host', 'DELETE', `${authorities}/HOST`),
    send('delete by the alias', 'DELETE', `${authorities}/host-authority`),
    send('renew by the alias', 'POST', `${authorities}/host-authority/renew`),
    get('an id that is short', `${authorities}/1-2-3-4-5`),
    get('an id that is none', `${authorities}/HOST-AUTHORITY`),
    get('a certificate of an id that is none', `${authorities}/x/cert`, pem),
    get('a filter that finds nothing', `${authorities}?id=`),
    get('an empty name as filter', `${authorities}?dn=`),
    get('in no form', authorities, 'text/plain'),
    send('with PUT at all of them', 'PUT', authorities, '{}'),
    send('with GET at a deed', 'GET', `${authorities}/HOST/renew`),
    send('a path that is none', 'GET', `${authorities}/HOST/foo`),
  ];
}

function enrolment(commonName: string): string {
  const attribute = (name: string, value: string) => ({ name, Value: value, Descriptor: null });
  return JSON.stringify({
    ProfileID: 'caIPAserviceCert',
    Renewal: false,
    Input: [
      {
        id: 'i1',
        ClassID: 'certReqInputImpl',
        Attribute: [attribute('cert_request_type', 'pkcs10'), attribute('cert_request', makeRequestPem(commonName))],
      },
    ],
  });
}

/** Says all of it as the agent who has logged in, and keeps what came of each step. */
export async function hold(
  client: ConversationClient,
  steps: readonly Step[],
  observe: (step: Step, reply: Reply) => Promise<void> = async () => {},
): Promise<readonly Answered[]> {
  const names = new Map<string, string>();
  const cookie = await logIn(client);
  const answered: Answered[] = [];
  for (const step of [get('the host authority', `${authorities}/host-authority`), ...steps]) {
    const own = (text: string) =>
      text.replaceAll(/\b(?:SUB|LEAF|HOST|CERT)\b(?!-)/g, (name) => names.get(name) ?? name);
    const reply = await client.say({
      shows: step.name,
      method: step.method,
      target: own(step.target),
      identity: step.isAnonymous === true ? 'none' : 'agent',
      headers: {
        Accept: step.accept ?? json,
        ...(step.contentType === undefined ? {} : { 'Content-Type': step.contentType }),
        ...(step.isAnonymous === true ? {} : { Cookie: cookie }),
      },
      ...(step.body === undefined ? {} : { body: own(step.body) }),
    });
    if (answered.length === 0) names.set('HOST', idIn(reply));
    if (step.learns === 'SUB' || step.learns === 'LEAF') names.set(step.learns, idIn(reply));
    if (step.learns === 'CERT') names.set('CERT', /certs\/(?:0x)?(\d+)"/.exec(reply.text)?.[1] ?? 'missing');
    await observe(step, reply);
    answered.push(keep(step, reply, names));
  }
  return answered.slice(1);
}

async function logIn(client: ConversationClient): Promise<string> {
  const reply = await client.say({
    shows: 'login',
    method: 'GET',
    target: '/ca/rest/account/login',
    identity: 'agent',
  });
  return (header(reply, 'set-cookie') ?? '').split(';', 1)[0] ?? '';
}

const idIn = ({ text }: Reply) => /"id":"([0-9a-f-]{36})"/.exec(text)?.[1] ?? 'missing';

function keep(step: Step, reply: Reply, names: ReadonlyMap<string, string>): Answered {
  return {
    step,
    status: reply.status,
    contentType: header(reply, 'content-type'),
    cacheControl: header(reply, 'cache-control'),
    body: masked(reply, names),
  };
}

/** This side's own ids and numbers, replaced by what they stand for. */
function masked(reply: Reply, names: ReadonlyMap<string, string>): Buffer {
  if (!/json|xml/.test(header(reply, 'content-type') ?? '')) return reply.body;
  let { text } = reply;
  for (const [name, id] of names)
    if (id.includes('-')) text = text.replaceAll(id, name).replaceAll(id.toUpperCase(), name);
  return Buffer.from(
    text
      .replaceAll(/("serial":|serial=")(?!1[,"])\d+/g, '$1N')
      // Not within base64, where `0x` stands by chance.
      .replaceAll(/(?<![\w+])(0x)[0-9a-f]+(?![\w+=])/g, '$1N')
      .replaceAll(/((?:certs|certrequests)\/)(?:0x)?[0-9a-fN]+/g, '$1N')
      .replaceAll(/(pki\.example\.test:)\d+/g, '$1PORT'),
  );
}

function header({ rawHeaders }: Reply, wanted: string): string | null {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === wanted);
  return at < 0 ? null : (rawHeaders[at + 1] ?? null);
}
