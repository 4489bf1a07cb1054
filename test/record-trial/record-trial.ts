// Records the trial from a fresh lab: an installation with hundreds of certificates, its directory, and a conversation of clients with it.
// Run it with the variables of `lab env` exported; it changes that lab and writes compat-fixtures/trial.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeRecordedRequest, encodeRecordedResponse, type HeaderFields } from '#codecs/exchange';
import { encodeLdifEntry, ldifVersionLine } from '#codecs/ldif';
import { exportDirectory } from '#importers';
import { silentLog, systemClock } from '#platform';
import { converse, trackedProfiles } from '#test/client-conversation';
import { type ClientPlace, createConversationClient, type Reply, type Said } from '#test/conversation-client';
import { enrollLongLivedAgent, populate } from './populate-lab.ts';
import { ChangeReader } from './read-changes.ts';

const folder = new URL('../../compat-fixtures/trial/', import.meta.url).pathname;
const variable = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: set -a; eval "$(compat-fixtures/lab/lab env)"; set +a`);
  return value;
};
const readVariable = (name: string) => readFile(variable(name), 'utf8');
const print = (line: string) => process.stdout.write(`${line}\n`);

const authorityPem = await readVariable('DOGTAG_CA_CERT');
const hostName = variable('DOGTAG_HOST');
const firstAgent = {
  certificatePem: await readVariable('DOGTAG_AGENT_CERT'),
  keyPem: await readVariable('DOGTAG_AGENT_KEY'),
};
const directory = {
  url: new URL(variable('DOGTAG_LDAP_URL')),
  bindDn: variable('DOGTAG_LDAP_BIND_DN'),
  password: variable('DOGTAG_LDAP_PASSWORD'),
  startTls: false,
  caCertificatePem: null,
  base: variable('DOGTAG_LDAP_BASE'),
};
const place: ClientPlace = {
  httpsPort: Number(new URL(variable('DOGTAG_URL')).port),
  httpPort: Number(new URL(variable('DOGTAG_HTTP_URL')).port),
  hostName,
  // What clients of the gateway send, so that Dogtag's links are the gateway's.
  hostPorts: { https: 8443, http: 8080 },
  authorityPem,
  agent: firstAgent,
};

await rm(join(folder, 'conversation'), { recursive: true, force: true });
await mkdir(join(folder, 'conversation'), { recursive: true });
await mkdir(join(folder, 'keys'), { recursive: true });
const agent = await enrollLongLivedAgent(place, directory);
await writeFile(join(folder, 'keys', 'agent.crt'), agent.certificatePem);
await writeFile(join(folder, 'keys', 'agent.key'), agent.keyPem);
await writeFile(join(folder, 'keys', 'ca.crt'), authorityPem);
await copyFile(variable('DOGTAG_CA_PKCS12'), join(folder, 'keys', 'ca-signing.p12'));
const ownPlace = { ...place, agent };
print('populating the lab');
print(
  `${await populate(ownPlace, (count) => count % 50 === 0 && print(`  ${count} certificates`))} certificates enrolled`,
);

const plainFile = join(folder, 'directory.ldif');
// Java's serialized caches and the CA's own copies of requests are of no use to anybody else and make up most of the size.
const leaveOut = (_dn: string, attribute: string) =>
  /^(crlCache|revokedCerts|unrevokedCerts|expiredCerts)$/i.test(attribute);
const entryCount = await exportDirectory(directory, plainFile, { log: silentLog, leaveOut });
await writeFile(`${plainFile}.gz`, gzipSync(await readFile(plainFile), { level: 9 }));
await rm(plainFile);
print(`${entryCount} directory entries`);

const recordedAt = systemClock.now();
const changes = new ChangeReader(directory, leaveOut);
await changes.begin();
const client = createConversationClient(ownPlace);
let count = 0;

/** Says something and writes down what came of it. */
async function record(said: Said, by: 'client' | 'gateway'): Promise<Reply> {
  const reply = await client.say(said);
  const { listener = 'https', identity = 'none', shows, method, target } = said;
  const name = `${String(++count).padStart(3, '0')}-${shows.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`
    .slice(0, 80)
    .replace(/-$/, '');
  const turn = join(folder, 'conversation', name);
  await mkdir(turn);
  const body = Buffer.from(said.body ?? '');
  const port = listener === 'https' ? 8443 : 8080;
  const headers: HeaderFields = [['Host', `${hostName}:${port}`], ...Object.entries(said.headers ?? {})];
  await writeFile(join(turn, 'about.json'), `${JSON.stringify({ shows, by, listener, identity }, null, 2)}\n`);
  await writeFile(join(turn, 'request.http'), encodeRecordedRequest({ method, target, headers, body }));
  await writeFile(
    join(turn, 'response.http'),
    encodeRecordedResponse({ status: reply.status, reason: '', headers: pairs(reply.rawHeaders), body: reply.body }),
  );
  if (by === 'client') await recordAftermath(turn, said);
  return reply;
}

/** Directory entries that the turn changed, and what the gateway will ask about them. */
async function recordAftermath(turn: string, said: Said): Promise<void> {
  const isWrite = said.method === 'POST' || /profileSubmit|profileProcess/.test(said.target);
  if (!isWrite) return;
  const entries = await changes.read();
  if (entries.length === 0) return;
  await writeFile(join(turn, 'after.ldif'), ldifVersionLine + entries.map(encodeLdifEntry).join(''));
  const json = { Accept: 'application/json' };
  for (const { dn } of entries) {
    const request = /^cn=(\d+),ou=ca,ou=requests/i.exec(dn)?.[1];
    const certificate = /^cn=(\d+),ou=certificateRepository/i.exec(dn)?.[1];
    if (request)
      await record(
        {
          shows: `gateway asks for request ${request}`,
          method: 'GET',
          target: `/ca/rest/certrequests/${request}`,
          headers: json,
        },
        'gateway',
      );
    if (certificate)
      await record(
        {
          shows: `gateway asks for certificate ${certificate}`,
          method: 'GET',
          target: `/ca/rest/certs/${certificate}`,
          headers: json,
        },
        'gateway',
      );
  }
}

for (const target of [
  '/pki/rest/info',
  '/ca/rest/info',
  '/ca/rest/certs/1',
  '/ca/retag-asks-what-container-this-is',
  '/ca/admin/ca/getStatus',
])
  await record(
    { shows: `gateway asks ${target}`, method: 'GET', target, headers: { Accept: 'application/json' } },
    'gateway',
  );
const result = await converse(
  { say: (said) => record(said, 'client') },
  { profiles: trackedProfiles, label: 'monday', authorityPem },
);
client.close();
await changes.close();
await writeFile(
  join(folder, 'recording.json'),
  `${JSON.stringify({ dogtagVersion: '10.10.2', hostName, recordedAt: recordedAt.toISOString(), base: directory.base, httpPort: place.httpPort, pkcs12Password: variable('DOGTAG_CA_PKCS12_PASSWORD') }, null, 2)}\n`,
);
print(
  `${count} turns, ${result.issued.length} certificates issued, problems: ${result.problems.length === 0 ? 'none' : result.problems.join('\n')}`,
);
process.exitCode = result.problems.length === 0 ? 0 : 1;

function pairs(raw: readonly string[]): HeaderFields {
  return raw.flatMap((value, index) => (index % 2 === 0 ? [[value, raw[index + 1] ?? ''] as const] : []));
}
