// One client of the lab that works through profiles one after another: creates each, enrols, rehearses the same here, and compares.
import { readFileSync } from 'node:fs';
import { systemClock } from '#platform';
import { compareExchanges, type ExchangeComparison } from '#test/compare-profile-exchanges';
import { enroll, type IssuedCertificates, repeatScenario, type Scenario } from '#test/profile-conversation';
import type { RecordedExchange, RecordedInstallation } from '#test/profile-exchange';
import { RehearsedDogtag } from '#test/rehearsed-dogtag';
import { readPeopleDn } from '../spine/dogtag-directory.ts';
import type { ProfileOrigin } from './comparison-totals.ts';
import { LabDogtag, member, readLabIdentity, readLabVariable, textOf } from './lab-dogtag.ts';
import { withOwnProfile } from './own-profiles.ts';
import type { SampleRequest } from './sample-requests.ts';
import { planLabProfiles } from './shipped-profiles.ts';

/** A profile with the requests that it is tried with; `configurationText` is null for one that is there. */
export interface ProfilePlan {
  readonly id: string;
  readonly origin: ProfileOrigin;
  readonly configurationText: string | null;
  readonly scenarios: readonly Scenario[];
}

export interface ComparedExchange {
  readonly plan: ProfilePlan;
  readonly profileText: string;
  readonly exchange: RecordedExchange;
  readonly comparison: ExchangeComparison;
}

export class CompareLane {
  readonly #parties = {
    agent: new LabDogtag(readLabIdentity('AGENT')),
    admin: new LabDogtag(readLabIdentity('ADMIN')),
    anonymous: new LabDogtag(null),
  };
  /** Writes profiles; the others must not have a session, because it would be told apart from their certificates. */
  readonly #author = new LabDogtag(readLabIdentity('AGENT'));
  readonly #issued: IssuedCertificates = new Map();
  readonly installation: RecordedInstallation;
  readonly #texts = new Map<string, string>();
  readonly #ours: RehearsedDogtag;

  private constructor(installation: RecordedInstallation) {
    this.installation = installation;
    this.#ours = new RehearsedDogtag(installation);
  }

  static async open(): Promise<CompareLane> {
    const lane = new CompareLane(await readInstallation());
    await lane.#author.login();
    return lane;
  }

  async close(): Promise<void> {
    await this.#author.logout();
    for (const party of [...Object.values(this.#parties), this.#author]) party.close();
  }

  /** Gives every comparison to `take`; tells Dogtag's answer where it does not take the profile. */
  async compare(plan: ProfilePlan, take: (compared: ComparedExchange) => void): Promise<string | null> {
    const { id, configurationText } = plan;
    const compareAll = () => this.#compareScenarios(plan, take);
    if (configurationText !== null) return await withOwnProfile(this.#author, { id, configurationText }, compareAll);
    await compareAll();
    return null;
  }

  async #compareScenarios(plan: ProfilePlan, take: (compared: ComparedExchange) => void): Promise<void> {
    for (const scenario of plan.scenarios) {
      const profileText = await this.#readProfile(scenario.profileId, plan);
      const exchange = await enroll(scenario, this.#parties, this.#issued, () => systemClock.now());
      const ours = await this.#ours.rehearse(exchange, (parties) =>
        enroll(repeatScenario(exchange), parties, new Map(this.#issued), () => new Date(exchange.sentAt)),
      );
      take({ plan, profileText, exchange, comparison: compareExchanges(ours, exchange) });
    }
    if (plan.configurationText !== null) this.#texts.delete(plan.id);
  }

  /**
   * The text of a profile, which our side is given, too. What Dogtag was given it must not be asked for: it goes on with that, while what it has
   * stored, and would go on with after its next start, has every character beyond ASCII doubled.
   */
  async #readProfile(id: string, plan: ProfilePlan): Promise<string> {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const isOurs = id === plan.id && plan.origin !== 'shipped';
    const given = isOurs ? plan.configurationText : null;
    const configurationText =
      given === null
        ? await this.#author.getProfileText(id)
        : given.replace('\nenable=false\nenableBy=admin\n', '\nenable=true\nenableBy=ipara\n');
    this.#ours.addProfile({ id, classId: 'caEnrollImpl', configurationText });
    this.#texts.set(id, configurationText);
    return configurationText;
  }

  /** Profiles that the lab has, to be tried. */
  planLabProfiles(samples: readonly SampleRequest[]): Promise<ProfilePlan[]> {
    return planLabProfiles(this.#author, samples);
  }
}

async function readInstallation(): Promise<RecordedInstallation> {
  const caller = async (who: 'AGENT' | 'ADMIN') => {
    const dogtag = new LabDogtag(readLabIdentity(who));
    const account = await dogtag.getJson('/ca/rest/account/login');
    await dogtag.send('GET', '/ca/rest/account/logout', null);
    dogtag.close();
    const roles = member(account, 'Roles', 'Role');
    return {
      userId: textOf(member(account, 'id')),
      groups: Array.isArray(roles) ? roles.flatMap((role) => (typeof role === 'string' ? [role] : [])) : [],
      certificatePem: readLabIdentity(who).certificatePem,
    };
  };
  return {
    authorityCertificatePem: readFileSync(readLabVariable('DOGTAG_CA_CERT'), 'utf8'),
    ocspUrl: `http://${readLabVariable('DOGTAG_HOST')}:${new URL(readLabVariable('DOGTAG_HTTP_URL')).port}/ca/ocsp`,
    timeZone: 'UTC',
    peopleDn: await readPeopleDn('ipara'),
    callers: {
      agent: await caller('AGENT'),
      admin: await caller('ADMIN'),
      anonymous: { userId: null, groups: [], certificatePem: null },
    },
  };
}
