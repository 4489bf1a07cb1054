// The profiles that come with Retag, given to the lab's Dogtag and tried there once each, so that whoever takes one of them to a Dogtag knows what it
// gives.
import { builtInProfiles } from '#ca-core/engine';
import { builtInProfileCases, requestFor } from '#test/built-in-profile-cases';
import type { ProfilePlan } from './compare-lane.ts';
import { enrollWith } from './scenarios.ts';

/** What Dogtag 10.10 cannot do, by profile. */
export const notIn10: Readonly<Record<string, string>> = {
  modernMlDsaServer: 'Dogtag 10.10 knows neither ML-DSA keys nor the signature algorithms of FIPS 204',
};

export function planBuiltInProfiles(): ProfilePlan[] {
  return builtInProfiles()
    .filter(({ id }) => !Object.hasOwn(notIn10, id))
    .map(({ id, configurationText }): ProfilePlan => {
      const wanted = builtInProfileCases[id];
      if (wanted === undefined) throw new Error(`nothing is known to ask of ${id}`);
      const { cert_request: text = '' } = requestFor(wanted);
      const planId = `retagProfBuiltIn${id}`;
      const scenario = enrollWith(planId, { name: 'what it is for', type: 'pkcs10', text, publickey: '' });
      return { id: planId, origin: 'built-in', configurationText, scenarios: [scenario] };
    });
}
