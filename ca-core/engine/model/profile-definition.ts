// A profile with all that it is made of, and what those who administer profiles may have done to one.
import type { ProfileId } from './identifiers.ts';
import type { ProfileDescription, ValueDescriptor } from './profile-description.ts';

interface PolicyPartDescription {
  /** Class id of the profile language, such as `keyUsageExtDefaultImpl`. */
  readonly classId: string;
  /** The name that the profile gives it; null where it gives none. */
  readonly name: string | null;
  /** What it does with its parameters. */
  readonly text: string;
}

export interface PolicyDescription {
  readonly id: string;
  readonly default: PolicyPartDescription & {
    /** Values that an agent sees when he reviews a request; the descriptor is null where nobody knows how they are edited. */
    readonly values: readonly { readonly name: string; readonly descriptor: ValueDescriptor | null }[];
    readonly parameters: readonly { readonly name: string; readonly value: string }[];
  };
  readonly constraint: PolicyPartDescription & {
    readonly parameters: readonly {
      readonly name: string;
      readonly descriptor: ValueDescriptor;
      readonly value: string;
    }[];
  };
}

export interface PolicySetDescription {
  readonly id: string;
  readonly policies: readonly PolicyDescription[];
}

/** Of a profile that cannot be applied here inputs, outputs and policy sets are not known, and empty. */
export interface ProfileDefinition extends ProfileDescription {
  readonly policySets: readonly PolicySetDescription[];
}

/**
 * `create` and `replace` leave the profile disabled, whatever its text says of that; an enabled one is neither replaced nor removed.
 * The text has one `key=value` per line and not the profile's id or class.
 */
export type ProfileOrder =
  | {
      readonly action: 'create';
      readonly id: ProfileId;
      readonly classId: string;
      readonly configurationText: string;
    }
  | { readonly action: 'replace'; readonly id: ProfileId; readonly configurationText: string }
  | { readonly action: 'enable' | 'disable' | 'remove'; readonly id: ProfileId };
