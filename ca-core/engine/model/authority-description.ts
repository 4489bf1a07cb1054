// What an issuing authority shows of itself, and the CRLs it has published.
import type { AuthorityId } from './identifiers.ts';

export interface AuthorityDescription {
  readonly id: AuthorityId;
  readonly isHostAuthority: boolean;
  readonly parentId: AuthorityId | null;
  /** Subject and issuer as text, most specific first. */
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: bigint;
  readonly enabled: boolean;
  readonly description: string | null;
  /** True when its key is in the signer. */
  readonly ready: boolean;
  readonly certificateDer: Uint8Array;
  /** From this authority's own certificate up to its trust anchor. */
  readonly chainDer: readonly Uint8Array[];
}

export interface CrlRecord {
  readonly issuingPoint: string;
  readonly kind: 'full' | 'delta';
  readonly crlDer: Uint8Array;
  readonly crlNumber: bigint;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  readonly entryCount: number;
  readonly origin: 'native' | 'imported';
}
