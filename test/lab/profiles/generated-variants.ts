// Profiles that nobody has thought of: drawn by a seed from everything that can be configured, with requests and agents' edits drawn likewise.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { ValueEdit } from '#test/profile-conversation';
import type { ProfilePlan } from './compare-lane.ts';
import { constraints, contentDefaults, type Plugins, subjectDefaults, validityDefaults } from './generated-plugins.ts';
import { makePolicies, type Plugin } from './profile-variants.ts';
import type { SampleRequest } from './sample-requests.ts';
import { enrollWith } from './scenarios.ts';

/** What a generated profile is made of. */
interface GeneratedProfile {
  readonly policies: readonly (readonly [Plugin, Plugin])[];
  /** Whether an agent decides, and what with. */
  readonly editing: 'none' | 'approves' | 'edits';
  readonly samples: readonly number[];
}

const samplesPerProfile = 2;
const contentMost = 4;

const anyConstraint: Plugins = fc.oneof(
  { weight: 5, arbitrary: constraints[0] ?? fc.constant(['noConstraintImpl'] as const) },
  { weight: 1, arbitrary: fc.oneof(...constraints) },
);

/** One value that an agent changes in three. */
const editedInThree = 3;

/** So many profiles, the same ones for the same seed. */
export function generatePlans(number: number, seed: number, samples: readonly SampleRequest[]): ProfilePlan[] {
  const policy = (plugins: Plugins) => fc.tuple(plugins, anyConstraint);
  const content = fc
    .shuffledSubarray([...contentDefaults], { minLength: 0, maxLength: contentMost })
    .chain((chosen) => fc.tuple(...chosen.map(policy)));
  const profiles: fc.Arbitrary<GeneratedProfile> = fc
    .record({
      subject: policy(subjectDefaults),
      validity: policy(validityDefaults),
      key: policy(fc.constant(['userKeyDefaultImpl'] as const)),
      content,
      editing: fc.constantFrom('none', 'none', 'approves', 'edits'),
      samples: fc.array(fc.nat({ max: samples.length - 1 }), {
        minLength: samplesPerProfile,
        maxLength: samplesPerProfile,
      }),
    })
    .map(({ subject, validity, key, content: more, editing, samples: drawn }) => ({
      policies: [subject, validity, key, ...more],
      editing,
      samples: [...new Set(drawn)],
    }));
  return fc
    .sample(profiles, { numRuns: number, seed })
    .map((profile, index) => planOf(profile, `Generated${seed}x${index}`, samples));
}

function planOf(
  { policies, editing, samples: drawn }: GeneratedProfile,
  name: string,
  samples: readonly SampleRequest[],
): ProfilePlan {
  const authentication = editing === 'none' ? 'raCertAuth' : '';
  const { id, configurationText } = makePolicies(name, policies, authentication);
  const scenarios = drawn.flatMap((index) => {
    const sample = samples[index];
    if (sample === undefined) return [];
    const scenario = enrollWith(id, sample);
    return [editing === 'edits' ? { ...scenario, edit: editBySeed(scenario.name) } : scenario];
  });
  return { id, origin: 'generated', configurationText, scenarios };
}

/** Changes some of the values that are shown, into something that looks like them. */
function editBySeed(seed: string): ValueEdit {
  return (name, value) => {
    const draw = createHash('sha256').update(`${seed} ${name}`).digest();
    if (value === null || draw.readUInt8(0) % editedInThree !== 0) return value;
    const choices = editsOf(value);
    return choices[draw.readUInt8(1) % choices.length] ?? value;
  };
}

function editsOf(value: string): readonly string[] {
  if (value === 'true' || value === 'false') return ['true', 'false', 'TRUE', '', 'x'];
  if (/^\d{4}-\d\d-\d\d /.test(value)) return ['2027-01-01 00:00:00', '2050-01-01 00:00:00', '', '2026-13-45 99:99:99'];
  if (/^-?\d+$/.test(value)) return ['0', '1', '-1', '200', 'x', ''];
  if (value.startsWith('Record #')) return [value.replace('Enable:true', 'Enable:false'), '', value.slice(0, -10)];
  if (value.includes(':')) return [value.replace(/:[^:\n]*/, ':'), '', `${value}\r\n`, 'DNSName: edited.example.test'];
  if (/^(?:\d+\.)+\d+/.test(value)) return ['1.2.3', '1.2.3,1.2.4', '', 'x'];
  return ['CN=edited,O=Edited', '', 'x', value.toUpperCase(), 'SHA256withRSA'];
}
