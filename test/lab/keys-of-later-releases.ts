// Keys that Dogtag 10.10 does not know (ML-DSA, Ed25519), and routers' passwords over REST: refused at the lab as they are refused here.
// Usage: eval "$(compat-fixtures/lab/lab env)"; node test/lab/keys-of-later-releases.ts
import { exit, stdout } from 'node:process';
import { encodeNameText } from '#codecs/x509';
import {
  encodeCertificateRequestMessages,
  encodeCertificationRequest,
  generateEd25519Key,
  generateMlDsaKey,
  generateRsaKey,
  type KeyPair,
  pemOf,
} from '#test/certificate-request-builder';
import { noEdit, type Scenario } from '#test/profile-conversation';
import { CompareLane } from './profiles/compare-lane.ts';

const subjectDer = encodeNameText('CN=new-key.example.test,O=EXAMPLE.TEST');
const keys: readonly (readonly [name: string, key: KeyPair])[] = [
  ['ML-DSA-44', generateMlDsaKey('44')],
  ['ML-DSA-65', generateMlDsaKey('65')],
  ['ML-DSA-87', generateMlDsaKey('87')],
  ['Ed25519', generateEd25519Key()],
];

const requestsOf = ([name, key]: (typeof keys)[number]) => [
  { name: `${name}, PKCS#10`, type: 'pkcs10', text: pemOf(encodeCertificationRequest({ subjectDer, key })) },
  ...(['signature', 'none', 'ra-verified'] as const).map((proof) => ({
    name: `${name}, CRMF, proof ${proof}`,
    type: 'crmf',
    text: encodeCertificateRequestMessages([{ subjectDer, key, proof }]).toString('base64'),
  })),
];

const scenario = (profileId: string, { name, type, text }: ReturnType<typeof requestsOf>[number]): Scenario => ({
  name: `${profileId}: ${name}`,
  profileId,
  caller: profileId === 'caIPAserviceCert' ? 'agent' : 'anonymous',
  inputs: { cert_request_type: type, cert_request: text, UID: '192.0.2.1', PWD: 'secret' },
  edit: noEdit,
  renewalOf: null,
});

const plans = [
  ...['caOtherCert', 'caServerCert', 'caIPAserviceCert'].map((id) => ({
    id,
    scenarios: keys.flatMap(requestsOf).map((request) => scenario(id, request)),
  })),
  {
    id: 'caRouterCert',
    scenarios: requestsOf(['RSA', generateRsaKey(2048)]).map((request) => scenario('caRouterCert', request)),
  },
];

const lane = await CompareLane.open();
const totals = { passed: 0, failed: 0 };
try {
  for (const plan of plans)
    await lane.compare({ ...plan, origin: 'shipped', configurationText: null }, ({ exchange, comparison }) => {
      totals[comparison.differences.length === 0 ? 'passed' : 'failed'] += 1;
      for (const { what, ours, theirs } of comparison.differences)
        stdout.write(`FAILED  ${exchange.name}: ${what}\n  ours    ${ours}\n  Dogtag  ${theirs}\n`);
    });
} finally {
  await lane.close();
}
stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
exit(totals.failed === 0 ? 0 : 1);
