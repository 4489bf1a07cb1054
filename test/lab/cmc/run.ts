// Compares CMC with the real Dogtag of the lab: sends the same messages to every CMC profile, has them answered in a rehearsal as well, and counts where the
// responses differ: status, controls, signer, certificates byte by byte.
//
//   node test/lab/cmc/run.ts                 everything
//   node test/lab/cmc/run.ts --only PROFILE  profiles whose names begin so; `others`: what is no profile's
//   --record FILE   writes what Dogtag answered, for test/golden/cmc (compat-fixtures/cmc/10.10.2.json.gz)
import { argv } from 'node:process';
import { parseArgs } from 'node:util';
import { decodeCmcResponse } from '#codecs/cmc';
import { systemClock } from '#platform';
import { type CmcExchange, compareCmcAnswers, writeRecordedCmc } from '#test/cmc-exchanges';
import { RehearsedCmc } from '#test/rehearsed-cmc';
import { LabDogtag, readLabIdentity } from '../profiles/lab-dogtag.ts';
import { withOwnProfile } from '../profiles/own-profiles.ts';
import { askLab } from './ask-lab.ts';
import { explanationOf, unseenExplanations } from './known-differences.ts';
import { makeCmcPeople } from './people.ts';
import { readCmcInstallation } from './read-installation.ts';
import {
  agentScenarios,
  type CmcScenario,
  controlScenarios,
  makeScenarioKeys,
  openDoors,
  ownerScenarios,
  revocationScenarios,
  simpleScenarios,
} from './scenarios.ts';

const { values: options } = parseArgs({
  args: argv.slice(2),
  options: { only: { type: 'string' }, record: { type: 'string' } },
});
const totals = { passed: 0, failed: 0, certificates: 0, refusals: 0, sameMessages: 0, explained: 0 };
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Profiles that an agent's signature is for, as the lab has them. */
const agentProfiles = [
  'caFullCMCUserCert',
  'caECFullCMCUserCert',
  'caCMCUserCert',
  'caCMCECUserCert',
  'caCMCserverCert',
  'caCMCECserverCert',
  'caCMCsubsystemCert',
  'caCMCECsubsystemCert',
  'caCMCauditSigningCert',
  'caCMCcaCert',
  'caCMCocspCert',
  'caCMCkraStorageCert',
  'caCMCkraTransportCert',
];
/** Those for whoever asks are disabled as they are shipped: copies are tried. */
const ownerProfiles = [
  'caFullCMCUserSignedCert',
  'caECFullCMCUserSignedCert',
  'caFullCMCSharedTokenCert',
  'caECFullCMCSharedTokenCert',
];
const simpleProfiles = ['caSimpleCMCUserCert', 'caECSimpleCMCUserCert'];
/** Each of these paths has a profile of its own. */
const otherPaths = [
  'profileSubmitCMCFullCACert',
  'profileSubmitCMCFullServerCert',
  'profileSubmitCMCFullOCSPCert',
  'profileSubmitCMCFullSubsystemCert',
  'profileSubmitCMCFullAuditSigningCert',
  'profileSubmitCMCFullKRAtransportCert',
  'profileSubmitCMCFullKRAstorageCert',
  'profileSubmitUserSignedCMCFull',
  'profileSubmitSelfSignedCMCFull',
];

/** All profiles with CMCAuth refuse alike: of most of them only what they issue is worth its room. */
function isRecorded({ profileId, answer }: CmcExchange): boolean {
  if (!agentProfiles.includes(profileId) || /^ca(?:EC)?FullCMC/.test(profileId)) return true;
  return decodeCmcResponse(Buffer.from(answer.body, 'base64')).certificatesDer.length > 1;
}

const people = await makeCmcPeople();
const keys = makeScenarioKeys();
const installation = await readCmcInstallation();
const authorityDer = Buffer.from(installation.authorityCertificate, 'base64');
const ours = new RehearsedCmc(installation);
const certificates = people.known();
for (const certificate of certificates) ours.keep(certificate);
const profiles = new Map<string, string>();
const exchanges: CmcExchange[] = [];
const author = new LabDogtag(readLabIdentity('AGENT'));

async function compare(profileId: string, target: string, scenarios: readonly CmcScenario[]): Promise<void> {
  for (const { name, body, sender } of scenarios) {
    const answer = await askLab(target, body, sender?.identity ?? null);
    const exchange: CmcExchange = {
      name: `${profileId}: ${name}`,
      profileId,
      method: 'POST',
      target,
      body: body.toString('base64'),
      clientCertificate: sender?.certificateDer.toString('base64') ?? null,
      sentAt: systemClock.now().toISOString(),
      answer,
    };
    exchanges.push(exchange);
    await judge(exchange);
  }
}

async function judge(exchange: CmcExchange): Promise<void> {
  const our = await ours.answer(exchange);
  const { differences, identicalCertificates, isEqualRefusal, isSameMessage } = compareCmcAnswers(
    our,
    exchange.answer,
    authorityDer,
  );
  totals.certificates += identicalCertificates;
  totals.refusals += Number(isEqualRefusal);
  totals.sameMessages += Number(isSameMessage);
  const unexplained = differences.filter((difference) => explanationOf(difference, exchange) === null);
  totals.explained += differences.length - unexplained.length;
  if (unexplained.length === 0) totals.passed += 1;
  else totals.failed += 1;
  for (const { what, ours: one, theirs } of unexplained)
    print(`failed: ${exchange.name}: ${what}\n  ours:   ${one}\n  theirs: ${theirs}`);
}

async function takeProfile(id: string): Promise<string> {
  const configurationText = await author.getProfileText(id);
  addProfile(id, configurationText);
  return configurationText;
}

function addProfile(id: string, configurationText: string): void {
  profiles.set(id, configurationText);
  ours.addProfile({ id, configurationText });
}

const isWanted = (id: string) => options.only === undefined || id.startsWith(options.only);

async function compareOwnerProfile(shipped: string): Promise<void> {
  const text = (await author.getProfileText(shipped)).replace(/^(?:profileId|classId)=.*\r?\n/gm, '');
  const id = `retagProf${shipped}`;
  const refusal = await withOwnProfile(author, { id, configurationText: text }, async () => {
    addProfile(id, text.replace(/^enable=.*$/m, 'enable=true'));
    const target = `/ca/ee/ca/profileSubmitUserSignedCMCFull?profileId=${id}`;
    await compare(id, target, ownerScenarios(people));
    if (shipped === 'caFullCMCUserSignedCert') await compare(id, target, revocationScenarios(people).byOwner);
  });
  if (refusal !== null) {
    totals.failed += 1;
    print(`failed: ${id} is created: ${refusal}`);
  }
}

try {
  await author.login();
  for (const id of agentProfiles.filter(isWanted)) {
    await takeProfile(id);
    await compare(id, `/ca/ee/ca/profileSubmitCMCFull?profileId=${id}`, agentScenarios(people, keys));
  }
  for (const id of ownerProfiles.filter(isWanted)) await compareOwnerProfile(id);
  for (const id of simpleProfiles.filter(isWanted)) {
    await takeProfile(id);
    await compare(id, `/ca/ee/ca/profileSubmitCMCSimple?profileId=${id}`, simpleScenarios(people, keys));
    await compare(id, `/ca/ee/ca/profileSubmitCMCFull?profileId=${id}`, agentScenarios(people, keys).slice(0, 4));
  }
  if (options.only === undefined || options.only === 'others') {
    for (const id of options.only === 'others' ? agentProfiles : []) await takeProfile(id);
    await takeProfile('caFullCMCUserSignedCert');
    await takeProfile('caServerCert');
    await compare('caFullCMCUserCert', '/ca/ee/ca/profileSubmitCMCFull', controlScenarios(people, keys));
    await compare('caFullCMCUserCert', '/ca/ee/ca/profileSubmitCMCFull', revocationScenarios(people).byAgent);
    await compare(
      'caServerCert',
      '/ca/ee/ca/profileSubmitCMCFull?profileId=caServerCert',
      agentScenarios(people, keys),
    );
    await compare(
      'caServerCert',
      '/ca/ee/ca/profileSubmitCMCSimple?profileId=caServerCert',
      simpleScenarios(people, keys),
    );
    for (const { target, ...scenario } of openDoors(people)) await compare('open doors', target, [scenario]);
    const [first] = agentScenarios(people, keys);
    if (first !== undefined) {
      await compare('none', '/ca/ee/ca/profileSubmitCMCFull?profileId=nobodyHasIt', [first]);
      await compare('none', `/ca/ee/ca/profileSubmitCMCFull?profileId=${encodeURIComponent('<a "b\'&é/')}`, [first]);
      for (const path of otherPaths) await compare(path, `/ca/ee/ca/${path}`, [first]);
    }
    for (const reason of options.only === undefined ? unseenExplanations() : []) {
      totals.failed += 1;
      print(`failed: a known difference is never met: ${reason}`);
    }
  }
} finally {
  await author.logout();
  author.close();
  await people.remove();
}
if (options.record !== undefined)
  writeRecordedCmc(options.record, {
    installation,
    profiles: [...profiles].map(([id, configurationText]) => ({ id, configurationText })),
    certificates,
    exchanges: exchanges.filter(isRecorded),
  });
print(
  `${exchanges.length} exchanges: ${totals.certificates} certificates identical, ${totals.refusals} refusals equal, ${totals.sameMessages} messages the same but for the signature, ${totals.explained} differences explained`,
);
print(
  'skipped: shared secrets, for which the lab has neither an entry in a directory nor a key that Dogtag would decrypt them with',
);
print(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;
