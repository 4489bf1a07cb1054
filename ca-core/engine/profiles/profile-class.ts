// What every class of the profile language provides: one file per class in defaults/, constraints/, inputs/ and outputs/.
import type { CertificateDraft } from '../issuance/certificate-draft.ts';
import type { ValueDescriptor } from '../model/index.ts';
import type { ClassParameters } from './class-parameters.ts';
import type { ApplicationContext, ProfileEnvironment } from './profile-environment.ts';
import type { Rejection, RequestContext } from './request-context.ts';
import type { SubmittedValues } from './submitted-values.ts';

export interface NamedValue {
  readonly name: string;
  readonly descriptor: ValueDescriptor;
}

/** A default fills in part of a certificate. */
export interface DefaultClass {
  /** `class_id` in profiles, such as `keyUsageExtDefaultImpl`. */
  readonly classId: string;
  /** The name of the class that clients are shown, such as `KeyUsageExtDefault`. */
  readonly className: string;
  /** Digests the parameters. What Dogtag only stumbles over when a request comes must not throw here, but in `populate`. */
  compile(parameters: ClassParameters, environment: ProfileEnvironment): CompiledDefault;
}

export interface CompiledDefault {
  /** What it does with its parameters, in Dogtag's words. */
  readonly text: string;
  /** Values that an agent sees and may edit, in the order in which they are shown and set. */
  readonly values: readonly NamedValue[];
  /** Clients are not told how its values are edited, because Dogtag does not know it either. */
  readonly hidesDescriptors?: boolean;
  /** Names of its parameters, in the order in which clients are shown them. */
  readonly parameterNames: readonly string[];
  /**
   * Fills its part of the draft. Throws CaError `malformed-request` with the text for the requester, or `unsupported-profile`.
   * Earlier defaults have run; later ones may still change everything.
   */
  populate(request: RequestContext, context: ApplicationContext): void;
  /**
   * The value as text, or null where there is none. As in Dogtag, a default whose extension is not there adds it to the draft
   * first, so `request.draft` must be one that is thrown away after a review. Throws CaError `malformed-edit` for an unknown name.
   */
  readValue(name: string, request: RequestContext, context: ApplicationContext): string | null;
  /** Sets a value that an agent gave; null where the agent's form had none. Throws CaError `malformed-edit`. */
  setValue(name: string, value: string | null, draft: CertificateDraft, context: ApplicationContext): void;
}

/** A constraint judges the certificate that the defaults (and an agent's edits) made. */
export interface ConstraintClass {
  readonly classId: string;
  readonly className: string;
  compile(parameters: ClassParameters, environment: ProfileEnvironment): CompiledConstraint;
}

export interface CompiledConstraint {
  readonly text: string;
  /** Its parameters with what forms are made from, in the order in which clients are shown them. */
  readonly parameters: readonly NamedValue[];
  /** Null when it has nothing against the request. It may note facts in the request's attributes for constraints after it. */
  check(request: RequestContext, context: ApplicationContext): Rejection | null | Promise<Rejection | null>;
}

/** An input names values that a requester sends and turns them into facts about the request. */
export interface InputClass {
  readonly classId: string;
  readonly className: string;
  /** Why nobody can use the input here; absent where everybody can. */
  readonly obstacle?: string;
  compile(parameters: ClassParameters, environment: ProfileEnvironment): CompiledInput;
}

export interface CompiledInput {
  readonly name: string;
  readonly text: string;
  readonly values: readonly NamedValue[];
  /** Parameters that describe the input to clients. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** Throws CaError `malformed-request` or `bad-proof-of-possession`. */
  populate(request: RequestContext, submitted: SubmittedValues): void;
}

/** An output names what a client gets once the certificate is there; the edge makes the values in its own dialect. */
export interface OutputClass {
  readonly classId: string;
  readonly className: string;
  readonly name: string;
  readonly text: string;
  readonly values: readonly NamedValue[];
}
