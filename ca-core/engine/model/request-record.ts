// The record of having been asked for something: an enrolment, a renewal, a revocation or a release from hold.
import type { AuthorityId, ProfileId, RequestId, SerialNumber } from './identifiers.ts';

export type RequestKind = 'enrollment' | 'renewal' | 'revocation' | 'release';

/** The states that Dogtag's clients know; `begin` exists only while a submission is being taken. */
export type RequestState = 'begin' | 'pending' | 'approved' | 'svc_pending' | 'canceled' | 'rejected' | 'complete';

export interface RequestRecord {
  readonly id: RequestId;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  /** Agent to whom the request is assigned. */
  readonly owner: string | null;
  readonly authorityId: AuthorityId | null;
  readonly profileId: ProfileId | null;
  readonly policySetId: string | null;
  /** What the requester sent, by input name (`cert_request`, `requestor_name`, ...). */
  readonly inputs: Readonly<Record<string, string>>;
  /** Every other fact about the request by its name in the profile language (`req_subject_name.cn`, `profileRemoteAddr`, ...). */
  readonly attributes: Readonly<Record<string, string>>;
  /**
   * Agreed content so far: a TBSCertificate encoding whose serial number and signature algorithm may still be placeholders. Null where the
   * certificate that was issued at once says it all, and for requests that are about no content.
   */
  readonly draftDer: Uint8Array | null;
  /** Why it was refused or failed, as told to the requester. */
  readonly errorMessage: string | null;
  /** True when the service of the request ended in an error although its state is final. */
  readonly failed: boolean;
  /** Certificates issued (enrolment), or affected (revocation, release). */
  readonly certificateSerials: readonly SerialNumber[];
  readonly origin: 'native' | 'imported';
}

export interface RequestQuery {
  readonly state?: RequestState;
  readonly kind?: RequestKind;
  readonly createdFrom?: Date;
  readonly createdTo?: Date;
  /** Keyset paging: requests from this id on, ascending. */
  readonly fromId?: RequestId;
  /** The highest ids instead, highest first; not together with `fromId`. */
  readonly newestFirst?: boolean;
  /** Keyset paging backwards, together with `newestFirst`: only requests with a lower id. */
  readonly beforeId?: RequestId;
  readonly limit: number;
  /** False where nobody looks at `total` and `precedingCount`; they are then those of the page. */
  readonly countTotal?: boolean;
}

export interface RequestPage {
  readonly requests: readonly RequestRecord[];
  /** Number of all requests with this state, kind and time, regardless of paging, unless the query spares the counting. */
  readonly total: number;
  /** How many of those have a lower id than `fromId`; 0 without it. */
  readonly precedingCount: number;
}
