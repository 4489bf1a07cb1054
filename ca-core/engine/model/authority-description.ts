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

/** Where the other side keeps an authority's key, for who has to bring it; also of authorities whose certificate is not known yet. */
export interface AuthorityKeyPlace {
  readonly id: AuthorityId;
  readonly isHostAuthority: boolean;
  readonly hasCertificate: boolean;
  /** Subject and serial number as the other side's entry has them; null when it does not say. */
  readonly toldSubject: string | null;
  readonly serialNumber: bigint | null;
  /** Name of the key in the key databases of the servers below. */
  readonly keyNickname: string | null;
  /** Servers that have it, `host:port`. */
  readonly keyHosts: readonly string[];
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
