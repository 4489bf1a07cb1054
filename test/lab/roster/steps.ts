// What both sides are asked about users and groups, in an order in which one step may build on another.
import { execFileSync } from 'node:child_process';
import { readLabIdentity, readLabVariable } from '../profiles/lab-dogtag.ts';
import { ownPrefix, type Step } from './two-sides.ts';

const json = (value: unknown) => JSON.stringify(value);
const xml = 'application/xml';
const encode = encodeURIComponent;
const one = `${ownPrefix}one`;
const odd = `${ownPrefix}x,y+"é<4>;#`;
const group = `${ownPrefix}Group A`;
const oddGroup = `${ownPrefix}G,+"é<4>;#`;

const get = (path: string, more: Partial<Step> = {}): Step => ({ method: 'GET', path, ...more });
const post = (path: string, body: string, more: Partial<Step> = {}): Step => ({ method: 'POST', path, body, ...more });
const patch = (path: string, body: string, more: Partial<Step> = {}): Step => ({
  method: 'PATCH',
  path,
  body,
  ...more,
});
const put = (path: string, body: string): Step => ({ method: 'PUT', path, body });
const remove = (path: string, more: Partial<Step> = {}): Step => ({ method: 'DELETE', path, ...more });

export function rosterSteps(): readonly Step[] {
  return [
    ...selfTestSteps(),
    ...readingSteps(),
    ...userSteps(),
    ...certificateSteps(),
    ...groupSteps(),
    ...endingSteps(),
  ];
}

function selfTestSteps(): Step[] {
  const paths = ['', '?size=1', '?start=1&size=1', '?start=-1', '?filter=CA', '?filter=CAV', '?filter=cav', '?start=x'];
  const single = [
    '/CAPresence',
    '/SystemCertsVerification',
    '/nosuch',
    '/capresence',
    '/a%20b',
    '/x/y',
    '/CAPresence/run',
    '/run',
  ];
  const runs = ['?action=run', '?action=x', '', '/run', '/CAValidity/run', '/nosuch/run', '/CAValidity'];
  return [
    ...[...paths, ...single].map((path) => get(`selftests${path}`)),
    ...['', '/CAValidity', '/nosuch'].map((path) => get(`selftests${path}`, { accept: xml })),
    ...runs.flatMap((path) => [post(`selftests${path}`, ''), post(`selftests${path}`, '', { accept: xml })]),
    get('selftests', { identity: 'ipara' }),
    get('selftests', { identity: 'none' }),
    post('selftests/run', '', { identity: 'ipara' }),
    ...['selftests', 'selftests/run', 'selftests/x', 'selftests/x/run'].map(
      (path): Step => ({ method: 'OPTIONS', path }),
    ),
  ];
}

function readingSteps(): Step[] {
  const lists = [
    'users',
    'groups',
    'users/ipara/certs',
    'users/caadmin/memberships',
    'groups/Subsystem%20Group/members',
  ];
  const queries = [
    '',
    '?size=1',
    '?start=1&size=2',
    '?size=0',
    '?size=-2',
    '?start=-1&size=2',
    '?start=99&size=2',
    '?start=x',
    '?size=',
    '?start=2147483647&size=2147483647',
    '?filter=',
    '?filter=ab',
    '?filter=adm',
    '?filter=ADM',
    '?filter=zzzz',
    '?filter=***',
    '?filter=)(uid=*',
    '?filter=%20%20%20',
    '?filter=min&start=1&size=1',
    '?filter=@example',
    '?other=1&size=2',
  ];
  const single = [
    'users/ipara',
    'users/IPARA',
    'users/%20ipara',
    'users/nosuch',
    'users/x%00y',
    'users/%C3%A9',
    'users/a%2Fb',
    'users/%ff',
    'users/nosuch/certs',
    'users/ipara/certs/x',
    'users/nosuch/certs/x',
    'users/ipara/certs/2%3B7%3BCN%3Da%3BCN%3Db',
    'users/nosuch/memberships',
    'users/caadmin/memberships/Administrators',
    'users/IPARA/memberships',
    'users/ipara/certs/',
    'groups/Administrators',
    'groups/administrators',
    'groups/Certificate%20%20Manager%20Agents',
    'groups/nosuch',
    'groups/%20',
    'groups/nosuch/members',
    'groups/nosuch/members/x',
    'groups/Administrators/members/CAADMIN',
    'groups/Auditors/members/nosuch',
    'users/',
    'groups/x/y',
    'acls',
    'users/ipara/x',
    'users;x=1',
    'users/ipara;x=1',
  ];
  const reads = [...lists.flatMap((list) => queries.map((query) => list + query)), ...single];
  return [
    ...reads.map((path) => get(path)),
    ...[...lists, 'users/ipara', 'groups/Administrators', 'users/nosuch', 'groups/nosuch', 'users?filter=ab'].map(
      (path) => get(path, { accept: xml }),
    ),
    ...lists.map((path) => get(path, { identity: 'ipara' })),
    ...lists.map((path) => get(path, { identity: 'none' })),
    get('users', { accept: 'text/plain' }),
    ...['users', 'users/x', 'users/x/certs', 'users/x/memberships', 'groups', 'groups/a', 'groups/a/members'].map(
      (path): Step => ({ method: 'OPTIONS', path }),
    ),
  ];
}

function userSteps(): Step[] {
  const user = (values: object) => json({ UserID: one, FullName: 'X  One ', ...values });
  return [
    post('users', user({}), { identity: 'ipara' }),
    post('users', user({}), { identity: 'none' }),
    ...[
      'null',
      '{',
      '{"FullName":"n"}',
      '{"UserID":"","FullName":"n"}',
      '{"UserID":" ","FullName":"n"}',
      '[]',
      '{"UserID":[1]}',
    ].map((body) => post('users', body)),
    post('users', json({ UserID: '$System$', FullName: 'n' })),
    post('users', json({ UserID: `${ownPrefix}a\\b`, FullName: 'n' })),
    post('users', json({ UserID: `${ownPrefix}two` })),
    post('users', json({ UserID: `${ownPrefix}two`, FullName: '' })),
    ...[{ Email: 'é' }, { Phone: 'é' }, { Phone: '12 ab!' }, { Password: 'short' }].map((values) =>
      post('users', json({ UserID: `${ownPrefix}two`, FullName: 'n', ...values })),
    ),
    post('users', user({}), { contentType: 'text/plain' }),
    post('users', user({ Email: '', Phone: '', Type: '', State: '', zzz: 1, Password: '' })),
    post('users', user({})),
    post('users', json({ UserID: one.toUpperCase().replace('RETAG-ROSTER-', ownPrefix), FullName: 'n' })),
    get(`users/${one}`),
    get(`users?filter=X%20One`),
    get(`users?filter=${ownPrefix}`),
    get(`users/${one.toUpperCase()}`, { accept: xml }),
    ...[
      'null',
      '{',
      '{}',
      '{"FullName":""}',
      '{"Email":"é@x"}',
      '{"Email":"a@b","Phone":"+1 (2)","State":"7","Type":"agentType"}',
    ].map((body) => patch(`users/${one}`, body)),
    get(`users?filter=A@B`),
    ...[
      '{"Email":""}',
      '{"Phone":""}',
      '{"Phone":"é"}',
      '{"State":""}',
      '{"Password":"short"}',
      '{"Password":"long enough 1"}',
      '{"zzz":1}',
    ].map((body) => patch(`users/${one}`, body)),
    patch(`users/${one}`, `<User id="${one}"><FullName>Named in XML &amp; so</FullName></User>`, {
      contentType: xml,
      accept: xml,
    }),
    patch(`users/${ownPrefix}nosuch`, '{"FullName":"n"}'),
    put(`users/${one}`, '{}'),
    put(`users/${one}`, '{"FullName":"Y"}'),
    put(`users/${one}`, '{"FullName":"Y","Password":"short"}'),
    put(`users/${one}`, '{"FullName":"Y","Password":"long enough 2"}'),
    put(`users/${ownPrefix}nosuch`, '{"FullName":"Y","Password":"long enough 2"}'),
    get(`users/${one}`),
    post('users', json({ UserID: odd, FullName: 'Odd', Email: 'odd@example.test' })),
    get(`users/${encode(odd)}`),
    get(`users?filter=${encode('x,y')}`),
    patch(`users/${encode(odd)}`, '{"State":"2"}'),
    get(`users/${encode(odd)}/certs`),
    remove(`users/${encode(odd)}`),
    remove(`users/${encode(odd)}`),
    post(
      'users',
      `<User><UserID>${ownPrefix}xml</UserID><FullName>In XML</FullName><Email>x@example.test</Email></User>`,
      {
        contentType: xml,
        accept: xml,
      },
    ),
    remove(`users/${ownPrefix}xml`, { accept: xml }),
  ];
}

function certificateSteps(): Step[] {
  const agentPem = readLabIdentity('AGENT').certificatePem;
  const bare = agentPem.replaceAll(/-----[^-]+-----|\s/g, '');
  const claim = '2;7;CN=Certificate Authority,O=EXAMPLE.TEST;CN=IPA RA,O=EXAMPLE.TEST';
  const certs = `users/${one}/certs`;
  const add = (Encoded: unknown) => post(certs, json({ Encoded }));
  const pkcs7 = (...names: string[]) =>
    execFileSync('openssl', [
      'crl2pkcs7',
      '-nocrl',
      ...names.flatMap((name) => ['-certfile', readLabVariable(name)]),
    ]).toString();
  return [
    get(certs),
    get(`${certs}/x`),
    remove(`${certs}/x`),
    remove(`${certs}/${encode(claim)}`),
    ...['null', '{}', '{"zzz":1}', '{'].map((body) => post(certs, body)),
    ...['', 'nonsense', 'MIIB', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'].map(add),
    post(`users/${ownPrefix}nosuch/certs`, json({ Encoded: agentPem })),
    post(certs, json({ Encoded: agentPem }), { identity: 'ipara' }),
    add(agentPem),
    add(bare),
    add(pkcs7('DOGTAG_AGENT_CERT')),
    add(pkcs7('DOGTAG_AGENT_CERT', 'DOGTAG_ADMIN_CERT')),
    get(certs),
    get(certs, { accept: xml }),
    ...[claim, claim.toUpperCase(), encode(claim), claim.replaceAll(' ', '+')].map((id) =>
      get(`${certs}/${encode(id)}`),
    ),
    get(`users/${one.toUpperCase()}/certs/${encode(claim)}`, { accept: xml }),
    remove(`${certs}/${encode(claim.replace(';7;', ';8;'))}`),
    remove(`${certs}/${encode(claim.replace('2;', '-1;'))}`),
    get(certs),
    add(pkcs7('DOGTAG_AGENT_CERT', 'DOGTAG_CA_CERT')),
    remove(`${certs}/${encode(claim.toLowerCase())}`),
    remove(`${certs}/${encode(claim)}`),
    remove(`users/${ownPrefix}nosuch/certs/${encode(claim)}`),
  ];
}

function groupSteps(): Step[] {
  const path = `groups/${encode(group)}`;
  const memberships = `users/${one}/memberships`;
  return [
    ...['null', '{', '{"id":"x"}', '{"GroupID":""}', '{"GroupID":" "}', `{"GroupID":"${group}","zzz":1}`].map((body) =>
      post('groups', body),
    ),
    post('groups', json({ GroupID: group })),
    post('groups', json({ GroupID: group.toLowerCase().replace(' ', '   ') })),
    get(`groups/${encode(group.toLowerCase())}`),
    get(`groups?filter=${ownPrefix}`, { accept: xml }),
    ...['{}', '{"Description":"d"}', '{}', '{"Description":""}', 'null', '{"zzz":1}'].map((body) => patch(path, body)),
    put(path, '{"Description":"d"}'),
    patch(`groups/${ownPrefix}nosuch`, '{}'),
    patch(path, '<Group><Description>é &lt; in XML</Description></Group>', { contentType: xml, accept: xml }),
    post('groups', json({ GroupID: oddGroup, Description: 'é' })),
    get(`groups/${encode(oddGroup)}`),
    get(`groups/${encode(oddGroup)}/members`),
    remove(`groups/${encode(oddGroup)}`),
    ...['{}', '{"id":""}', 'null', '{'].map((body) => post(`${path}/members`, body)),
    post(`${path}/members`, json({ id: one })),
    post(`${path}/members`, json({ id: one.toUpperCase() })),
    post(`${path}/members`, json({ id: 'ipara', GroupID: 'Other', zzz: 1 })),
    post(`${path}/members`, json({ id: `${ownPrefix}nobody` })),
    post(`groups/${ownPrefix}nosuch/members`, json({ id: one })),
    ...['', '?filter=ip', '?filter=ipa', '?filter=IPA', '?start=1&size=1', '?start=5&size=-3', '?start=-1'].map(
      (query) => get(`${path}/members${query}`),
    ),
    get(`${path.toLowerCase()}/members/${one.toUpperCase()}`),
    get(`${path}/members`, { accept: xml }),
    get(`${path}/members/ipara`, { accept: xml }),
    get(memberships),
    get(`${memberships}?filter=group`),
    post(memberships, group),
    post(memberships, `"${group}"`),
    post(memberships, ''),
    post(memberships, 'No Such Group'),
    post(memberships, group, { contentType: 'text/plain' }),
    remove(`${memberships}/${encode(group)}`),
    remove(`${memberships}/${encode(group)}`),
    remove(`${memberships}/nosuch`),
    post(memberships, group.toLowerCase(), { contentType: xml, accept: xml }),
    get(memberships, { accept: xml }),
    remove(`${path}/members/ipara`),
    remove(`${path}/members/ipara`),
    remove(`groups/${ownPrefix}nosuch/members/x`),
  ];
}

function endingSteps(): Step[] {
  const path = `groups/${encode(group)}`;
  return [
    remove(`users/${one}`, { identity: 'ipara' }),
    remove(`users/${one.toUpperCase().replace('RETAG-ROSTER-', ownPrefix)}`),
    get(`${path}/members`),
    remove(`users/${one}`),
    get(`users/${one}`),
    remove(path, { identity: 'ipara' }),
    remove(path),
    remove(path),
    get(`groups?filter=${ownPrefix}`),
    get(`users?filter=${ownPrefix}`),
  ];
}

/** What may be left of the suite's own in the lab. */
export const leftovers: readonly string[] = [
  ...[one, odd, `${ownPrefix}xml`, `${ownPrefix}two`].map((name) => `users/${encode(name)}`),
  ...[group, oddGroup].map((name) => `groups/${encode(name)}`),
];
