// Holds the gateway against the real Dogtag of the lab: what it forwards, as whom, whom our own rules let in, and how TLS clients fare.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { readLabIdentity, readLabVariable } from '../profiles/lab-dogtag.ts';
import { type Decision, decisionOfDogtag, decisionOfOurs, deeds, furtherDeeds, type Person } from './compare-access.ts';
import { compareAnswers, questions } from './compare-forwarding.ts';
import { type LabGateway, openLabGateway } from './lab-gateway.ts';
import { type LabPeople, makeLabPeople } from './lab-people.ts';
import { exchangeRaw, type RawIdentity } from './raw-exchange.ts';

const host = readLabVariable('DOGTAG_HOST');
const dogtagPorts = {
  https: Number(new URL(readLabVariable('DOGTAG_URL')).port),
  http: Number(new URL(readLabVariable('DOGTAG_HTTP_URL')).port),
};
const totals = { passed: 0, failed: 0 };

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function check(name: string, problem: string | null): void {
  if (problem === null) totals.passed += 1;
  else {
    totals.failed += 1;
    print(`failed: ${name}: ${problem}`);
  }
}

async function forwarding(transport: 'ajp' | 'tls', unmapped: RawIdentity): Promise<void> {
  const lab = await openLabGateway({ mode: 'forward', transport });
  const gatewayPorts = { https: lab.gateway.httpsPort, http: lab.gateway.httpPort };
  const identities = {
    nobody: null,
    agent: readLabIdentity('AGENT'),
    administrator: readLabIdentity('ADMIN'),
    unmapped,
  };
  try {
    for (const asked of questions) {
      const compare = () => compareAnswers(host, asked, identities, dogtagPorts, gatewayPorts).catch(String);
      let problem = await compare();
      // Somebody else may be changing the lab between both answers; what differs every time is a difference.
      for (let again = 0; again < 3 && problem !== null; again += 1) problem = await compare();
      check(`forwarding over ${transport}: ${asked.name}`, problem);
    }
  } finally {
    await lab.stop();
  }
  print(`forwarding over ${transport}: ${questions.length} answers compared`);
}

async function access(lab: LabGateway, made: LabPeople): Promise<void> {
  const password = Buffer.from(`${readLabVariable('DOGTAG_ADMIN_USER')}:${readLabVariable('DOGTAG_ADMIN_PASSWORD')}`);
  const people: readonly Person[] = [
    { name: 'nobody', identity: null, headers: [] },
    { name: 'the agent', identity: readLabIdentity('AGENT'), headers: [] },
    { name: 'the administrator', identity: readLabIdentity('ADMIN'), headers: [] },
    { name: 'a user without groups', identity: made.groupless, headers: [] },
    { name: 'an unmapped certificate', identity: made.unmapped, headers: [] },
    { name: 'a revoked certificate', identity: made.revoked, headers: [] },
    { name: 'an auditor', identity: made.auditor, headers: [] },
    { name: 'an agent whose certificate has expired', identity: made.expired, headers: [] },
    { name: 'a password', identity: null, headers: [`Authorization: Basic ${password.toString('base64')}`] },
    { name: 'a wrong password', identity: null, headers: ['Authorization: Basic Y2FhZG1pbjp4'] },
  ];
  let compared = 0;
  const seen = new Map<Decision, number>();
  for (const person of people)
    for (const deed of [...deeds, ...furtherDeeds()]) {
      const ours = await decisionOfOurs(host, lab.gateway.httpsPort, person, deed);
      if (deed.onlyRefused && ours === 'allowed') continue;
      const theirs = await decisionOfDogtag(host, dogtagPorts.https, person, deed);
      seen.set(theirs, (seen.get(theirs) ?? 0) + 1);
      compared += 1;
      check(`${deed.name} as ${person.name}`, theirs === ours ? null : `Dogtag says ${theirs}, we say ${ours}`);
    }
  const counts = [...seen].map(([decision, count]) => `${decision} ${count}`).join(', ');
  print(`access: ${compared} decisions compared (${counts})`);
}

/** Certificates that Dogtag's TLS does not take must not be taken here, and those it takes must be. */
async function handshakes(lab: LabGateway, made: LabPeople): Promise<void> {
  const day = 86_400_000;
  const now = systemClock.now().getTime();
  const stranger = createSampleAuthority('CN=Certificate Authority,O=EXAMPLE.TEST');
  const foreign = stranger.issue({ serialNumber: 7n, notBefore: new Date(now - day), notAfter: new Date(now + day) });
  const presented: readonly (readonly [string, RawIdentity | null])[] = [
    ['no certificate', null],
    ['an unmapped certificate', made.unmapped],
    ['a revoked certificate', made.revoked],
    ['an expired certificate', made.expired],
    [
      'a certificate of a namesake of the authority',
      { certificatePem: new X509Certificate(foreign).toString(), keyPem: stranger.privateKeyPem },
    ],
  ];
  for (const [name, identity] of presented) {
    const isTaken = (port: number) =>
      exchangeRaw(host, {
        port,
        tls: { identity },
        method: 'GET',
        target: '/pki/rest/info',
        headers: [],
        body: '',
      }).then(
        () => true,
        () => false,
      );
    const [theirs, ours] = [await isTaken(dogtagPorts.https), await isTaken(lab.gateway.httpsPort)];
    check(`TLS with ${name}`, theirs === ours ? null : `Dogtag takes it: ${theirs}, we take it: ${ours}`);
  }
  check('the gateway names its host under the authority', await verifyServer(lab.gateway.httpsPort));
}

function verifyServer(port: number): Promise<string | null> {
  const ca = readFileSync(readLabVariable('DOGTAG_CA_CERT'), 'utf8');
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: host, ca }, () => {
      resolve(null);
      socket.destroy();
    });
    socket.on('error', (error) => resolve(error.message));
  });
}

const preparing = await openLabGateway({ mode: 'forward', transport: 'ajp' });
const made = await makeLabPeople(preparing.dogtag);
await preparing.stop();
try {
  await forwarding('ajp', made.unmapped);
  await forwarding('tls', made.unmapped);
  // Opened after the people were made, so that their entries are read.
  const serving = await openLabGateway({ mode: 'serve', transport: 'ajp' });
  try {
    await access(serving, made);
    await handshakes(serving, made);
  } finally {
    await serving.stop();
  }
} finally {
  await made.remove();
}
print(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;
