// Finds the profile that rules a request, for modes and reports that differ per profile.
import type { ProfileId, RaClient, RequestId } from '../contract.ts';
import { cmcProfileOf } from './cmc-paths.ts';
import type { UnauthenticatedRequest } from './gateway-request.ts';
import type { Route } from './route-table.ts';

const numberPattern = /^(?:\d{1,60}|0x[0-9a-f]{1,50})$/i;
const profileIdPattern = /^[\w.-]{1,128}$/;

/**
 * The profile's id as the request names it, or that of the request it is about; null when there is none to be found.
 * Rejects with the authority's CaError when the record cannot be read.
 */
export async function findRequestProfile(
  { profile }: Pick<Route, 'profile'>,
  request: UnauthenticatedRequest,
  ra: Pick<RaClient, 'findRequest'>,
): Promise<ProfileId | null> {
  switch (profile) {
    case null:
      return null;
    case 'path':
      return asProfileId(request.parameters.id);
    case 'form':
      return asProfileId(request.form.get('profileId')?.[0]);
    case 'cmc-path':
      return asProfileId(cmcProfileOf(request));
    case 'rest-body':
      return asProfileId(profileInRestBody(request));
    case 'request-record': {
      const id = parseRecordNumber(requestNumberIn(request));
      return id === null ? null : ((await ra.findRequest(id as RequestId))?.profileId ?? null);
    }
  }
}

/** As REST names it in the path and servlets in their forms: the older ones call it a sequence number. */
export function requestNumberIn({ parameters, form }: UnauthenticatedRequest): string | undefined {
  return parameters.id ?? (form.get('requestId') ?? form.get('seqNum'))?.[0]?.trim();
}

/** A request's or certificate's number as Dogtag reads it: decimal, or hexadecimal with 0x. Null for anything else. */
export function parseRecordNumber(text: string | undefined): bigint | null {
  return text !== undefined && numberPattern.test(text) ? BigInt(text) : null;
}

function asProfileId(text: string | undefined): ProfileId | null {
  return text !== undefined && profileIdPattern.test(text) ? (text as ProfileId) : null;
}

/** Only the one member is of interest here; whether the rest of the body is sound is for the handler to say. */
function profileInRestBody({ headers, body }: UnauthenticatedRequest): string | undefined {
  if (headers['content-type']?.toLowerCase().includes('xml') === true)
    return /<ProfileID>\s*([^<]*?)\s*<\/ProfileID>/.exec(body.toString('latin1'))?.[1];
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value !== 'object' || value === null || !('ProfileID' in value)) return undefined;
    return typeof value.ProfileID === 'string' ? value.ProfileID : undefined;
  } catch {
    return undefined;
  }
}
