// The issuing authorities of the installation, joined with their keys and kept at hand; the record is asked again once a second at most.
import type { Clock, Log } from '#platform';
import { CaError } from '../errors.ts';
import type { AuthorityDescription, AuthorityId } from '../model/index.ts';
import type { Store } from '../store.ts';
import { type AuthorityKey, createIssuingAuthority, type IssuingAuthority } from './issuing-authority.ts';

export interface AuthorityRegistryOptions {
  readonly authorities: Pick<Store['authorities'], 'list'>;
  readonly listKeys: () => Promise<readonly AuthorityKey[]>;
  /** What the host authority signs with by default; null leaves it to its certificate and key. */
  readonly hostSigningAlgorithm: string | null;
  readonly clock: Clock;
  readonly log: Log;
}

const refreshMs = 1000;

export class AuthorityRegistry {
  readonly #options: AuthorityRegistryOptions;
  #known = new Map<AuthorityId, IssuingAuthority>();
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(options: AuthorityRegistryOptions) {
    this.#options = options;
  }

  /** The authority of that id, or the host authority for null. Throws CaError `unknown-authority`. */
  async get(id: AuthorityId | null): Promise<IssuingAuthority> {
    await this.#refreshWhenDue();
    const authority = id === null ? this.#host() : this.#known.get(id);
    if (authority !== undefined) return authority;
    const message = id === null ? 'There is no host authority' : `CA not found: ${id}`;
    throw new CaError('unknown-authority', message, id === null ? {} : { subject: id });
  }

  async find(id: AuthorityId): Promise<IssuingAuthority | null> {
    await this.#refreshWhenDue();
    return this.#known.get(id) ?? null;
  }

  async list(): Promise<readonly IssuingAuthority[]> {
    await this.#refreshWhenDue();
    return [...this.#known.values()];
  }

  /** Reads the record again now, after something was changed or a key was added. */
  async refresh(): Promise<void> {
    this.#readAtMs = Number.NEGATIVE_INFINITY;
    await this.#refreshWhenDue();
  }

  #host(): IssuingAuthority | undefined {
    return [...this.#known.values()].find(({ description }) => description.isHostAuthority);
  }

  async #refreshWhenDue(): Promise<void> {
    const nowMs = this.#options.clock.now().getTime();
    if (nowMs >= this.#readAtMs && nowMs - this.#readAtMs < refreshMs) return;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  async #read(): Promise<void> {
    const { authorities, listKeys, clock, log } = this.#options;
    const [descriptions, keys] = await Promise.all([authorities.list(), listKeys()]);
    const joined = new Map<AuthorityId, IssuingAuthority>();
    for (const description of descriptions) {
      try {
        joined.set(description.id, this.#join(description, keys));
      } catch (error) {
        // One authority with a broken certificate must not stop the others.
        if (!(error instanceof CaError)) throw error;
        log.error('an authority cannot be used', { authorityId: description.id, error });
      }
    }
    this.#known = joined;
    this.#readAtMs = clock.now().getTime();
  }

  #join(description: AuthorityDescription, keys: readonly AuthorityKey[]): IssuingAuthority {
    const known = this.#known.get(description.id);
    const algorithm = description.isHostAuthority ? this.#options.hostSigningAlgorithm : null;
    const hasKeyOf = ({ keyId }: IssuingAuthority) => keys.some((key) => key.keyId === keyId);
    if (known === undefined || !hasKeyOf(known) || !isSameCertificate(known.description, description))
      return createIssuingAuthority(description, keys, algorithm);
    return { ...known, description: { ...description, ready: known.description.ready } };
  }
}

function isSameCertificate(one: AuthorityDescription, other: AuthorityDescription): boolean {
  return Buffer.compare(one.certificateDer, other.certificateDer) === 0;
}
