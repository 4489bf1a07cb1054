// Compares what an installation has few of: profiles, users, groups, access rules and authorities, by name.
import type { AuthorityKeyPlace } from '#ca-core/engine';
import type { SourceBatch, SourceKind, SourceRecord } from '#importers';
import { sha256 } from './comparable-parts.ts';
import type { NumberedComparison, VerifiedStore } from './compare-numbered.ts';
import { DifferenceList } from './difference-list.ts';
import type { ImportFindings } from './import-findings.ts';
import type { VerifiedKind } from './verification-report.ts';

type Named = ReadonlyMap<string, Readonly<Record<string, string>>>;
type NamedKind = 'profile' | 'user' | 'group' | 'access-rule' | 'domain-host' | 'authority';

/** One result per kind, in this order: profiles, users, groups, access rules, hosts of the security domain, authorities. */
export async function compareNamedKinds({ source, store, findings }: NumberedComparison): Promise<VerifiedKind[]> {
  const read = async <K extends NamedKind>(kind: K) => {
    const batches: SourceBatch[] = [];
    for await (const batch of source.read(kind satisfies SourceKind, null)) batches.push(batch);
    return batches.flatMap(({ records }) => records).filter((record) => record.kind === kind) as Extract<
      SourceRecord,
      { kind: K }
    >[];
  };
  const users = await read('user');
  const groups = await read('group');
  const access = await store.access.read(null);
  const roster = await store.roster.read();
  const results: VerifiedKind[] = [];
  const compare = (kind: NamedKind, left: Named, right: Named, entries: ReadonlyMap<string, string>) =>
    results.push(compareNamed(kind, left, right, findings, (name) => entries.get(name) ?? null));

  const profiles = await read('profile');
  compare(
    'profile',
    new Map(
      profiles.map(({ value }) => [value.id, { classId: value.classId, configurationText: value.configurationText }]),
    ),
    new Map(
      (await store.profiles.list()).map(({ id, classId, configurationText }) => [id, { classId, configurationText }]),
    ),
    new Map(profiles.map(({ value, entry }) => [value.id, entry])),
  );
  compare(
    'user',
    new Map(users.map(({ value }) => [value.userId, partsOfUser(value)])),
    new Map(roster.users.map((user) => [user.userId, partsOfUser(user)])),
    new Map(users.map(({ value, entry }) => [value.userId, entry])),
  );
  compare(
    'group',
    new Map(groups.map(({ value }) => [value.name, partsOfGroup(value)])),
    new Map(roster.groups.map((group) => [group.name, partsOfGroup(group)])),
    new Map(groups.map(({ value, entry }) => [value.name, entry])),
  );
  const rules = await read('access-rule');
  compare(
    'access-rule',
    new Map(
      rules.map(({ value }) => [
        value.resource,
        { rule: JSON.stringify([value.operations, value.clauses, value.comment]) },
      ]),
    ),
    new Map(
      (access?.rules ?? []).map(({ resource, operations, clauses, comment }) => [
        resource,
        { rule: JSON.stringify([operations, clauses, comment]) },
      ]),
    ),
    new Map(rules.map(({ value, entry }) => [value.resource, entry])),
  );
  const hosts = await read('domain-host');
  compare(
    'domain-host',
    new Map(hosts.map(({ value }) => [value.name, partsOfHost(value)])),
    new Map((await store.securityDomain.read()).hosts.map((host) => [host.name, partsOfHost(host)])),
    new Map(hosts.map(({ value, entry }) => [value.name, entry])),
  );
  results.push(await compareAuthorities(await read('authority'), store, findings));
  return results;
}

function compareNamed(
  kind: NamedKind,
  source: Named,
  record: Named,
  findings: ImportFindings,
  entryOf: (name: string) => string | null,
): VerifiedKind {
  const differences = new DifferenceList();
  for (const [name, parts] of source) {
    const other = record.get(name);
    if (other !== undefined)
      differences.addParts(name, parts, other, (part) => findings.explainPart(entryOf(name), part));
    else {
      const explanation = findings.explainMissing(entryOf(name));
      differences.add({ object: name, part: 'missing', source: 'present', record: 'absent', explanation });
    }
  }
  for (const name of record.keys())
    if (!source.has(name))
      differences.add({ object: name, part: 'extra', source: 'absent', record: 'present', explanation: null });
  return { kind, sourceCount: source.size, recordCount: record.size, ranges: [], ...differences.result() };
}

/** An authority whose certificate neither side knows has no place in the record yet; that is explained. */
async function compareAuthorities(
  authorities: readonly Extract<SourceRecord, { kind: 'authority' }>[],
  store: VerifiedStore,
  findings: ImportFindings,
): Promise<VerifiedKind> {
  const known = await store.authorities.list();
  const keys = new Map((await store.authorityKeys.list()).map((place) => [place.id as string, place]));
  const byId = new Map(known.map((authority) => [authority.id as string, authority]));
  const differences = new DifferenceList();
  for (const { value, entry } of authorities) {
    const authority = byId.get(value.id);
    // Of an authority that was made or renewed here, the other side's key is of no more interest.
    const place = keys.get(value.id);
    if (place !== undefined) differences.addParts(value.id, partsOfKey(value), partsOfKey(place), () => null);
    if (authority === undefined) {
      const explanation =
        value.certificateDer === null ? 'the source does not hold its certificate' : findings.explainMissing(entry);
      differences.add({ object: value.id, part: 'missing', source: 'present', record: 'absent', explanation });
      continue;
    }
    const parts = (one: {
      readonly isHostAuthority: boolean;
      readonly parentId: string | null;
      readonly enabled: boolean;
      readonly description: string | null;
      readonly certificateDer: Uint8Array | null;
    }) => ({
      isHostAuthority: String(one.isHostAuthority),
      parentId: one.parentId ?? '',
      enabled: String(one.enabled),
      description: one.description ?? '',
      certificateDer: sha256(
        value.certificateDer === null || one.certificateDer === null ? new Uint8Array() : one.certificateDer,
      ),
    });
    differences.addParts(value.id, parts(value), parts(authority), (part) => findings.explainPart(entry, part));
  }
  return {
    kind: 'authority',
    sourceCount: authorities.length,
    recordCount: known.length,
    ranges: [],
    ...differences.result(),
  };
}

function partsOfKey({ keyNickname, keyHosts }: Pick<AuthorityKeyPlace, 'keyNickname' | 'keyHosts'>) {
  return { keyNickname: keyNickname ?? '', keyHosts: [...keyHosts].sort().join(' ') };
}

function partsOfUser(user: {
  readonly fullName: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly type: string | null;
  readonly state: string | null;
  readonly certificatesDer: readonly Uint8Array[];
  readonly certificateClaims: readonly string[];
}) {
  return {
    fullName: user.fullName,
    email: user.email ?? '',
    phone: user.phone ?? '',
    type: user.type ?? '',
    state: user.state ?? '',
    certificatesDer: user.certificatesDer.map(sha256).sort().join(' '),
    certificateClaims: [...user.certificateClaims].sort().join('\n'),
  };
}

/** The order of members means nothing to access. */
function partsOfGroup({
  description,
  memberUserIds,
}: {
  readonly description: string | null;
  readonly memberUserIds: readonly string[];
}) {
  return { description: description ?? '', members: [...memberUserIds].sort().join(' ') };
}

function partsOfHost(host: object): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(host).map(([part, value]) => [part, String(value ?? '')]));
}
