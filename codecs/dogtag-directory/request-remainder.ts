// What a request's entry holds and a RequestEntry does not: attributes outside of the pairs, values that are no text, several values of one name.
import { type DirectoryEntry, decodeUtf8, rememberByDescription } from '#codecs/ldif';
import { isPair, pairNameOf } from './extension-data.ts';
import { isOperationalAttribute, pickAttributes } from './operational-attributes.ts';
import { parseDecimal, parsePrefixedNumber } from './prefixed-number.ts';
import type { RequestEntry } from './request-entry.ts';
import { isSecretName } from './request-names.ts';
import { type DirectoryTimeZone, parseDirectoryDate } from './time-zone.ts';

const plainClasses = new Set(['top', 'request', 'extensibleobject']);
const typeOfKind: Readonly<Record<RequestEntry['kind'], string>> = {
  enrollment: 'enrollment',
  renewal: 'renewal',
  revocation: 'revocation',
  release: 'unrevocation',
};

/** Pairs that a request holds in another form, so that its own value tells whether nothing was lost. All others stand in it as they came. */
const isHeldOtherwise = new Map<string, (text: string, request: RequestEntry) => boolean>([
  ['requestid', (text, { id }) => parseDecimal(text) === id],
  ['requeststatus', (text, { state }) => text === state],
  ['requesttype', (text, { kind }) => text === typeOfKind[kind]],
  ['req_x509info', (_, { draftDer }) => draftDer !== null],
  // The certificate's own entry has the same octets.
  [
    'req_issued_cert',
    (_, { kind, certificateSerials }) => (kind === 'enrollment' || kind === 'renewal') && certificateSerials.length > 0,
  ],
]);

/**
 * The entry with every attribute that `request`, which was made of it, does not hold; null when it holds everything. `lost` names pairs of which that is
 * known already. `request` null: nothing could be made of the entry, so all of it is left. Secrets of the requester are not among it.
 */
export function findRequestRemainder(
  entry: DirectoryEntry,
  request: RequestEntry | null,
  lost: ReadonlySet<string>,
  zone: DirectoryTimeZone,
): DirectoryEntry | null {
  const left = new Set<string>();
  for (const [description, values] of entry.attributes()) {
    if (request !== null && lost.size === 0 && isPair(description) && formOf(description) === null) continue;
    const isLost =
      request === null ||
      lost.has(description) ||
      (isPair(description)
        ? !isHeldPair(description, values, request)
        : !isHeldAttribute(description.toLowerCase(), values, request, zone) && !isOperationalAttribute(description));
    if (isLost && !isSecret(description)) left.add(description);
  }
  return left.size === 0 ? null : pickAttributes(entry, (description) => left.has(description));
}

function isSecret(description: string): boolean {
  return isSecretName(isPair(description) ? pairNameOf(description) : description.toLowerCase());
}

/** How a pair that does not stand in the request as it is can be told from it; null for all others, which are nearly all. */
const formOf = rememberByDescription((description) => isHeldOtherwise.get(pairNameOf(description)) ?? null);

function isHeldPair(description: string, values: readonly Uint8Array[], request: RequestEntry): boolean {
  const isHeld = formOf(description);
  if (isHeld === null) return true;
  const text = decodeUtf8(values[0] ?? new Uint8Array());
  return text !== null && isHeld(text, request);
}

function isHeldAttribute(
  name: string,
  values: readonly Uint8Array[],
  request: RequestEntry,
  zone: DirectoryTimeZone,
): boolean {
  if (name === 'objectclass')
    return values.every((value) => plainClasses.has(Buffer.from(value).toString('latin1').toLowerCase()));
  const [value] = values;
  const text = value === undefined || values.length > 1 ? null : decodeUtf8(value);
  if (text === null) return false;
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
