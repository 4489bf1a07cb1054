// The profiles of the record, compiled when first used and again when they, or what they were compiled for, have changed.
import type { Clock } from '#platform';
import type { AuthorityRegistry } from '../authorities/authority-registry.ts';
import type { IssuingAuthority } from '../authorities/issuing-authority.ts';
import { CaError } from '../errors.ts';
import type { ProfileDefinition, ProfileDescription, ProfileId } from '../model/index.ts';
import {
  type CompiledProfile,
  compileProfile,
  defineProfile,
  defineUncompiledProfile,
  describeUncompiledProfile,
  type ExternalCheck,
  type ProfileEnvironment,
  standardAuthenticationInstances,
} from '../profiles/index.ts';
import type { Store, StoredProfile } from '../store.ts';

export interface ProfileSettings {
  /** IANA zone in which profiles add days, months and years. */
  readonly timeZone: string;
  /** Location of the OCSP responder where a profile names none. */
  readonly defaultOcspUrl: string;
  /** How many names the subject alternative name input offers. */
  readonly subjectAltNameEntries: number;
  /** Where users are in the source's directory, such as `ou=People,o=ipaca`; null leaves users' names out of requests. */
  readonly peopleDn: string | null;
  readonly runExternalCheck: ExternalCheck | null;
  /** The Dogtag that profiles behave as, such as `11.10.1`; absent: 10.10.2. */
  readonly dogtagVersion?: string;
}

export interface ProfileCatalogServices {
  readonly profiles: Store['profiles'];
  readonly authorities: AuthorityRegistry;
  readonly clock: Clock;
}

/** How long a change may go unnoticed. */
const revisionCheckMs = 50;

export class ProfileCatalog {
  readonly #services: ProfileCatalogServices;
  readonly #settings: ProfileSettings;
  readonly #compiled = new Map<ProfileId, CompiledProfile>();
  #revision: bigint | null = null;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  #host: IssuingAuthority | null = null;
  #environment: ProfileEnvironment | null = null;

  constructor(services: ProfileCatalogServices, settings: ProfileSettings) {
    this.#services = services;
    this.#settings = settings;
  }

  /** Throws CaError `unknown-profile` or `unsupported-profile`. */
  async get(id: ProfileId): Promise<CompiledProfile> {
    const environment = await this.environment();
    const known = this.#compiled.get(id);
    if (known !== undefined) return known;
    const stored = await this.#services.profiles.find(id);
    if (stored === null) throw new CaError('unknown-profile', `Profile ${id} Not Found`, { subject: id });
    const compiled = compileProfile(stored, environment);
    // Whoever found the record changed meanwhile has another environment by now.
    if (environment === this.#environment) this.#compiled.set(id, compiled);
    return compiled;
  }

  /** What clients see of a profile; null when there is none of that id. Works for profiles that can't be applied here, too. */
  async describe(id: ProfileId): Promise<ProfileDescription | null> {
    const stored = await this.#services.profiles.find(id);
    return stored === null ? null : this.#describe(stored, await this.environment());
  }

  async describeAll(): Promise<readonly ProfileDescription[]> {
    const [stored, environment] = await Promise.all([this.#services.profiles.list(), this.environment()]);
    return stored.map((profile) => this.#describe(profile, environment));
  }

  /** The same with policies; null when there is none of that id. */
  async define(id: ProfileId): Promise<ProfileDefinition | null> {
    const stored = await this.#services.profiles.find(id);
    if (stored === null) return null;
    try {
      return defineProfile(compileProfile(stored, await this.environment()));
    } catch (error) {
      if (!(error instanceof CaError)) throw error;
      return defineUncompiledProfile(stored);
    }
  }

  /** Whoever has changed a profile here need not wait for the next look at the revision. */
  refresh(): void {
    this.#checkedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** Facts of the installation that profiles are compiled for. Throws CaError `unknown-authority` without a host authority. */
  async environment(): Promise<ProfileEnvironment> {
    const { authorities, clock, profiles } = this.#services;
    const host = await authorities.get(null);
    if (this.#environment === null || !isSameHost(host, this.#host)) this.#renew(host);
    const nowMs = clock.now().getTime();
    if (Math.abs(nowMs - this.#checkedAtMs) >= revisionCheckMs) {
      this.#checkedAtMs = nowMs;
      const revision = await profiles.revision();
      if (revision !== this.#revision) {
        this.#revision = revision;
        this.#renew(host);
      }
    }
    return this.#environment ?? this.#renew(host);
  }

  #renew(host: IssuingAuthority): ProfileEnvironment {
    const { certificate, defaultSigningAlgorithm, signingAlgorithms } = host;
    this.#host = host;
    this.#compiled.clear();
    this.#environment = {
      ...this.#settings,
      defaultSigningAlgorithm,
      signingAlgorithms: signingAlgorithms.length === 0 ? [defaultSigningAlgorithm] : signingAlgorithms,
      hostAuthorityNotBefore: certificate.notBefore,
      hostAuthorityNotAfter: certificate.notAfter,
      authenticationInstances: standardAuthenticationInstances,
    };
    return this.#environment;
  }

  #describe(stored: StoredProfile, environment: ProfileEnvironment): ProfileDescription {
    try {
      return (this.#compiled.get(stored.id) ?? compileProfile(stored, environment)).description;
    } catch (error) {
      if (!(error instanceof CaError)) throw error;
      return describeUncompiledProfile(stored);
    }
  }
}

function isSameHost(one: IssuingAuthority, other: IssuingAuthority | null): boolean {
  return (
    other !== null &&
    one.certificate.der.equals(other.certificate.der) &&
    one.defaultSigningAlgorithm === other.defaultSigningAlgorithm &&
    one.keyId === other.keyId
  );
}
