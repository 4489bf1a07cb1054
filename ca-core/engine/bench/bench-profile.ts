// Prints what applying a profile costs, step by step, without the signature: caIPAserviceCert, or another of the recorded ones.
// node ca-core/engine/bench/bench-profile.ts [--profile caIPAserviceCert] [--rounds 5000]
import { parseArgs } from 'node:util';
import { decodePem } from '#codecs/pem';
import { decodeCertificate, formatName } from '#codecs/x509';
import { systemClock } from '#platform';
import { makeRequestPem } from '#test/make-request';
import { profileSettings } from '#test/profile-settings';
import { readRecordedProfiles } from '#test/recorded-profiles';
import { createIssuingAuthority, type IssuingAuthority } from '../authorities/issuing-authority.ts';
import { prepareCertificate } from '../issuance/prepare-certificate.ts';
import { authorityId, profileId, serialNumber } from '../model/index.ts';
import {
  type ApplicationContext,
  assertEnabled,
  authenticateCaller,
  checkRequest,
  compileProfile,
  parseSubmission,
  populateRequest,
  settleDraft,
  standardAuthenticationInstances,
} from '../profiles/index.ts';

const { values: options } = parseArgs({
  options: {
    profile: { type: 'string', default: 'caIPAserviceCert' },
    rounds: { type: 'string', default: '5000' },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const recorded = readRecordedProfiles(
  new URL('../../../compat-fixtures/profiles/10.10.2.json.gz', import.meta.url).pathname,
);
const authority = openAuthority(recorded.installation.authorityCertificatePem);
const environment = {
  ...profileSettings,
  defaultSigningAlgorithm: authority.defaultSigningAlgorithm,
  signingAlgorithms: ['SHA256withRSA'],
  hostAuthorityNotBefore: authority.facts.notBefore,
  hostAuthorityNotAfter: authority.facts.notAfter,
  authenticationInstances: standardAuthenticationInstances,
};
const registrationAgent = {
  userId: 'ra',
  groups: ['Registration Manager Agents', 'Certificate Manager Agents'],
  certificateDer: Buffer.from('3000', 'hex'),
  remoteAddress: '127.0.0.1',
  remoteHost: 'localhost',
  viaSession: false,
};

function openAuthority(pem: string): IssuingAuthority {
  const certificateDer = decodePem(pem, 'CERTIFICATE');
  const { subjectDer, issuerDer } = decodeCertificate(certificateDer);
  return createIssuingAuthority(
    {
      id: authorityId('bench'),
      isHostAuthority: true,
      parentId: null,
      subject: formatName(subjectDer),
      issuer: formatName(issuerDer),
      serialNumber: 1n,
      enabled: true,
      description: null,
      ready: false,
      certificateDer,
      chainDer: [certificateDer],
    },
    [],
  );
}

const stored = recorded.profiles.find(({ id }) => id === options.profile);
if (stored === undefined) throw new Error(`${options.profile} is not among the recorded profiles`);
const profile = compileProfile({ ...stored, id: profileId(stored.id) }, environment);
assertEnabled(profile);
const authentication = authenticateCaller(profile, registrationAgent, environment);
const inputs = { cert_request_type: 'pkcs10', cert_request: makeRequestPem('bench.example.test') };
const submission = { inputs, authorityId: null, remoteHost: 'localhost', remoteAddress: '127.0.0.1', language: 'en' };
const records = { find: async () => null, findBySubject: async () => [], findByPublicKey: async () => [] };

const spent = { reading: 0, applying: 0, preparing: 0 };
const nowMicros = () => Number(process.hrtime.bigint()) / 1000;

async function round(): Promise<void> {
  const given: ApplicationContext = {
    authority: authority.facts,
    now: systemClock.now(),
    records,
    observedValidity: null,
  };
  const began = nowMicros();
  const [parsed] = [...parseSubmission(profile, submission, authentication, () => given)];
  if (parsed === undefined) throw new Error('no request in it');
  const { request, context } = parsed;
  const read = nowMicros();
  populateRequest(profile, request, context);
  const rejection = await checkRequest(profile, request, context);
  const applied = nowMicros();
  if (rejection !== null) throw new Error(rejection.message);
  prepareCertificate(settleDraft(request.draft, context), authority, serialNumber(0x123456789n), false);
  spent.reading += read - began;
  spent.applying += applied - read;
  spent.preparing += nowMicros() - applied;
}

const rounds = Number(options.rounds);
for (let warm = 0; warm < rounds; warm++) await round();
Object.assign(spent, { reading: 0, applying: 0, preparing: 0 });
for (let count = 0; count < rounds; count++) await round();
const each = (micros: number) => `${(micros / rounds).toFixed(1)} µs`;
print(`${options.profile}, ${rounds} rounds after as many to warm up:`);
print(`  ${each(spent.reading)} to read the request and verify its proof of possession`);
print(`  ${each(spent.applying)} for all defaults and constraints`);
print(`  ${each(spent.preparing)} to settle, encode and proofread the TBSCertificate`);
