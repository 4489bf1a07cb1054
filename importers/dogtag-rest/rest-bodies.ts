// Bodies of Dogtag's REST interface, version 1, as far as an import reads them. Members are looked at one by one: releases differ in what they add.
import { SourceError } from '../import-source.ts';
import type { SourceGroup, SourceRequest, SourceRevocation, SourceRevocationReason, SourceUser } from '../records.ts';

export type Members = Readonly<Record<string, unknown>>;

export function membersOf(value: unknown, what: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new SourceError('malformed', `Dogtag's answer about ${what} is no JSON object`);
}

/** Items of a collection, whose member is called differently from collection to collection; a single one may stand without its list. */
export function listOf(body: Members, ...names: readonly string[]): readonly Members[] {
  for (const name of names) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.map((item) => membersOf(item, name));
  }
  return [];
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Numbers come as decimal, or as hexadecimal after `0x`; as JSON numbers they would have lost digits. */
export function numberOf(value: unknown): bigint | null {
  const text = typeof value === 'number' ? String(value) : (textOf(value) ?? '');
  return /^(?:\d{1,60}|0x[0-9a-f]{1,50})$/i.test(text) ? BigInt(text) : null;
}

/** Milliseconds since 1970, as text (10.x) or number (11.x). */
export function momentOf(value: unknown): Date | null {
  const text = typeof value === 'number' ? String(value) : (textOf(value) ?? '');
  return /^\d{1,15}$/.test(text) ? new Date(Number(text)) : null;
}

/** `Sat Nov 28 02:36:55 UTC 2026`; a zone that JavaScript does not know is taken for UTC. */
export function javaMomentOf(value: unknown): { readonly at: Date; readonly isZoneKnown: boolean } | null {
  const match = /^\w{3} (\w{3} \d{1,2} [\d:]{8}) (\S+) (\d{4})$/.exec(textOf(value) ?? '');
  if (match === null) return null;
  const [, day, zone, year] = match;
  const known = new Date(`${day} ${year} ${zone}`);
  if (!Number.isNaN(known.getTime())) return { at: known, isZoneKnown: true };
  const assumed = new Date(`${day} ${year} UTC`);
  return Number.isNaN(assumed.getTime()) ? null : { at: assumed, isZoneKnown: false };
}

const reasons: readonly SourceRevocationReason[] = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10];

/**
 * Null for one that is not revoked. Reason and the date of CRLs stand in the CRL alone, `listed`; without its entry, the date that clients are told
 * is taken, and what the interface says of the reason.
 */
export function revocationOf(
  line: Members,
  certificate: Members,
  listed: Pick<SourceRevocation, 'reason' | 'revokedAt' | 'invalidityDate'> | null,
): SourceRevocation | null {
  const status = textOf(certificate.Status) ?? textOf(line.Status) ?? '';
  if (!status.startsWith('REVOKED')) return null;
  const told = momentOf(certificate.RevokedOn) ?? momentOf(line.RevokedOn);
  const reason = Number(numberOf(certificate.RevocationReason) ?? 0n);
  const revokedAt = listed?.revokedAt ?? told ?? new Date(0);
  return {
    reason: listed?.reason ?? reasons.find((one) => one === reason) ?? 0,
    revokedAt,
    ...(told !== null && told.getTime() !== revokedAt.getTime() ? { notedAt: told } : {}),
    revokedBy: textOf(certificate.RevokedBy) ?? textOf(line.RevokedBy),
    invalidityDate: listed?.invalidityDate ?? null,
  };
}

export function userOf(
  body: Members,
  certificatesDer: readonly Uint8Array[],
  certificateClaims: readonly string[],
): SourceUser {
  const userId = textOf(body.UserID) ?? textOf(body.id) ?? '';
  return {
    userId,
    fullName: textOf(body.FullName) ?? userId,
    email: textOf(body.Email),
    phone: textOf(body.Phone),
    type: textOf(body.Type),
    state: textOf(body.State),
    certificatesDer,
    certificateClaims,
  };
}

export function groupOf(body: Members, members: readonly Members[]): SourceGroup {
  return {
    name: textOf(body.GroupID) ?? textOf(body.id) ?? '',
    description: textOf(body.Description),
    memberUserIds: members.flatMap(({ id, UserID }) => textOf(id) ?? textOf(UserID) ?? []),
  };
}

const states: readonly SourceRequest['state'][] = [
  'begin',
  'pending',
  'approved',
  'svc_pending',
  'canceled',
  'rejected',
  'complete',
];
const kinds: Readonly<Record<string, SourceRequest['kind']>> = {
  enrollment: 'enrollment',
  renewal: 'renewal',
  revocation: 'revocation',
  unrevocation: 'release',
};

/** `line` is the list's word, `review` the agent's view of the request, null where it has none (revocations). Null for a kind that is unknown here. */
export function requestOf(id: bigint, line: Members, review: Members | null, now: Date): SourceRequest | null {
  const kind = kinds[textOf(line.requestType) ?? ''];
  const state = states.find((one) => one === textOf(line.requestStatus));
  if (kind === undefined || state === undefined) return null;
  const createdAt = javaMomentOf(review?.requestCreationTime)?.at ?? now;
  const serial = numberOf(line.certId);
  const inputs = review === null ? [] : listOf(review, 'Input').flatMap((input) => listOf(input, 'Attribute'));
  return {
    id,
    kind: kind === 'enrollment' && review?.Renewal === true ? 'renewal' : kind,
    state,
    createdAt,
    modifiedAt: javaMomentOf(review?.requestModificationTime)?.at ?? createdAt,
    owner: textOf(review?.requestOwner),
    authorityId: null,
    profileId: textOf(review?.ProfileID),
    policySetId: textOf(review?.profileSetId),
    inputs: Object.fromEntries(
      inputs.flatMap(({ name, Value }): [string, string][] => {
        const [key, value] = [textOf(name), textOf(Value)];
        return key === null || value === null ? [] : [[key, value]];
      }),
    ),
    attributes: {},
    draftDer: null,
    errorMessage: textOf(line.errorMessage),
    failed: textOf(line.operationResult) === 'error',
    certificateSerials: serial === null ? [] : [serial],
    isBare: true,
  };
}
