// Compares the profile engine with the real Dogtag of the lab: enrols with many requests under many profiles, does the same in a rehearsal, and
// counts where refusals, what agents see, or certificates differ.
//
//   node test/lab/profiles-differential.ts                a sample that takes under five minutes, drawn by a seed that is printed
//   node test/lab/profiles-differential.ts --seed NUMBER  the same sample again
//   node test/lab/profiles-differential.ts --all          everything
//   --only PROFILE,...   profiles whose names begin so      --lanes NUMBER   clients at a time
//   --variants NUMBER    how many profiles are generated    --variant-seed NUMBER   from another seed than the usual one
//   --record FILE        writes what Dogtag answered, for test/golden/profiles (compat-fixtures/profiles/10.10.2.json.gz)
// order: last
import { argv, exit } from 'node:process';
import { parseArgs } from 'node:util';
import { randomBytes, systemClock } from '#platform';
import type { RecordedExchange } from '#test/profile-exchange';
import { writeRecordedProfiles } from '#test/recorded-profiles';
import { notIn10, planBuiltInProfiles } from './profiles/built-in-plans.ts';
import { CompareLane, type ProfilePlan } from './profiles/compare-lane.ts';
import { ComparisonTotals, print } from './profiles/comparison-totals.ts';
import { drawSample } from './profiles/draw-sample.ts';
import { generatePlans } from './profiles/generated-variants.ts';
import { writtenVariants } from './profiles/own-profiles.ts';
import { generateSampleKeys, makeSampleRequests } from './profiles/sample-requests.ts';
import { planVariant } from './profiles/scenarios.ts';

const { values: options } = parseArgs({
  args: argv.slice(2),
  options: {
    all: { type: 'boolean', default: false },
    seed: { type: 'string' },
    only: { type: 'string' },
    lanes: { type: 'string', default: '2' },
    variants: { type: 'string' },
    'variant-seed': { type: 'string' },
    record: { type: 'string' },
  },
});

/** A sample must not fail by what nobody has looked at yet: these profiles were compared, and every difference has its reason. Others look for new ones. */
const knownVariantSeed = 3_939_882_785;

const sampleVariants = 250;

/** No profile is begun after that, so that a sample ends within five minutes. */
const sampleSeconds = 200;

/** `--only` takes profiles by the beginning of their names, several with commas. */
const isWanted = ({ id }: ProfilePlan) =>
  options.only === undefined || options.only.split(',').some((part) => id.startsWith(part));

async function makePlans(lane: CompareLane): Promise<ProfilePlan[]> {
  const variantSeed = Number(options['variant-seed'] ?? knownVariantSeed);
  const samples = makeSampleRequests(generateSampleKeys());
  const plans = [
    ...(await lane.planLabProfiles(samples)),
    ...planBuiltInProfiles(),
    ...writtenVariants.map((variant) => planVariant(variant, 'written', samples)),
    ...generatePlans(Number(options.variants ?? (options.all ? 1000 : sampleVariants)), variantSeed, samples),
  ];
  return plans.filter(isWanted);
}

async function run(): Promise<boolean> {
  const seed = options.seed === undefined ? randomBytes(4).readUInt32BE() : Number(options.seed);
  const isWhole = options.all || options.only !== undefined;
  const endsAt = isWhole ? Number.POSITIVE_INFINITY : systemClock.now().getTime() + sampleSeconds * 1000;
  print(`seed ${seed}${isWhole ? '' : `: a sample; --seed ${seed} draws it again, --all compares everything`}`);
  const totals = new ComparisonTotals();
  const recorded = new Map<string, { profileText: string; exchanges: RecordedExchange[] }>();
  const first = await CompareLane.open();
  const lanes = [first];
  while (lanes.length < Number(options.lanes)) lanes.push(await CompareLane.open());
  const plans = await makePlans(first);
  for (const [id, reason] of Object.entries(notIn10)) print(`skipped: ${id}: ${reason}`);
  const waiting = isWhole ? plans : drawSample(plans, seed);
  const work = async (lane: CompareLane) => {
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      if (systemClock.now().getTime() > endsAt) return;
      const refusal = await lane.compare(plan, ({ profileText, exchange, comparison }) => {
        totals.count(plan.origin, exchange, profileText, comparison);
        const kept = recorded.get(exchange.profileId) ?? { profileText, exchanges: [] };
        recorded.set(exchange.profileId, kept);
        kept.exchanges.push(exchange);
      });
      if (refusal !== null) totals.check(`${plan.id} is created: ${refusal}`, false);
    }
  };
  try {
    await Promise.all(lanes.map(work));
  } finally {
    for (const lane of lanes) await lane.close();
  }
  if (options.record !== undefined)
    writeRecordedProfiles(options.record, {
      installation: first.installation,
      profiles: [...recorded].map(([id, { profileText, exchanges }]) => ({
        id,
        classId: 'caEnrollImpl',
        configurationText: profileText,
        exchanges,
      })),
    });
  if (options.all)
    totals.check(
      `every known difference is met: ${totals.unseenReasons().join('; ') || 'all'}`,
      totals.unseenReasons().length === 0,
    );
  return totals.finish();
}

exit((await run()) ? 0 : 1);
