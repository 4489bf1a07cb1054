// What comparing a source with the record found, as data; `format-verification.ts` writes it for people.

/** One object that is not the same on both sides, or is not what it should be on either. */
export interface Difference {
  /** Serial number or request number in decimal, or a name. */
  readonly object: string;
  /**
   * `missing`: in the source alone; `extra`: in the record alone; `unreadable`: an entry of the source of which no object can be made; `repeated`: a second
   * entry of the source with the same number; `signature`: nobody who may have issued it has signed it; else the part that differs, in the record's words.
   */
  readonly part: string;
  /** Both values as they can be shown: shortened around the first place where they part, and digests of what may be confidential. */
  readonly source: string;
  readonly record: string;
  /** Which octet, character, line or name differs; null when the values say it all. */
  readonly detail: string | null;
  /** Why this is no fault, or null when it is one. */
  readonly explanation: string | null;
  /** What to do about it; null when it is explained. */
  readonly nextStep: string | null;
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
  /** Of those in the record: made here and not known to the source. They are not compared, and no difference. */
  readonly madeHereCount: number;
  /** Ranges for numbered kinds, else empty. */
  readonly ranges: readonly VerifiedRange[];
  /** All of them, explained ones too. */
  readonly differenceCount: number;
  readonly explainedCount: number;
  /** The first ones. */
  readonly differences: readonly Difference[];
}

export interface VerifiedCrl extends Pick<VerifiedKind, 'differenceCount' | 'explainedCount' | 'differences'> {
  readonly issuingPoint: string;
  readonly crlNumber: string;
  readonly thisUpdate: string | null;
  /** Certificates on the source's CRL. */
  readonly sourceCount: number;
  /** Certificates on the CRL that this side would have published at that moment. */
  readonly recordCount: number;
}

/** Signatures of certificates in the record, each verified with the key of whoever issued it. */
export interface VerifiedSignatures {
  readonly checked: number;
  readonly bad: number;
}

export interface Verification {
  readonly source: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** True when every difference is explained. */
  readonly isEqual: boolean;
  readonly kinds: readonly VerifiedKind[];
  readonly crls: readonly VerifiedCrl[];
  readonly signatures: VerifiedSignatures;
  /** Certificates read once more, one by one, from both sides: SHA-256 of their DER. */
  readonly samples: readonly {
    readonly serialNumber: string;
    readonly source: string | null;
    readonly record: string | null;
  }[];
}

/** Most differences of a kind that are listed; all are counted. */
export const differencesMax = 10_000;
