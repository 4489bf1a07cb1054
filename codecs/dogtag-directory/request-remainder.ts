// What a request's entry holds and a RequestEntry does not: attributes outside of the pairs, values that are no text, several values of one name.
import { type DirectoryEntry, decodeUtf8 } from '#codecs/ldif';
import { decodeExtensionDataKey } from './extension-data.ts';
import { pickAttributes } from './operational-attributes.ts';
import { parseDecimal, parsePrefixedNumber } from './prefixed-number.ts';
import type { RequestEntry } from './request-entry.ts';
import { isSecretName, spellRequestName } from './request-names.ts';
import { type DirectoryTimeZone, parseDirectoryDate } from './time-zone.ts';

const attributePrefix = 'extdata-';
const plainClasses = new Set(['top', 'request', 'extensibleobject']);
const typeOfKind: Readonly<Record<RequestEntry['kind'], string>> = {
  enrollment: 'enrollment',
  renewal: 'renewal',
  revocation: 'revocation',
  release: 'unrevocation',
};

/**
 * The entry with every attribute that `request`, which was made of it, does not hold; null when it holds everything. `request` null: nothing could be
 * made of the entry, so all of it is left. Secrets of the requester are not among it.
 */
export function findRequestRemainder(
  entry: DirectoryEntry,
  request: RequestEntry | null,
  zone: DirectoryTimeZone,
): DirectoryEntry | null {
  const lost = new Set<string>();
  for (const [description, values] of entry.attributes())
    if (!isSecret(description) && (request === null || !isHeld(description, values, request, zone)))
      lost.add(description);
  if (lost.size === 0) return null;
  const remainder = pickAttributes(entry, (description) => lost.has(description));
  return remainder.attributes().next().done === true ? null : remainder;
}

function isSecret(description: string): boolean {
  return isSecretName(pairNameOf(description) ?? description.toLowerCase());
}

/** Name of a pair in lower case, nested ones as `name;key`; null for an attribute that is no pair. */
function pairNameOf(description: string): string | null {
  if (!description.toLowerCase().startsWith(attributePrefix)) return null;
  return description
    .slice(attributePrefix.length)
    .split(';')
    .map((part) => decodeExtensionDataKey(part).toLowerCase())
    .join(';');
}

function isHeld(
  description: string,
  values: readonly Uint8Array[],
  request: RequestEntry,
  zone: DirectoryTimeZone,
): boolean {
  const lower = description.toLowerCase();
  if (lower === 'objectclass')
    return values.every((value) => plainClasses.has(Buffer.from(value).toString('latin1').toLowerCase()));
  const [value] = values;
  if (values.length > 1 || value === undefined) return false;
  const text = decodeUtf8(value);
  if (text === null) return false;
  const pair = pairNameOf(description);
  return pair === null ? isHeldAttribute(lower, text, request, zone) : isHeldPair(pair, text, request);
}

function isHeldAttribute(name: string, text: string, request: RequestEntry, zone: DirectoryTimeZone): boolean {
  const isDate = (date: Date) => parseDirectoryDate(text, zone)?.getTime() === date.getTime();
  switch (name) {
    case 'cn':
      return parseDecimal(text) === request.id;
    case 'requestid':
      return parsePrefixedNumber(text) === request.id;
    case 'requeststate':
      return text === request.state;
    case 'requesttype':
      return text === typeOfKind[request.kind];
    case 'requestowner':
      return text === request.owner;
    case 'dateofcreate':
      return isDate(request.createdAt);
    case 'dateofmodify':
      return isDate(request.modifiedAt);
    default:
      return false;
  }
}

/** Those with a member of their own are in it; the others stand among inputs or attributes, as they came. */
function isHeldPair(name: string, text: string, request: RequestEntry): boolean {
  switch (name) {
    case 'profileid':
      return text === request.profileId;
    case 'profilesetid':
      return text === request.policySetId;
    case 'req_authority_id':
      return text === request.authorityId;
    case 'error':
      return text === request.errorMessage;
    case 'requestid':
      return parseDecimal(text) === request.id;
    case 'requeststatus':
      return text === request.state;
    case 'requesttype':
      return text === typeOfKind[request.kind];
    case 'req_x509info':
      return request.draftDer !== null;
    case 'req_issued_cert':
      // The certificate's own entry has the same octets.
      return (request.kind === 'enrollment' || request.kind === 'renewal') && request.certificateSerials.length > 0;
    default: {
      const spelled = spellRequestName(name);
      const { inputs, attributes } = request;
      return (
        (Object.hasOwn(attributes, spelled) && attributes[spelled] === text) ||
        (Object.hasOwn(inputs, spelled) && inputs[spelled] === text)
      );
    }
  }
}
