// What comparing a source with the record found, as data; `format-verification.ts` writes it for people.

/** One object that is not the same on both sides. */
export interface Difference {
  /** Serial number or request number in decimal, or a name. */
  readonly object: string;
  /** `missing`: in the source alone; `extra`: in the record alone; else the part that differs, in the record's words. */
  readonly part: string;
  readonly source: string;
  readonly record: string;
  /** Why this is no fault, or null when it is one. */
  readonly explanation: string | null;
}

/** A stretch of numbers as both sides hold it. */
export interface VerifiedRange {
  /** Decimal, inclusive. */
  readonly from: string;
  readonly to: string;
  readonly sourceCount: number;
  readonly recordCount: number;
  /** SHA-256 over every compared value of every object, ascending. Equal digests are equal objects. */
  readonly sourceDigest: string;
  readonly recordDigest: string;
}

export interface VerifiedKind {
  readonly kind: string;
  readonly sourceCount: number;
  readonly recordCount: number;
  /** Ranges for numbered kinds, else empty. */
  readonly ranges: readonly VerifiedRange[];
  /** All of them, explained ones too. */
  readonly differenceCount: number;
  readonly explainedCount: number;
  /** The first ones. */
  readonly differences: readonly Difference[];
}

export interface VerifiedCrl extends Omit<VerifiedKind, 'kind' | 'ranges'> {
  readonly issuingPoint: string;
  readonly crlNumber: string;
  readonly thisUpdate: string | null;
}

export interface Verification {
  readonly source: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** True when every difference is explained. */
  readonly isEqual: boolean;
  readonly kinds: readonly VerifiedKind[];
  readonly crls: readonly VerifiedCrl[];
  /** Certificates read once more, one by one, from both sides: SHA-256 of their DER. */
  readonly samples: readonly {
    readonly serialNumber: string;
    readonly source: string | null;
    readonly record: string | null;
  }[];
}

/** Most differences of a kind that are listed; all are counted. */
export const differencesMax = 10_000;
