// Draws from everything that can be compared what fits into a short run, by a seed, so that the same can be drawn again.
import { createHash } from 'node:crypto';
import type { ProfilePlan } from './compare-lane.ts';

/** Few of each profile, so that many profiles have their turn. */
const scenariosPerProfile = 3;

/** All profiles in an order that the seed decides, each with few of its scenarios. */
export function drawSample(plans: readonly ProfilePlan[], seed: number): ProfilePlan[] {
  return shuffle(plans, seed, ({ id }) => id).map((plan) => {
    const drawn = new Set(shuffle(plan.scenarios, seed, ({ name }) => name).slice(0, scenariosPerProfile));
    // What is renewed must come before what renews it.
    for (const { renewalOf } of drawn) for (const one of plan.scenarios) if (one.name === renewalOf) drawn.add(one);
    return { ...plan, scenarios: plan.scenarios.filter((scenario) => drawn.has(scenario)) };
  });
}

/** By a digest of seed and name, so that a new entry does not change the places of the others. */
function shuffle<T>(values: readonly T[], seed: number, nameOf: (value: T) => string): T[] {
  const key = (value: T) =>
    createHash('sha256')
      .update(`${seed} ${nameOf(value)}`)
      .digest('hex');
  return values
    .map((value) => ({ value, key: key(value) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ value }) => value);
}
