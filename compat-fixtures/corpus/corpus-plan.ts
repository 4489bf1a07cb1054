// What a corpus is to contain: for each number, by the seed alone, what kind of certificate or request it is and whether it is broken.
import { type CertificateBreakage, certificateBreakages } from './broken-certificates.ts';
import { canBreakRequest, type RequestBreakage, requestBreakages } from './broken-requests.ts';
import { SeededNumbers } from './seeded-numbers.ts';

/** The wishes of who has a corpus made; everything in it follows from them and from the templates. */
export interface CorpusWish {
  readonly seed: number;
  /** Entries to be made beside the real ones. */
  readonly certificates: number;
  readonly requests: number;
  /** Share of broken entries among those made, 0 to 1. */
  readonly brokenShare: number;
  /** How many entries of each of the two kinds hold an attribute of 10 MB; none when nothing is to be broken. */
  readonly hugeEntries: number;
  /** `sequential` as in 10.x; `random` 128-bit numbers as in 11.x. */
  readonly serialNumbers: 'sequential' | 'random';
  /** The day that counts as today, in milliseconds since 1970: expired and revoked is what was so by then. */
  readonly todayMs: number;
}

export const certificateStates = {
  valid: 60,
  expired: 14,
  'not-yet-valid': 1,
  revoked: 16,
  'on-hold': 4,
  'revoked-expired': 5,
} as const;
export type CertificateState = keyof typeof certificateStates;

/** Reasons of RFC 5280 section 5.3.1 that a revoked certificate can have; holds are a state of their own. */
export const finalReasons = [0, 1, 2, 3, 4, 5, 9, 10] as const;

export const certificateOddities = {
  ordinary: 880,
  'netscape-cert-type': 20,
  'unknown-critical-extension': 15,
  'no-extensions': 10,
  'many-names': 10,
  'long-subject': 10,
  'rare-string-types': 15,
  'version-1': 10,
  'elliptic-curve-key': 30,
} as const;
export type CertificateOddity = keyof typeof certificateOddities;

export const certificateIssuers = { host: 93, 'sub-authority': 5, 'former-authority': 2 } as const;
export type CertificateIssuer = keyof typeof certificateIssuers;

export interface CertificatePlan {
  readonly index: number;
  /** The first two certify issuers: a lightweight authority, and one that has been deleted since. */
  readonly role: 'end-entity' | 'sub-authority' | 'former-authority';
  readonly state: CertificateState;
  readonly issuer: CertificateIssuer;
  readonly oddity: CertificateOddity;
  readonly breakage: CertificateBreakage | null;
}

export const requestPlanKinds = {
  'enrollment-complete': 660,
  'enrollment-pending': 40,
  'enrollment-rejected': 40,
  'enrollment-canceled': 30,
  'enrollment-failed': 20,
  'enrollment-begin': 5,
  'enrollment-approved': 5,
  'enrollment-svc_pending': 5,
  'renewal-complete': 60,
  'renewal-pending': 5,
  'revocation-complete': 90,
  'revocation-failed': 10,
  'release-complete': 30,
} as const;
export type RequestPlanKind = keyof typeof requestPlanKinds;

export interface RequestPlan {
  readonly index: number;
  readonly kind: RequestPlanKind;
  readonly breakage: RequestBreakage | null;
}

/** Corpora smaller than this have no authorities of their own. */
const withAuthoritiesFrom = 10;

export function hasAuthorities({ certificates }: CorpusWish): boolean {
  return certificates >= withAuthoritiesFrom;
}

export function planCertificate(wish: CorpusWish, index: number): CertificatePlan {
  const role = hasAuthorities(wish) && index < 2 ? authorityRole(index) : 'end-entity';
  const numbers = new SeededNumbers(wish.seed, 'certificate-plan', index);
  const drawn = numbers.weighted(certificateStates);
  const issuer = numbers.weighted(certificateIssuers);
  const oddity = numbers.weighted(certificateOddities);
  if (role !== 'end-entity') return { index, role, state: 'valid', issuer: 'host', oddity: 'ordinary', breakage: null };
  const breakage = planBreakage(wish, index, numbers);
  // What is said of a broken one must not depend on whether its issuer is known already.
  const isByOther = hasAuthorities(wish) && breakage === null;
  // Nor may it be revoked before it is valid, or after today.
  const state = breakage !== null && drawn === 'not-yet-valid' ? 'valid' : drawn;
  return { index, role, state, issuer: isByOther ? issuer : 'host', oddity, breakage };
}

function authorityRole(index: number): CertificatePlan['role'] {
  return index === 0 ? 'sub-authority' : 'former-authority';
}

function planBreakage(wish: CorpusWish, index: number, numbers: SeededNumbers): CertificateBreakage | null {
  if (isHuge(wish, index, wish.certificates)) return 'huge-certificate';
  if (numbers.fraction() >= wish.brokenShare) return null;
  const breakage = numbers.weighted(weightsOf(certificateBreakages));
  if (breakage !== 'duplicate-serial') return breakage;
  // Its other half is the entry before it, which has to be sound.
  return index > 0 && planCertificate(wish, index - 1).breakage === null ? breakage : 'truncated-der';
}

export function planRequest(wish: CorpusWish, index: number): RequestPlan {
  const numbers = new SeededNumbers(wish.seed, 'request-plan', index);
  const kind = numbers.weighted(requestPlanKinds);
  if (isHuge(wish, index, wish.requests)) return { index, kind, breakage: 'huge-value' };
  const isBroken = numbers.fraction() < wish.brokenShare;
  const breakage = isBroken ? numbers.weighted(weightsOf(requestBreakages)) : null;
  const isFitting = breakage === null || canBreakRequest(breakage, kind);
  return { index, kind: isFitting ? kind : 'enrollment-complete', breakage };
}

/** Spread over the whole row; index 0 and 1 are left to the authorities. */
function isHuge({ brokenShare, hugeEntries }: CorpusWish, index: number, count: number): boolean {
  if (brokenShare <= 0 || hugeEntries <= 0 || count < 4) return false;
  const places = Array.from({ length: hugeEntries }, (_, i) =>
    Math.max(2, Math.floor(((i + 0.5) * count) / hugeEntries)),
  );
  return places.includes(index);
}

function weightsOf<Name extends string>(
  breakages: Readonly<Record<Name, { readonly weight: number }>>,
): Record<Name, number> {
  const pairs = Object.entries<{ readonly weight: number }>(breakages).map(([name, { weight }]) => [name, weight]);
  return Object.fromEntries(pairs) as Record<Name, number>;
}
