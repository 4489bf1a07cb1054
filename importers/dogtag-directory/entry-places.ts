// Which entry holds an object, and which object an entry holds.
import { type DirectoryLayout, escapeNameValue, normalizeEntryName, parseEntryName } from '#codecs/dogtag-directory';
import type { SourceName } from '../import-source.ts';
import { keptSourceKinds, type SourceKind } from '../records.ts';
import { keptKindRows } from './kept-kinds.ts';

/** Name of the entry of an object. */
export function entryNameOf(name: SourceName, layout: DirectoryLayout): string {
  const { certificates, requests, profiles, users, groups, authorities, issuingPoints } = layout;
  switch (name.kind) {
    case 'certificate':
      return `cn=${name.serialNumber},${certificates}`;
    case 'request':
      return `cn=${name.id},${requests}`;
    case 'user':
      return `uid=${escapeNameValue(name.name)},${users}`;
    case 'profile':
      return `cn=${escapeNameValue(name.name)},${profiles}`;
    case 'group':
      return `cn=${escapeNameValue(name.name)},${groups}`;
    case 'authority':
      return `cn=${escapeNameValue(name.name)},${authorities}`;
    case 'crl':
      return `cn=${escapeNameValue(name.name)},${issuingPoints}`;
  }
}

/** What an entry holds, by its place: the kind, and the number of a certificate or request as far as it is one. Null for entries of no interest. */
export function placeOfEntry(
  dn: string,
  layout: DirectoryLayout,
): { readonly kind: SourceKind; readonly number: bigint | null } | null {
  const name = normalizeEntryName(dn);
  if (name === normalizeEntryName(layout.accessRules)) return { kind: 'access-rule', number: null };
  if (name.endsWith(`,${normalizeEntryName(layout.securityDomain)}`)) return { kind: 'domain-host', number: null };
  for (const [kind, container] of containersOf(layout)) {
    const suffix = `,${normalizeEntryName(container)}`;
    if (!name.endsWith(suffix)) continue;
    const parts = parseEntryName(dn) ?? [];
    const isChild = parts.length === (parseEntryName(container)?.length ?? 0) + 1;
    if (isChild) return { kind, number: findNumber(parts[0]?.value) };
  }
  return placeOfKept(name, layout);
}

/** Entries that are kept as they came have no number here: what of them was touched is told by `readChanges`. */
function placeOfKept(
  name: string,
  layout: DirectoryLayout,
): { readonly kind: SourceKind; readonly number: null } | null {
  for (const kind of keptSourceKinds)
    for (const { dn, holds } of keptKindRows[kind].places(layout)) {
      const place = normalizeEntryName(dn);
      if (holds === 'entry' ? name === place : name.endsWith(`,${place}`)) return { kind, number: null };
    }
  return null;
}

function containersOf(layout: DirectoryLayout): readonly (readonly [SourceKind, string])[] {
  return [
    ['certificate', layout.certificates],
    ['request', layout.requests],
    ['profile', layout.profiles],
    ['user', layout.users],
    ['group', layout.groups],
    ['authority', layout.authorities],
    ['crl', layout.issuingPoints],
  ];
}

function findNumber(text: string | undefined): bigint | null {
  return text !== undefined && /^(0|[1-9][0-9]{0,119})$/.test(text) ? BigInt(text) : null;
}
