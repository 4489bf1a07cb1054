// What stands in a source before anything is moved: the data; `format-inventory.ts` writes it for people.
import type { SourceKind, SourceNumberRange } from '#importers';

export interface Inventory {
  readonly source: string;
  readonly server: string;
  readonly timeZone: string;
  readonly takenAt: string;
  /** CA servers that share the store, `host:port`. */
  readonly servers: readonly string[];
  readonly remarks: readonly string[];
  readonly counts: readonly { readonly kind: SourceKind; readonly count: number }[];
  readonly certificates: CertificateCensus;
  readonly requests: readonly { readonly kind: string; readonly state: string; readonly count: number }[];
  readonly authorities: readonly AuthorityLine[];
  readonly profiles: readonly ProfileLine[];
  readonly agents: readonly AgentLine[];
  /** The server's own certificates, the newest of each subject and purpose, soonest to expire first. */
  readonly systemCertificates: readonly SystemCertificateLine[];
  readonly crls: readonly CrlLine[];
  readonly ranges: readonly RangeLine[];
  /** Length of serial numbers where they are drawn at random, else 0. */
  readonly randomNumberBits: number;
  /** Findings of reading, by kind. */
  readonly findings: readonly {
    readonly kind: string;
    readonly verdict: 'accepted' | 'refused';
    readonly count: number;
    readonly example: string;
  }[];
  /** The worst first. */
  readonly risks: readonly Risk[];
}

export interface CountLine {
  readonly name: string;
  /** Of all certificates. */
  readonly all: number;
  /** Of those that are valid now: neither expired nor revoked. */
  readonly valid: number;
}

export interface CertificateCensus {
  readonly total: number;
  readonly valid: number;
  readonly notYetValid: number;
  readonly expired: number;
  readonly revoked: number;
  /** Entries whose DER cannot be decoded. */
  readonly unreadable: number;
  readonly revokedByReason: readonly { readonly reason: string; readonly count: number }[];
  readonly keyAlgorithms: readonly CountLine[];
  readonly signatureAlgorithms: readonly CountLine[];
  readonly issuers: readonly CountLine[];
  readonly profiles: readonly CountLine[];
  /** Valid certificates by when they expire; `withinDays` null is "later". */
  readonly expiry: readonly { readonly withinDays: number | null; readonly count: number }[];
  /** Decimal; null when there are no certificates. */
  readonly lowestSerial: string | null;
  readonly highestSerial: string | null;
}

export interface AuthorityLine {
  readonly id: string;
  readonly subject: string;
  readonly isHostAuthority: boolean;
  readonly enabled: boolean;
  readonly notAfter: string | null;
  readonly daysLeft: number | null;
  /** Where the key is by which it issues: in the signer, in a file from which the import takes it, or not on this side; `unknown` where nobody has looked. */
  readonly key: 'here' | 'in a file' | 'missing' | 'unknown';
}

/** Whether the engine can run a profile; `reasons` say why not, `differences` what it does otherwise than Dogtag, both naming the lines. */
export interface ProfileJudgement {
  readonly isSupported: boolean;
  readonly reasons: readonly string[];
  readonly differences: readonly string[];
}

export interface ProfileLine extends ProfileJudgement {
  readonly id: string;
  readonly enabled: boolean;
  readonly visible: boolean;
  readonly issued: number;
  readonly valid: number;
}

export interface AgentLine {
  readonly userId: string;
  readonly groups: readonly string[];
  readonly certificates: readonly {
    readonly subject: string;
    readonly serialNumber: string;
    readonly notAfter: string;
    readonly daysLeft: number;
    /** Whether the entry's claims name this certificate; Dogtag finds the user by the claim, not by the bytes. */
    readonly isClaimed: boolean;
    /** Whether the source holds this certificate as revoked. */
    readonly isRevoked: boolean;
  }[];
}

export interface SystemCertificateLine {
  readonly purpose: string;
  readonly subject: string;
  readonly serialNumber: string;
  readonly notAfter: string;
  readonly daysLeft: number;
}

export interface CrlLine {
  readonly issuingPoint: string;
  readonly kind: 'full' | 'delta';
  readonly crlNumber: string;
  readonly thisUpdate: string | null;
  readonly nextUpdate: string | null;
  readonly ageHours: number | null;
  readonly entries: number | null;
}

export interface RangeLine {
  readonly of: SourceNumberRange['of'];
  readonly state: SourceNumberRange['state'];
  readonly host: string | null;
  readonly readAs: 'decimal' | 'hexadecimal';
  /** Decimal. */
  readonly from: string;
  readonly to: string | null;
  /** Numbers above the highest one in use; null where the range is open or nothing is known of its use. */
  readonly left: string | null;
}

export interface Risk {
  /** `blocking`: the migration cannot succeed. `breaking`: something will stop working soon, migrated or not. `watching`: good to know. */
  readonly severity: 'blocking' | 'breaking' | 'watching';
  readonly subject: string;
  readonly message: string;
  readonly advice: string;
}
