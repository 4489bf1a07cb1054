// The nouns of enrolment: what is submitted, what an agent reviews, what an agent decides.
import type { AuthorityId, ProfileId, RequestId, SerialNumber } from './identifiers.ts';
import type { InputDescription, OutputDescription, ValueDescriptor } from './profile-description.ts';
import type { RequestRecord } from './request-record.ts';

export interface EnrollmentSubmission {
  readonly profileId: ProfileId;
  /** Null means the host authority. */
  readonly authorityId: AuthorityId | null;
  /** By input name of the profile. Names that the profile does not know are kept with the request but have no effect. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Renewal of this certificate: its original request's profile and inputs are used. Null for a new enrolment. */
  readonly renewalOf: SerialNumber | null;
  /** Approve at once in the caller's name, where the caller is an agent and the profile would otherwise wait for one. */
  readonly approveAtOnce?: boolean;
}

/** One value that a default contributes, as an agent sees and may edit it. */
export interface ReviewValue {
  readonly name: string;
  /** Null where there is nothing to show, such as the criticality of an extension that the certificate will not have. */
  readonly value: string | null;
  readonly descriptor: ValueDescriptor;
}

/** One policy of the request's policy set. Classes are the profile language's class ids (`subjectNameConstraintImpl`). */
export interface ReviewPolicy {
  readonly id: string;
  readonly defaultClass: string;
  /** Null when the profile gives it no name. */
  readonly defaultName: string | null;
  /** Text that describes the default with its parameters, in the profile language's own words. */
  readonly defaultText: string;
  readonly values: readonly ReviewValue[];
  /** Parameters of the default as configured. */
  readonly defaultParameters: readonly { readonly name: string; readonly value: string }[];
  readonly constraintClass: string;
  readonly constraintName: string | null;
  readonly constraintText: string;
  readonly constraintParameters: readonly {
    readonly name: string;
    readonly value: string;
    readonly descriptor: ValueDescriptor;
  }[];
}

export interface EnrollmentReview {
  readonly request: RequestRecord;
  readonly profileName: string;
  readonly profileText: string;
  readonly profileApprovedBy: string | null;
  readonly profileIsVisible: boolean;
  readonly inputs: readonly (InputDescription & { readonly given: Readonly<Record<string, string>> })[];
  readonly outputs: readonly OutputDescription[];
  readonly policies: readonly ReviewPolicy[];
}

export type EnrollmentAction = 'approve' | 'reject' | 'cancel' | 'update' | 'validate' | 'assign' | 'unassign';

export interface EnrollmentDecision {
  readonly requestId: RequestId;
  readonly action: EnrollmentAction;
  /** Values edited by the agent, by value name, for all policies that have a value of that name. Null leaves the draft as it is. */
  readonly edits: readonly ReviewEdit[] | null;
  readonly notes: string | null;
}

/** `policyId` null means: every policy whose default has such a value (the servlets' form fields don't say which). */
export interface ReviewEdit {
  readonly policyId: string | null;
  readonly name: string;
  readonly value: string;
}
