// What profiles need to know of the installation and of the authority that will sign: facts, no services but the look-ups of two constraints.
import type { SignatureKeyKind } from '#codecs/x509';
import type { AuthorityId, CertificateRecord, SerialNumber } from '../model/index.ts';

/** Facts of the whole installation, given once when a profile is compiled. */
export interface ProfileEnvironment {
  /** IANA zone in which days, months and years are added and dates are shown; Dogtag's is the zone of its Java machine. */
  readonly timeZone: string;
  /** What the host authority signs with when a profile leaves the choice open (`-`), such as `SHA256withRSA`. */
  readonly defaultSigningAlgorithm: string;
  /** Names of all algorithms that the host authority's key can sign with, in the order in which an agent is offered them. */
  readonly signingAlgorithms: readonly string[];
  /** Validity of the host authority's certificate; some classes judge by it whatever authority signs. */
  readonly hostAuthorityNotBefore: Date;
  readonly hostAuthorityNotAfter: Date;
  /** Location of the OCSP responder where a profile names none, such as `http://pki.example.test:18080/ca/ocsp`. */
  readonly defaultOcspUrl: string;
  /** How many names the subject alternative name input offers (`ca.SAN.entryNum`, by default 4). */
  readonly subjectAltNameEntries: number;
  /** DN below which the directory kept its users, such as `ou=People,o=ipaca`; null when there was none. Patterns may use `auth_token.userdn`. */
  readonly peopleDn: string | null;
  /** Authentication instances that profiles may name; `standardAuthenticationInstances` are those of every installation. */
  readonly authenticationInstances: ReadonlyMap<string, AuthenticationInstance>;
  /** The Dogtag that profiles behave as, such as `11.10.1`; absent: `standardDogtagVersion`. */
  readonly dogtagVersion?: string;
  /** Runs the executable of an external process constraint; null where that is not allowed. */
  readonly runExternalCheck: ExternalCheck | null;
}

/** How an authentication instance of the profile language establishes the caller. */
export type AuthenticationInstance =
  /** The certificate of this very call must belong to a user of the group (empty: of any group). */
  | { readonly kind: 'user-certificate'; readonly group: string }
  /** The certificate of this very call must be a valid one of the host authority; its owner needs not be a user. */
  | { readonly kind: 'issued-certificate' }
  /** Whoever the edge has authenticated, by certificate, password or session. */
  | { readonly kind: 'session' }
  /** The signature on a CMC message: an agent's, or the one of whoever the certificate is for. Whoever comes by another way than CMC is refused. */
  | { readonly kind: 'cmc-message'; readonly signedBy: 'agent' | 'requester' }
  /** The address and password of a router, which only Dogtag's SCEP servlet hands over; whoever comes another way is refused. */
  | { readonly kind: 'router-password' }
  /** A CMC message that an EST server passes on, which only Dogtag's CMC servlets are given; whoever comes another way is refused. */
  | { readonly kind: 'est-message' }
  /** The session of an installer in Dogtag's security domain, of which none is known here; everybody is refused. */
  | { readonly kind: 'domain-session' };

/** Runs `executable` without arguments in the given environment. `output` is its standard output. */
export type ExternalCheck = (
  executable: string,
  variables: Readonly<Record<string, string>>,
  timeoutSeconds: number,
) => Promise<
  | { readonly outcome: 'exited'; readonly exitCode: number; readonly output: string }
  | { readonly outcome: 'timed-out' }
  | { readonly outcome: 'not-started' }
>;

/** The authority that will sign. */
export interface AuthorityFacts {
  readonly id: AuthorityId;
  /** DER of its subject Name, exactly as in its certificate. */
  readonly subjectDer: Uint8Array;
  /** Key identifier: from its certificate's subject key identifier, else SHA-1 of its public key bits. */
  readonly keyIdentifier: Uint8Array;
  /** False where it is not from the certificate. */
  readonly hasKeyIdentifier?: boolean;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Which algorithms it can sign with, wherever its key is now; null for a kind of key that has no name in the profile language. */
  readonly signatureKeyKind: SignatureKeyKind | null;
}

/** What uniqueness constraints and self-renewal ask of the record; `Store['certificates']` is one. */
export interface ProfileRecords {
  find(serialNumber: SerialNumber): Promise<CertificateRecord | null>;
  findBySubject(subject: string): Promise<readonly CertificateRecord[]>;
  findByPublicKey(subjectPublicKeyInfoDer: Uint8Array): Promise<readonly CertificateRecord[]>;
}

/** Everything that one application of a profile may look at besides the request itself. */
export interface ApplicationContext {
  readonly authority: AuthorityFacts;
  readonly now: Date;
  readonly records: ProfileRecords;
  /**
   * Rehearsal only: validity of the certificate that the other side issued. Validity defaults take its notBefore where it lies within
   * `toleranceMs` of the one they would choose, and compute notAfter from it; otherwise they keep their own, so that the difference shows.
   */
  readonly observedValidity: ObservedValidity | null;
  /** Whether the certificate is that of an agent; absent where no users are known, and nobody is one. */
  readonly isAgentCertificate?: (certificateDer: Uint8Array) => Promise<boolean>;
}

export interface ObservedValidity {
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly toleranceMs: number;
}
