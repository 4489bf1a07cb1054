// Accounts for every entry under the base: taken as what, or left out why. A container that nobody has thought of shows as one of neither.
import { type DirectoryLayout, normalizeEntryName } from '#codecs/dogtag-directory';
import { keptSourceKinds, type SourceAccountLine, type SourceKind } from '../records.ts';
import type { DirectoryReader, SurveyedEntry } from './directory-reader.ts';
import { type KeptPlace, keptKindRows } from './kept-kinds.ts';

interface KindPlace extends KeptPlace {
  readonly kind: SourceKind;
}

/** Where records of each kind stand; kept kinds have a table of their own. */
function placesOf(layout: DirectoryLayout): readonly KindPlace[] {
  const below = (kind: SourceKind, dn: string, objectClass: string): KindPlace => ({
    kind,
    dn,
    holds: 'children',
    objectClass,
  });
  return [
    { ...below('certificate', layout.certificates, 'certificateRecord'), numberedBy: 'serialno' },
    { ...below('request', layout.requests, 'request'), numberedBy: 'requestId' },
    below('profile', layout.profiles, 'certProfile'),
    below('user', layout.users, 'inetOrgPerson'),
    below('group', layout.groups, 'groupOfUniqueNames'),
    below('authority', layout.authorities, 'authority'),
    below('crl', layout.issuingPoints, 'crlIssuingPointRecord'),
    { kind: 'access-rule', dn: layout.accessRules, holds: 'entry', objectClass: 'CertACLS' },
    { kind: 'domain-host', dn: layout.securityDomain, holds: 'entry', objectClass: 'pkiSecurityDomain' },
    ...['CA', 'OCSP', 'KRA', 'RA', 'TKS', 'TPS'].map((name) =>
      below('domain-host', `cn=${name}List,${layout.securityDomain}`, 'pkiSubsystem'),
    ),
    ...keptSourceKinds.flatMap((kind) => keptKindRows[kind].places(layout).map((place) => ({ ...place, kind }))),
  ];
}

const tombstoneReason = 'deleted; the directory remembers it for its replicas';
const frameReason = 'a container; what it holds is accounted for below it';
const unseenReason = "entries below these could not be looked for: the server's limits forbid the search";

/** What ends by itself, or is the directory's own. The first row that fits counts. */
const leftOut: readonly {
  readonly reason: string;
  readonly fits: (entry: SurveyedEntry, parentKey: string, layout: DirectoryLayout) => boolean;
}[] = [
  { reason: tombstoneReason, fits: (entry) => hasClass(entry, 'nsTombstone') },
  {
    reason: 'one of two entries that replicas made under one name; the other one is taken',
    fits: ({ dn }) => /^[^,]*nsuniqueid=/i.test(dn),
  },
  { reason: 'a sign of life between replicas', fits: ({ dn }) => /^cn=repl keep alive [0-9]+,/i.test(dn) },
  {
    reason: 'a session of an installer, which ends within minutes',
    fits: (_, parentKey, { sessions }) => parentKey === normalizeEntryName(sessions),
  },
  {
    reason: 'a nonce of ACME, which is used once within minutes',
    fits: (_, parentKey, { acme }) => parentKey === normalizeEntryName(`ou=nonces,${acme}`),
  },
];

/** One line for each container, class of entries in it and what becomes of them; unknown ones first. Rejects with SourceError. */
export async function accountForEntries(
  reader: DirectoryReader,
  layout: DirectoryLayout,
): Promise<readonly SourceAccountLine[]> {
  const judge = new Judge(layout);
  const account = new Account();
  const listed = new Map<string, number>();
  const numbered = judge.places.filter(({ numberedBy }) => numberedBy !== undefined);
  const places = numbered.map(({ dn }) => dn);
  for await (const { entries, unseen } of reader.surveyTree(layout.base, places)) {
    if (unseen !== null) account.add(unseen, '', { kind: null, reason: unseenReason }, 0);
    for (const entry of entries) {
      const parent = parentOf(entry.dn) ?? '';
      const parentKey = normalizeEntryName(parent);
      listed.set(parentKey, (listed.get(parentKey) ?? 0) + 1);
      account.add(parent, tellingClasses(entry), judge.judge(entry, parentKey));
    }
  }
  // Of containers with many entries only those were listed that hold others themselves. All of them are read by their numbers, and counted here.
  for (const { kind, dn, objectClass } of numbered) {
    const more = ((await reader.countChildren(dn)) ?? 0) - (listed.get(normalizeEntryName(dn)) ?? 0);
    if (more > 0) account.add(dn, objectClass.toLowerCase(), { kind, reason: null }, more);
  }
  const tombstones = await reader.countTombstones(layout.base);
  if (tombstones > 0) account.add(layout.base, 'nstombstone', { kind: null, reason: tombstoneReason }, tombstones);
  return account.lines();
}

type Verdict = Pick<SourceAccountLine, 'kind' | 'reason'>;

class Judge {
  readonly places: readonly KindPlace[];
  readonly #layout: DirectoryLayout;
  readonly #byKey = new Map<string, KindPlace[]>();
  /** Containers above what is read, and of what is left out. */
  readonly #frame = new Set<string>();

  constructor(layout: DirectoryLayout) {
    this.#layout = layout;
    this.places = placesOf(layout);
    for (const place of this.places) {
      const key = placeKey(place.holds, normalizeEntryName(place.dn));
      this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), place]);
      this.#addFrame(place.holds === 'children' ? place.dn : parentOf(place.dn));
    }
    this.#addFrame(layout.sessions);
    this.#addFrame(`ou=nonces,${layout.acme}`);
  }

  judge(entry: SurveyedEntry, parentKey: string): Verdict {
    const reason = leftOut.find(({ fits }) => fits(entry, parentKey, this.#layout))?.reason;
    if (reason !== undefined) return { kind: null, reason };
    const key = normalizeEntryName(entry.dn);
    const places = [
      ...(this.#byKey.get(placeKey('entry', key)) ?? []),
      ...(this.#byKey.get(placeKey('children', parentKey)) ?? []),
    ];
    const place = places.find(({ objectClass }) => objectClass === '*' || hasClass(entry, objectClass));
    if (place !== undefined) return { kind: place.kind, reason: null };
    return { kind: null, reason: this.#frame.has(key) ? frameReason : null };
  }

  #addFrame(lowest: string | null): void {
    const top = normalizeEntryName(this.#layout.base);
    for (let dn = lowest; dn !== null; dn = parentOf(dn)) {
      const key = normalizeEntryName(dn);
      this.#frame.add(key);
      if (key === top) return;
    }
  }
}

class Account {
  readonly #lines = new Map<string, SourceAccountLine & { count: number }>();

  add(container: string, objectClass: string, { kind, reason }: Verdict, count = 1): void {
    const key = JSON.stringify([normalizeEntryName(container), objectClass, kind, reason]);
    const line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, { container, objectClass, kind, reason, count });
    else line.count += count;
  }

  lines(): readonly SourceAccountLine[] {
    const order = ({ container, kind, reason }: SourceAccountLine) => [
      kind === null && reason === null ? '0' : '1',
      container.toLowerCase().split(',').reverse().join(),
    ];
    return [...this.#lines.values()]
      .map((line) => ({ line, key: JSON.stringify([...order(line), line.objectClass]) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ line }) => line);
  }
}

const placeKey = (holds: KeptPlace['holds'], key: string) => `${holds} ${key}`;

function hasClass({ objectClasses }: SurveyedEntry, objectClass: string): boolean {
  const wanted = objectClass.toLowerCase();
  return objectClasses.some((one) => one.toLowerCase() === wanted);
}

/** In lower case, without the one that every entry has. */
function tellingClasses({ objectClasses }: SurveyedEntry): string {
  const telling = objectClasses.map((one) => one.toLowerCase()).filter((one) => one !== 'top');
  return [...new Set(telling)].sort().join(' ');
}

/** Name of the entry above (RFC 4514 section 2.4: behind the first comma that is no part of the own name); null for a name of one part. */
function parentOf(dn: string): string | null {
  return /^(?:\\.|[^\\,])*,\s*(.+)$/s.exec(dn)?.[1] ?? null;
}
