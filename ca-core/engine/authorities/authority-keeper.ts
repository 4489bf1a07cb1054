// The deeds on authorities behind one door, and the timer that settles what a crash or a lost connection has left of them.
import { type KeyKeeper, type Signer, SignerError } from '#ca-core/signer';
import type { Clock, Log } from '#platform';
import type { EnrollmentServices } from '../enrollment/submit-enrollment.ts';
import { CaError } from '../errors.ts';
import type { AuthorityChange, AuthorityDescription, AuthorityId, AuthorityOrder, Caller } from '../model/index.ts';
import type { AuthorityServices } from './authority-services.ts';
import { changeAuthority } from './change-authority.ts';
import { createAuthority } from './create-authority.ts';
import { deleteAuthority } from './delete-authority.ts';
import { renewAuthority } from './renew-authority.ts';
import { resumeAuthorities } from './resume-authorities.ts';

export interface AuthorityKeeperServices extends EnrollmentServices {
  readonly signer: Signer;
  readonly keys: KeyKeeper | null;
  readonly clock: Clock;
  readonly log: Log;
}

const resumeDelayMs = 15_000;

const unavailable = async () => {
  throw new SignerError('unavailable', 'no keys are kept here');
};
const noKeys: KeyKeeper = { createKey: unavailable, destroyKey: unavailable };

export class AuthorityKeeper {
  readonly #services: AuthorityServices;
  #timer: NodeJS.Timeout | null = null;
  #resuming: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(services: AuthorityKeeperServices) {
    this.#services = { ...services, keys: services.keys ?? noKeys };
  }

  create(order: AuthorityOrder, caller: Caller): Promise<AuthorityDescription> {
    return this.#andResume(createAuthority(order, caller, this.#services));
  }

  change(id: AuthorityId, change: AuthorityChange, caller: Caller): Promise<AuthorityDescription> {
    return changeAuthority(id, change, caller, this.#services);
  }

  renew(id: AuthorityId, caller: Caller): Promise<void> {
    return this.#andResume(renewAuthority(id, caller, this.#services));
  }

  delete(id: AuthorityId, caller: Caller): Promise<void> {
    return this.#andResume(deleteAuthority(id, caller, this.#services));
  }

  /** Settles what an earlier process left; to be called when its certificates have been seen to. Throws CaError `store-unavailable`. */
  async start(): Promise<void> {
    const { open } = await resumeAuthorities(this.#services);
    if (open > 0) this.#planResume();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#resuming;
  }

  /** Whatever becomes of the deed, what is left of it is looked after. */
  async #andResume<Result>(deed: Promise<Result>): Promise<Result> {
    try {
      return await deed;
    } catch (error) {
      this.#planResume();
      throw error;
    }
  }

  #planResume(): void {
    if (this.#isStopped || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#resuming = this.start().catch((error: unknown) => {
        if (!(error instanceof CaError))
          this.#services.log.error('open deeds on authorities could not be gone through', { error });
        this.#planResume();
      });
    }, resumeDelayMs).unref();
  }
}
