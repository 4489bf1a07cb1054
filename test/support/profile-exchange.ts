// One enrolment as a real Dogtag answered it: recorded by the lab's suites, replayed by unit tests without a lab.
import type { ValueDescriptor } from '#ca-core/engine';

/** Facts of the installation at which exchanges were recorded. */
export interface RecordedInstallation {
  readonly authorityCertificatePem: string;
  readonly ocspUrl: string;
  readonly timeZone: string;
  readonly peopleDn: string;
  readonly callers: Readonly<Record<string, RecordedCaller>>;
}

export interface RecordedCaller {
  readonly userId: string | null;
  readonly groups: readonly string[];
  readonly certificatePem: string | null;
}

export interface RecordedProfile {
  readonly id: string;
  readonly classId: string;
  readonly configurationText: string;
}

export interface RecordedExchange {
  readonly name: string;
  readonly profileId: string;
  /** Name of one of the installation's callers. */
  readonly caller: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** ISO 8601, when it was sent. */
  readonly sentAt: string;
  /** Name of the exchange whose first certificate is renewed. */
  readonly renewalOf: string | null;
  /** Set when no request came to be. */
  readonly failure: RecordedFailure | null;
  readonly requests: readonly RecordedRequest[];
}

export interface RecordedFailure {
  readonly status: number;
  readonly message: string;
}

export interface RecordedRequest {
  readonly id: string;
  readonly state: string;
  readonly message: string | null;
  /** What an agent was shown right after the submission. */
  readonly review: readonly RecordedPolicy[] | null;
  /** Why the agent was shown nothing. */
  readonly reviewFailure: RecordedFailure | null;
  readonly decision: RecordedDecision | null;
  /** Base64 of the certificate that came of it. */
  readonly certificate: string | null;
}

export interface RecordedDecision {
  /** Everything that was sent back, edited or not, in order. */
  readonly values: readonly { readonly name: string; readonly value: string }[];
  /** Null when the decision was carried out. */
  readonly failure: RecordedFailure | null;
}

export interface RecordedPolicy {
  readonly defaultName: string | null;
  readonly defaultText: string | null;
  readonly values: readonly RecordedValue[];
  /** Name of the Java class without its package. */
  readonly constraintClass: string | null;
  readonly constraintName: string | null;
  readonly constraintText: string | null;
  readonly constraintParameters: readonly RecordedValue[];
}

export interface RecordedValue {
  readonly name: string | null;
  readonly value: string | null;
  readonly descriptor: ValueDescriptor;
}
