// Every profile that is in the lab, shipped or added, with the requests that it is tried with. One that is disabled is tried as a copy.
import { noEdit, type Scenario } from '#test/profile-conversation';
import type { ProfilePlan } from './compare-lane.ts';
import { type LabDogtag, listOf, member, textOf } from './lab-dogtag.ts';
import type { SampleRequest } from './sample-requests.ts';
import { enrollWith } from './scenarios.ts';

/** Those that FreeIPA uses and those of an installation's own certificates are tried with everything. */
const triedWithEverything = new Set([
  'caIPAserviceCert',
  'caServerCert',
  'caSubsystemCert',
  'caOCSPCert',
  'caSignedLogCert',
  'caAuditSigningCert',
  'caTransportCert',
  'caStorageCert',
  'caCACert',
  'caUserCert',
  'AdminCert',
]);

/** What the others are tried with. */
const commonSamples = [
  'subject plain',
  'subject many types',
  'subject several values in one RDN',
  'subject beyond ASCII',
  'subject most specific first',
  'subject empty',
  'subject no common name',
  'subject string types',
  'subject special characters',
  'subject name that is an email',
  'key rsa-1024',
  'key rsa-3072',
  'key ec-p256',
  'key ec-p521',
  'asks for names of every kind',
  'asks for many extensions',
  'asks for basic constraints of an authority',
  'asks for unknown critical extension',
  'signature broken',
  'no base64',
  'CRMF signed',
  'CRMF of two messages',
  'CRMF with extensions',
  'keygen signed',
  'keygen that is none',
];

/** What is renewed, and by which profile it was made. */
const originals = [
  ['caIPAserviceCert', 'subject plain'],
  ['caIPAserviceCert', 'asks for names of every kind'],
  ['caServerCert', 'subject beyond ASCII'],
  ['caUserCert', 'keygen signed'],
  ['caUserCert', 'subject plain'],
  ['caAgentServerCert', 'asks for many extensions'],
  ['caAgentServerCert', 'CRMF signed'],
  ['caDualCert', 'CRMF of two messages'],
  ['caOtherCert', 'key rsa-3072'],
  ['AdminCert', 'subject many types'],
] as const;

/** Dogtag lists those whose ids its directory has refused, too, until it is started again. */
const isStorable = /^[\w .-]+$/;

/** Reads the lab's profiles; `author` must have logged in. */
export async function planLabProfiles(author: LabDogtag, samples: readonly SampleRequest[]): Promise<ProfilePlan[]> {
  const listed = await author.getJson('/ca/rest/profiles?size=1000');
  const ids = listOf(member(listed, 'entries')).map((entry) => textOf(member(entry, 'profileId')) ?? '');
  const plans: ProfilePlan[] = [];
  for (const id of ids.filter((name) => isStorable.test(name) && !name.startsWith('retagProf')).sort()) {
    const text = await author.getProfileText(id);
    const flag = (name: string) => new RegExp(`^${name}=true\\s*$`, 'im').test(text);
    if (!flag('enable')) plans.push(planCopy(id, text, samples));
    else if (flag('renewal')) plans.push(planRenewals(id, samples));
    else plans.push({ id, origin: 'shipped', configurationText: null, scenarios: enrollWithAll(id, samples) });
  }
  return plans;
}

function enrollWithAll(id: string, samples: readonly SampleRequest[]): Scenario[] {
  const isTried = ({ name }: SampleRequest) => triedWithEverything.has(id) || commonSamples.includes(name);
  return samples.filter(isTried).map((sample) => enrollWith(id, sample));
}

function planCopy(id: string, text: string, samples: readonly SampleRequest[]): ProfilePlan {
  const copyId = `retagProfCopyOf${id}`;
  // Some say themselves what they are called.
  const copied = text.replace(/^(?:profileId|classId)=.*\n/gm, '');
  return { id: copyId, origin: 'shipped', configurationText: copied, scenarios: enrollWithAll(copyId, samples) };
}

function planRenewals(id: string, samples: readonly SampleRequest[]): ProfilePlan {
  const scenarios = originals.flatMap(([profileId, sampleName]) => {
    const sample = samples.find(({ name }) => name === sampleName);
    if (sample === undefined) throw new Error(`no sample ${sampleName}`);
    const original = enrollWith(profileId, sample);
    const first = { ...original, name: `${original.name}, to be renewed by ${id}` };
    const renewal = (name: string, renewed: Scenario, more: Partial<Scenario> = {}): Scenario => ({
      ...first,
      name: `${id}, ${name} of ${original.name}`,
      profileId: id,
      renewalOf: renewed.name,
      ...more,
    });
    const second = renewal('renewal', first);
    return [
      first,
      second,
      renewal('renewal of a renewal', second),
      renewal('renewal with edits', first, {
        edit: (name, value) => (name === 'notAfter' ? '2027-01-01 00:00:00' : value),
      }),
      renewal('renewal by nobody', first, { caller: 'anonymous' }),
    ];
  });
  return { id, origin: 'shipped', configurationText: null, scenarios: [...scenarios, ...oddRenewals(id)] };
}

function oddRenewals(id: string): Scenario[] {
  const odd = (name: string, renewalOf: string): Scenario => ({
    name: `${id}, renewal of ${name}`,
    profileId: id,
    caller: 'agent',
    inputs: {},
    edit: noEdit,
    renewalOf,
  });
  return [odd('a certificate that is not there', '#0x7ffffff'), odd('nothing', '#')];
}
