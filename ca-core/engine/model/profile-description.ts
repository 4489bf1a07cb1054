// What a profile shows of itself to clients: its inputs, outputs and policies, with the descriptors that forms are made from.
import type { ProfileId } from './identifiers.ts';

/** How a value is to be shown and edited. `syntax` and `constraint` are the profile language's own (`string`, `choice`, `readonly`, ...). */
export interface ValueDescriptor {
  readonly syntax: string;
  readonly constraint: string | null;
  readonly description: string;
  readonly defaultValue: string | null;
}

export interface InputDescription {
  readonly id: string;
  /** Class id of the profile language, such as `certReqInputImpl`. */
  readonly classId: string;
  readonly name: string;
  readonly text: string;
  readonly values: readonly { readonly name: string; readonly descriptor: ValueDescriptor }[];
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}

export interface OutputDescription {
  readonly id: string;
  readonly classId: string;
  readonly name: string;
  readonly text: string;
  readonly values: readonly { readonly name: string; readonly descriptor: ValueDescriptor }[];
}

export interface ProfileDescription {
  readonly id: ProfileId;
  readonly classId: string;
  readonly name: string;
  readonly text: string;
  readonly enabled: boolean;
  readonly enabledBy: string | null;
  readonly visible: boolean;
  readonly renewal: boolean;
  /** Authentication instance of the profile language (`raCertAuth`); null or empty when an agent decides later. */
  readonly authenticationInstance: string | null;
  readonly authorizationRule: string | null;
  readonly inputs: readonly InputDescription[];
  readonly outputs: readonly OutputDescription[];
  /** The whole text as configured, one `key=value` per line. */
  readonly configurationText: string;
}
