// What importers read out of foreign stores, in nobody's dialect: the value, and which entry of the source it came from.
import type { DirectoryEntry } from '#codecs/ldif';

/** RFC 5280 section 5.3.1. */
export type SourceRevocationReason = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 8 | 9 | 10;

export interface SourceRevocation {
  readonly reason: SourceRevocationReason;
  /** The date that stands in CRLs. */
  readonly revokedAt: Date;
  /** The date that clients are told beside the certificate, where it is another. */
  readonly notedAt?: Date;
  readonly revokedBy: string | null;
  readonly invalidityDate: Date | null;
}

export interface SourceCertificate {
  /** What the entry claims; the DER may say otherwise, which is for the intake to judge. */
  readonly serialNumber: bigint;
  readonly certificateDer: Uint8Array;
  readonly revocation: SourceRevocation | null;
  readonly issuedAt: Date | null;
  readonly issuedBy: string | null;
  readonly requestId: bigint | null;
  readonly profileId: string | null;
  /** True where the source has the certificate without an entry about it: what is null here is unknown, not absent. */
  readonly isBare?: boolean;
}

export interface SourceRequest {
  readonly id: bigint;
  readonly kind: 'enrollment' | 'renewal' | 'revocation' | 'release';
  readonly state: 'begin' | 'pending' | 'approved' | 'svc_pending' | 'canceled' | 'rejected' | 'complete';
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly owner: string | null;
  readonly authorityId: string | null;
  readonly profileId: string | null;
  readonly policySetId: string | null;
  readonly inputs: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly draftDer: Uint8Array | null;
  readonly errorMessage: string | null;
  readonly failed: boolean;
  readonly certificateSerials: readonly bigint[];
  /** True where the source tells of the request without its entry: what the record knows of it besides its state stays. */
  readonly isBare?: boolean;
}

export interface SourceProfile {
  readonly id: string;
  readonly classId: string;
  readonly configurationText: string;
}

export interface SourceUser {
  readonly userId: string;
  readonly fullName: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly type: string | null;
  readonly state: string | null;
  readonly certificatesDer: readonly Uint8Array[];
  readonly certificateClaims: readonly string[];
}

export interface SourceGroup {
  readonly name: string;
  readonly description: string | null;
  readonly memberUserIds: readonly string[];
}

export interface SourceAccessRule {
  readonly resource: string;
  readonly operations: readonly string[];
  readonly clauses: readonly {
    readonly effect: 'allow' | 'deny';
    readonly operations: readonly string[];
    readonly anyOf: readonly (readonly {
      readonly subject: 'group' | 'user' | 'ipaddress';
      readonly negated: boolean;
      readonly value: string;
    }[])[];
  }[];
  readonly comment: string;
}

export interface SourceAuthority {
  readonly id: string;
  readonly isHostAuthority: boolean;
  readonly parentId: string | null;
  readonly subject: string;
  readonly enabled: boolean;
  readonly description: string | null;
  readonly certificateSerial: bigint | null;
  /** Name of the key in the key databases of Dogtag's servers, and the servers that have it; the key itself is nowhere else. */
  readonly keyNickname: string | null;
  readonly keyHosts: readonly string[];
  /** Null when the source does not hold it. */
  readonly certificateDer: Uint8Array | null;
}

export interface SourceCrl {
  readonly issuingPoint: string;
  readonly crlKind: 'full' | 'delta';
  readonly crlDer: Uint8Array | null;
  readonly crlNumber: bigint;
}

export interface SourceDomainHost {
  readonly name: string;
  readonly domain: string;
  readonly subsystem: 'CA' | 'OCSP' | 'KRA' | 'RA' | 'TKS' | 'TPS';
  readonly hostName: string;
  readonly port: string | null;
  readonly securePort: string | null;
  readonly secureEndEntityPort: string | null;
  readonly secureAgentPort: string | null;
  readonly secureAdminPort: string | null;
  readonly clone: string | null;
  readonly subsystemName: string | null;
  readonly domainManager: string | null;
}

/** `entry` is the name of the entry within the source, such as its DN. */
export type SourceRecord =
  | { readonly kind: 'authority'; readonly entry: string; readonly value: SourceAuthority }
  | { readonly kind: 'profile'; readonly entry: string; readonly value: SourceProfile }
  | { readonly kind: 'user'; readonly entry: string; readonly value: SourceUser }
  | { readonly kind: 'group'; readonly entry: string; readonly value: SourceGroup }
  | { readonly kind: 'access-rule'; readonly entry: string; readonly value: SourceAccessRule }
  | { readonly kind: 'domain-host'; readonly entry: string; readonly value: SourceDomainHost }
  | { readonly kind: 'certificate'; readonly entry: string; readonly value: SourceCertificate }
  | { readonly kind: 'request'; readonly entry: string; readonly value: SourceRequest }
  | { readonly kind: 'crl'; readonly entry: string; readonly value: SourceCrl };

/** What can be read on its own of entries that are kept as they came; `importers/dogtag-directory/kept-kinds.ts` says where each kind is. */
export const keptSourceKinds = [
  'number-counter',
  'number-range',
  'cross-certificates',
  'kra-user',
  'kra-group',
  'kra-access-rules',
  'kra-key',
  'kra-request',
  'acme-settings',
  'acme-account',
  'acme-order',
  'acme-authorization',
  'acme-challenge',
  'acme-certificate',
] as const;
export type KeptSourceKind = (typeof keptSourceKinds)[number];

/** An entry that is kept as it came, with what is shown of it. */
export interface SourceKeptEntry {
  /** Unique within its kind. */
  readonly name: string;
  readonly state: string | null;
  readonly owner: string | null;
  readonly algorithm: string | null;
  readonly size: bigint | null;
  /** Every attribute but those of the server itself, and those that the kind leaves out by reason. */
  readonly content: DirectoryEntry;
}

/** Of `names` (null: of all that the source holds of the kind), these entries are there. */
export interface SourceKeptSet {
  /** `request-remainder` comes along with requests, `issuing-point` with CRLs. */
  readonly kind: KeptSourceKind | 'request-remainder' | 'issuing-point';
  readonly names: readonly string[] | null;
  readonly entries: readonly SourceKeptEntry[];
}

export type SourceKind = SourceRecord['kind'] | KeptSourceKind;
export type SourceRecordOf<K extends SourceRecord['kind']> = Extract<SourceRecord, { readonly kind: K }>;

/** Something noted about an entry: with `refused` no record was made of it (or of the part that the message names). */
export interface SourceFinding {
  readonly kind: string;
  readonly verdict: 'accepted' | 'refused';
  readonly message: string;
  readonly entry: string;
}

/** Entries of one class in one container, and what becomes of them. */
export interface SourceAccountLine {
  /** Name of the entry above them, as the source spells it; empty above the topmost. */
  readonly container: string;
  /** Classes in lower case, by spaces. */
  readonly objectClass: string;
  readonly count: number;
  /** Taken as this kind; null when they are not taken. */
  readonly kind: SourceKind | null;
  /** Why they are not taken; null with a kind, and for what nobody has thought of. */
  readonly reason: string | null;
}

/** Numbers from `from` to `to`, both inclusive. */
export interface NumberSpan {
  readonly from: bigint;
  readonly to: bigint;
}

/** What a source knows of the numbers that its servers may still use. */
export interface SourceNumberRange {
  readonly of: 'certificate' | 'request' | 'replica';
  /** `allocated`: given to a server. `unallocated`: from here on nothing has been given to any server. */
  readonly state: 'allocated' | 'unallocated';
  /** Every reading of the digits that stand in the source; a server may use any number of any of them. Open-ended for `unallocated`. */
  readonly spans: readonly {
    readonly readAs: 'decimal' | 'hexadecimal';
    readonly from: bigint;
    readonly to: bigint | null;
  }[];
  readonly host: string | null;
  readonly entry: string;
  /** Whether numbers are drawn at random within the range ("random serial numbers v1"), so that the highest one in use says nothing. */
  readonly isDrawnAtRandom: boolean;
}
