// A profile parsed and checked once, ready to be applied to any number of requests.
import type { ProfileDescription, ProfileId } from '../model/index.ts';
import type {
  CompiledConstraint,
  CompiledDefault,
  CompiledInput,
  ConstraintClass,
  DefaultClass,
  InputClass,
  OutputClass,
} from './profile-class.ts';
import type { AuthenticationInstance } from './profile-environment.ts';

export interface CompiledProfile {
  readonly id: ProfileId;
  readonly enabled: boolean;
  /** Renewal profiles have no policy sets: the original certificate's profile is applied. */
  readonly renewal: boolean;
  readonly inputs: readonly ProfileInput[];
  readonly outputs: readonly ProfileOutput[];
  /** In the order in which the requests of one submission take them. */
  readonly policySets: readonly PolicySet[];
  readonly authentication: ProfileAuthenticationRule;
  /** Expression such as `group="Enterprise ACME Administrators"`; empty when the profile has none. */
  readonly authorizationExpression: string;
  /** The Dogtag that it behaves as. */
  readonly dogtagVersion: string;
  /** What the subject is before any default has run; null for no name at all. */
  readonly defaultSubjectDer: Uint8Array | null;
  /** Whether an agent decides although its authentication has said who asks. */
  readonly needsApproval: boolean;
  /** What happens after issuance, by class id, such as `subsystemGroupUpdaterImpl`. */
  readonly updaterClassIds: readonly string[];
  /** When the profile was last changed through Dogtag's own interfaces; requests made before are not approved. Null when not recorded. */
  readonly lastModified: Date | null;
  /** Why nobody can enrol with it here, although it can be shown; null when nothing is in the way. */
  readonly obstacle: string | null;
  /** What clients see of it. */
  readonly description: ProfileDescription;
}

export type ProfileAuthenticationRule =
  /** Nobody is authenticated; an agent decides about each request. */
  | { readonly kind: 'none' }
  | { readonly kind: 'instance'; readonly name: string; readonly instance: AuthenticationInstance }
  /** The profile names an instance that this installation does not have or that is not supported here. */
  | { readonly kind: 'unsupported'; readonly name: string };

export interface ProfileInput {
  readonly id: string;
  readonly class: InputClass;
  readonly input: CompiledInput;
}

export interface ProfileOutput {
  readonly id: string;
  readonly class: OutputClass;
}

export interface PolicySet {
  readonly id: string;
  readonly policies: readonly ProfilePolicy[];
}

export interface ProfilePolicy {
  readonly id: string;
  readonly defaultClass: DefaultClass;
  readonly default: CompiledDefault;
  /** Names as configured; null when they are not. */
  readonly defaultName: string | null;
  readonly defaultParameters: readonly { readonly name: string; readonly value: string }[];
  readonly constraintClass: ConstraintClass;
  readonly constraint: CompiledConstraint;
  readonly constraintName: string | null;
  readonly constraintParameters: readonly { readonly name: string; readonly value: string }[];
}
