// The kinds of entries that are kept as they came: where each stands in Dogtag's directory, what of it is shown, what is left out and why. A new kind
// is a row here, a name in `importers/records.ts` and one in `ca-core/engine/model/kept-entry.ts`.
// Ruled by base/{ca,kra,acme}/database/ds/create.ldif, base/server/database/ds/schema.ldif and base/acme/database/ds/schema.ldif.
import {
  baseName,
  type DirectoryLayout,
  parseDecimal,
  parseEntryName,
  parsePrefixedNumber,
  pickAttributes,
} from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import type { KeptSourceKind, SourceKeptEntry } from '../records.ts';

export interface KeptPlace {
  readonly dn: string;
  /** `children`: entries below it; `entry`: it itself. */
  readonly holds: 'children' | 'entry';
  /** Of the entries; `*` takes any. */
  readonly objectClass: string;
  /** Attribute by which many of them are read in order of their numbers. */
  readonly numberedBy?: 'serialno' | 'requestId';
}

interface KeptKindRow {
  readonly places: (layout: DirectoryLayout) => readonly KeptPlace[];
  /** Attributes that show what the entry is; the first one that is there counts. */
  readonly state?: readonly string[];
  readonly owner?: readonly string[];
  readonly algorithm?: readonly string[];
  readonly size?: readonly string[];
}

const children = (dn: string, objectClass = '*'): KeptPlace => ({ dn, holds: 'children', objectClass });
const itself = (dn: string): KeptPlace => ({ dn, holds: 'entry', objectClass: '*' });

export const keptKindRows: Readonly<Record<KeptSourceKind, KeptKindRow>> = {
  'number-counter': {
    places: ({ certificates, requests, issuingPoints, replicas, rangesOfSecondKind, keyRecovery }) =>
      [
        certificates,
        requests,
        issuingPoints,
        replicas,
        ...['certificateRepository', 'requests'].map((name) => `ou=${name},${rangesOfSecondKind}`),
        `ou=keyRepository,ou=kra,${keyRecovery}`,
        `ou=kra,ou=requests,${keyRecovery}`,
        `ou=replica,${keyRecovery}`,
        ...['keyRepository', 'requests'].map((name) => `ou=${name},ou=ranges_v2,${keyRecovery}`),
      ].map(itself),
    // How numbers are drawn: random or sequential.
    state: ['description'],
  },
  'number-range': {
    places: ({ ranges, rangesOfSecondKind, keyRecovery }) =>
      [
        ...['certificateRepository', 'requests', 'replica'].map((name) => `ou=${name},${ranges}`),
        ...['certificateRepository', 'requests'].map((name) => `ou=${name},${rangesOfSecondKind}`),
        ...['keyRepository', 'requests', 'replica'].map((name) => `ou=${name},ou=ranges,${keyRecovery}`),
        ...['keyRepository', 'requests'].map((name) => `ou=${name},ou=ranges_v2,${keyRecovery}`),
      ].map((dn) => children(dn, 'pkiRange')),
    owner: ['host'],
  },
  'cross-certificates': {
    places: ({ crossCertificates, keyRecovery }) => [itself(crossCertificates), itself(`cn=crossCerts,${keyRecovery}`)],
  },
  'kra-user': {
    places: ({ keyRecovery }) => [children(`ou=people,${keyRecovery}`, 'inetOrgPerson')],
    state: ['userstate'],
  },
  'kra-group': { places: ({ keyRecovery }) => [children(`ou=groups,${keyRecovery}`, 'groupOfUniqueNames')] },
  'kra-access-rules': { places: ({ keyRecovery }) => [itself(`cn=aclResources,${keyRecovery}`)] },
  'kra-key': {
    places: ({ keyRecovery }) => [
      { ...children(`ou=keyRepository,ou=kra,${keyRecovery}`, 'keyRecord'), numberedBy: 'serialno' },
    ],
    state: ['status', 'keyState'],
    owner: ['ownerName', 'archivedBy'],
    algorithm: ['algorithm'],
    size: ['keySize'],
  },
  'kra-request': {
    places: ({ keyRecovery }) => [
      { ...children(`ou=kra,ou=requests,${keyRecovery}`, 'request'), numberedBy: 'requestId' },
    ],
    state: ['requestState'],
    owner: ['requestOwner'],
    algorithm: ['requestType'],
  },
  'acme-settings': { places: ({ acme }) => [itself(`ou=config,${acme}`)], state: ['acmeEnabled'] },
  'acme-account': { places: ({ acme }) => [children(`ou=accounts,${acme}`)], state: ['acmeStatus'] },
  'acme-order': {
    places: ({ acme }) => [children(`ou=orders,${acme}`)],
    state: ['acmeStatus'],
    owner: ['acmeAccountId'],
  },
  'acme-authorization': {
    places: ({ acme }) => [children(`ou=authorizations,${acme}`)],
    state: ['acmeStatus'],
    owner: ['acmeAccountId'],
  },
  'acme-challenge': {
    places: ({ acme }) => [children(`ou=challenges,${acme}`)],
    state: ['acmeStatus'],
    owner: ['acmeAccountId'],
  },
  'acme-certificate': { places: ({ acme }) => [children(`ou=certificates,${acme}`)] },
};

/** Passwords are Dogtag's alone, even as hashes. */
const withheld = new Set(['userpassword']);

/** Null when the entry has no name of its own (its DN is none). */
export function keptEntryOf(
  kind: KeptSourceKind,
  layout: DirectoryLayout,
  entry: DirectoryEntry,
): SourceKeptEntry | null {
  const row = keptKindRows[kind];
  const name = keptNameOf(kind, layout, entry.dn);
  if (name === null) return null;
  const first = (attributes: readonly string[] = []) =>
    attributes.map((attribute) => entry.findText(attribute)).find((text) => text !== null) ?? null;
  return {
    name,
    state: first(row.state),
    owner: first(row.owner),
    algorithm: first(row.algorithm),
    size: numberOf(first(row.size)),
    content: pickAttributes(entry, (description) => !withheld.has(baseName(description))),
  };
}

/** Where entries of a kind stand in several places, or are a place themselves, the name tells the place too. */
export function keptNameOf(kind: KeptSourceKind, layout: DirectoryLayout, dn: string): string | null {
  const places = keptKindRows[kind].places(layout);
  const parts = parseEntryName(dn);
  const [own] = parts ?? [];
  if (parts === null || own === undefined) return null;
  const [only] = places;
  if (places.length === 1 && only?.holds === 'children') return own.value;
  const depth = parts.length - (parseEntryName(layout.base)?.length ?? 0);
  return parts
    .slice(0, Math.max(depth, 1))
    .map(({ attribute, value }) => `${attribute}=${value}`)
    .join(',');
}

/** Key sizes are plain decimals, but for servers that write them as other numbers. */
function numberOf(text: string | null): bigint | null {
  if (text === null) return null;
  return parseDecimal(text) ?? parsePrefixedNumber(text);
}
