// A PKI Request of CMC (RFC 5272) as an edge hands it over, and whom its signer is to the installation.
import type { ProfileId } from './identifiers.ts';

export interface CmcSubmission {
  readonly profileId: ProfileId;
  /** full: PKIData in CMS; simple: a PKCS#10 request and nothing around it. */
  readonly kind: 'full' | 'simple';
  readonly requestDer: Uint8Array;
  /** Further inputs of the profile, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The user whose certificate signs the message, as the edge's directory knows it; null for nobody's. That it did sign is the authority's to verify. */
  readonly signer: CmcSigner | null;
}

export interface CmcSigner {
  readonly userId: string;
  readonly groups: readonly string[];
  /** Whether the access rules let this user decide about certificate requests. */
  readonly mayDecide: boolean;
}
