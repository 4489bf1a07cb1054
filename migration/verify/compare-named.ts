// Compares what an installation has few of: profiles, users, groups, access rules and authorities, by name.
import type { NamedObjectKind } from '#ca-core/engine';
import type { ImportSource, SourceFinding, SourceRecord } from '#importers';
import { type Parts, sha256 } from './comparable-parts.ts';
import type { Comparison } from './compare-numbered.ts';
import { DifferenceList } from './difference-list.ts';
import type { ImportFindings } from './import-findings.ts';
import type { VerifiedKind } from './verification-report.ts';

/** One result per kind, in this order: profiles, users, groups, access rules, hosts of the security domain, authorities. */
export async function compareNamedKinds({ source, store, findings }: Comparison): Promise<VerifiedKind[]> {
  const madeHere = new Set((await store.recordReader.listMadeHere()).map(({ kind, name }) => `${kind} ${name}`));
  const [profiles, { users, groups }, access, { hosts }, authorities] = [
    await store.profiles.list(),
    await store.roster.read(),
    await store.access.read(null),
    await store.securityDomain.read(),
    await store.authorities.list(),
  ];
  // Where the source does not hold the certificate of an authority, there is nothing to compare ours with.
  const known = new Map<string, Uint8Array>(authorities.map(({ id, certificateDer }) => [id, certificateDer]));
  const sides: readonly NamedSides[] = [
    {
      kind: 'profile',
      record: new Map(profiles.map((profile) => [profile.id, partsOfProfile(profile)])),
      partsOf: (met) => (met.kind === 'profile' ? [met.value.id, partsOfProfile(met.value)] : null),
    },
    {
      kind: 'user',
      record: new Map(users.map((user) => [user.userId, partsOfUser(user)])),
      partsOf: (met) => (met.kind === 'user' ? [met.value.userId, partsOfUser(met.value)] : null),
    },
    {
      kind: 'group',
      record: new Map(groups.map((group) => [group.name, partsOfGroup(group)])),
      partsOf: (met) => (met.kind === 'group' ? [met.value.name, partsOfGroup(met.value)] : null),
    },
    {
      kind: 'access-rule',
      record: new Map((access?.rules ?? []).map((rule) => [rule.resource, partsOfRule(rule)])),
      partsOf: (met) => (met.kind === 'access-rule' ? [met.value.resource, partsOfRule(met.value)] : null),
    },
    {
      kind: 'domain-host',
      record: new Map(hosts.map((host) => [host.name, partsOfHost(host)])),
      partsOf: (met) => (met.kind === 'domain-host' ? [met.value.name, partsOfHost(met.value)] : null),
    },
    {
      kind: 'authority',
      record: new Map(
        authorities.map((authority) => [authority.id, partsOfAuthority(authority, authority.certificateDer)]),
      ),
      partsOf: ({ kind, value }) =>
        kind === 'authority'
          ? [value.id, partsOfAuthority(value, value.certificateDer ?? known.get(value.id) ?? null)]
          : null,
    },
  ];
  const results: VerifiedKind[] = [];
  for (const side of sides) {
    const isMadeHere = (name: string) => madeHere.has(`${side.kind} ${name}`);
    results.push(await new NamedComparer(side, findings, isMadeHere).compare(source));
  }
  return results;
}

interface NamedSides {
  readonly kind: NamedObjectKind;
  readonly record: ReadonlyMap<string, Parts>;
  /** Null for a record of another kind. */
  readonly partsOf: (met: SourceRecord) => readonly [name: string, parts: Parts] | null;
}

interface Met {
  readonly parts: Parts;
  readonly entry: string;
}

class NamedComparer {
  readonly #sides: NamedSides;
  readonly #differences: DifferenceList;
  readonly #isMadeHere: (name: string) => boolean;

  constructor(sides: NamedSides, findings: ImportFindings, isMadeHere: (name: string) => boolean) {
    this.#sides = sides;
    this.#differences = new DifferenceList(sides.kind, findings);
    this.#isMadeHere = isMadeHere;
  }

  async compare(from: ImportSource): Promise<VerifiedKind> {
    const { kind, record } = this.#sides;
    const source = await this.#readSource(from);
    for (const [name, { parts, entry }] of source) {
      const other = record.get(name);
      const own = this.#ownWord(name);
      if (other !== undefined) await this.#differences.addParts(name, entry, parts, other, async () => own);
      else await this.#differences.add(this.#missing(name, entry, parts, own));
    }
    let madeHereCount = 0;
    for (const name of record.keys()) {
      if (source.has(name)) continue;
      if (this.#isMadeHere(name)) madeHereCount++;
      else
        await this.#differences.add({
          object: name,
          entry: null,
          part: 'extra',
          source: 'absent',
          record: 'present',
        });
    }
    return {
      kind,
      sourceCount: source.size,
      recordCount: record.size,
      madeHereCount,
      ranges: [],
      ...(await this.#differences.result()),
    };
  }

  async #readSource(source: ImportSource): Promise<ReadonlyMap<string, Met>> {
    const { kind, partsOf } = this.#sides;
    const met = new Map<string, Met>();
    const refusals: SourceFinding[] = [];
    for await (const { records, findings } of source.read(kind, null)) {
      refusals.push(...findings.filter(({ verdict }) => verdict === 'refused'));
      for (const record of records) {
        const named = partsOf(record);
        if (named !== null) met.set(named[0], { parts: named[1], entry: record.entry });
      }
    }
    const readable = new Set([...met.values()].map(({ entry }) => entry));
    for (const { entry, kind: what, message } of refusals)
      if (!readable.has(entry)) {
        const found = { object: entry, entry, part: 'unreadable', source: `${what}: ${message}`, record: 'absent' };
        await this.#differences.add(found);
      }
    return met;
  }

  /** What this side has decided stands until it is handed back. */
  #ownWord(name: string): { readonly explanation?: string } {
    return this.#isMadeHere(name) ? { explanation: 'changed here, and not handed back yet' } : {};
  }

  /** An authority whose certificate neither side knows has no place in the record yet. */
  #missing(name: string, entry: string, parts: Parts, own: { readonly explanation?: string }) {
    const found = { object: name, entry, part: 'missing', source: 'present', record: 'absent', ...own };
    return this.#sides.kind === 'authority' && parts.certificateDer === ''
      ? { ...found, explanation: 'the source does not hold its certificate' }
      : found;
  }
}

function partsOfProfile({
  classId,
  configurationText,
}: {
  readonly classId: string;
  readonly configurationText: string;
}) {
  return { classId, configurationText };
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

function partsOfRule({
  operations,
  clauses,
  comment,
}: {
  readonly operations: readonly string[];
  readonly clauses: readonly unknown[];
  readonly comment: string;
}) {
  return { rule: JSON.stringify([operations, clauses, comment]) };
}

function partsOfAuthority(
  {
    isHostAuthority,
    parentId,
    enabled,
    description,
  }: {
    readonly isHostAuthority: boolean;
    readonly parentId: string | null;
    readonly enabled: boolean;
    readonly description: string | null;
  },
  certificateDer: Uint8Array | null,
) {
  return {
    isHostAuthority: String(isHostAuthority),
    parentId: parentId ?? '',
    enabled: String(enabled),
    description: description ?? '',
    certificateDer: certificateDer === null ? '' : sha256(certificateDer),
  };
}
