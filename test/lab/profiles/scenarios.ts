// How a sample request becomes an enrolment, and what the profiles made for the comparison are tried with.
import { editByName, noEdit, type Scenario } from '#test/profile-conversation';
import type { ProfilePlan } from './compare-lane.ts';
import type { ProfileOrigin } from './comparison-totals.ts';
import type { ProfileVariant } from './profile-variants.ts';
import type { SampleRequest } from './sample-requests.ts';

const submitter = {
  requestor_name: 'Ann Example',
  requestor_email: 'ann@example.test',
  requestor_phone: '+49 30 1234',
  sn_uid: 'ann',
  sn_cn: 'Ann Example',
  sn_e: 'ann@example.test',
  sn_ou: 'Web',
  sn_o: 'EXAMPLE.TEST',
  sn_c: 'DE',
  subject: 'UID=admin,CN=Admin Example,O=EXAMPLE.TEST',
  image_url: 'https://example.test/picture.png',
  tokencuid: '40906145C76224192D2B',
  screenname: 'ann',
  req_san_type_0: 'DNSName',
  req_san_pattern_0: 'alias.example.test',
  req_san_pattern_1: 'other.example.test',
  cloneName: 'clone',
  uid: 'ann',
  pwd: 'secret',
  serverSideKeygenP12Passwd: 'secret',
  keyType: 'RSA',
  keySize: '2048',
};

/** The requests that most profiles made for the comparison are tried with. */
const usualSamples = [
  'subject plain',
  'asks for names of every kind',
  'asks for subject key identifier',
  'CRMF with extensions',
];

export function planVariant(
  profile: ProfileVariant,
  origin: ProfileOrigin,
  samples: readonly SampleRequest[],
): ProfilePlan {
  const names = profile.samples ?? usualSamples;
  const chosen = names
    .map((name) => samples.find((sample) => sample.name === name))
    .filter((sample) => sample !== undefined);
  if (chosen.length !== names.length) throw new Error(`${profile.id}: no such sample among ${names.join(', ')}`);
  const edits = profile.edits.length === 0 ? [null] : profile.edits;
  const scenarios = edits.flatMap((edits, index, all) =>
    // Edits are tried with one request; without edits every request is tried.
    (edits === null || Object.keys(edits).length === 0 ? chosen : chosen.slice(0, 1)).map((sample) => {
      const scenario = enrollWith(profile.id, sample);
      const name = all.length === 1 ? scenario.name : `${scenario.name}, edit ${index}`;
      const edit = edits === null ? noEdit : editByName(edits);
      return { ...scenario, name, edit, inputs: { ...scenario.inputs, ...profile.inputs } };
    }),
  );
  return { id: profile.id, origin, configurationText: profile.configurationText, scenarios };
}

/** The request as an agent sends it, with a value for every input that any profile knows. */
export function enrollWith(profileId: string, { name, type, text, publickey }: SampleRequest): Scenario {
  return {
    name: `${profileId}, ${name}`,
    profileId,
    caller: 'agent',
    inputs: { cert_request_type: type, cert_request: text, publickey, ...submitter },
    edit: noEdit,
    renewalOf: null,
  };
}
