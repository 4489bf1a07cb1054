// One request while a profile is being applied to it: what was sent, what is known about it, and the certificate as agreed so far.
import type { CertificateDraft, DraftExtension } from '../issuance/certificate-draft.ts';
import type { RequestAttributes } from './request-attributes.ts';

export interface RequestContext {
  /** The policy set that applies to this request; requests of one submission take the sets in turn. */
  readonly policySetId: string;
  /** Position of this request within its submission, from 0. */
  readonly sequenceNumber: number;
  readonly kind: 'enrollment' | 'renewal';
  /** Everything known, inputs included, by name. */
  readonly attributes: RequestAttributes;
  /** Extensions that the requester asked for; the fact `req_extensions` in a form that is ready for use. */
  requestedExtensions: readonly DraftExtension[];
  readonly draft: CertificateDraft;
  /** The Dogtag that its profile behaves as. */
  readonly dogtagVersion: string;
  /** Name in the certificate with which the requester has signed a CMC message; null where none has, and once the request has waited. */
  readonly signerSubjectDer: Uint8Array | null;
  /** Rehearsal only: how much later than ours the other side's clock was when the validity was chosen. */
  clockDifferenceMs: number;
  /** Agent to whom a default has assigned the request; null when none has. */
  owner: string | null;
  /** Realm that a default has put the request into; null when none has. */
  realm: string | null;
}

/** A constraint's no, or a failure of applying the profile. `message` is what the requester is told. */
export interface Rejection {
  /** `failed` is not a no to the content: the profile or its parameters could not be applied to it. */
  readonly kind: 'rejected' | 'failed';
  readonly message: string;
}
