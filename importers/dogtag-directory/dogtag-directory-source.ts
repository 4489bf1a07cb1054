// A Dogtag CA's directory as an ImportSource, whatever holds it.
import { setImmediate } from 'node:timers/promises';
import { type DirectoryLayout, directoryLayout, parseEntryName } from '#codecs/dogtag-directory';
import type { DirectoryEntry } from '#codecs/ldif';
import {
  type ChangeMark,
  type ChangeReview,
  type ChangingKind,
  type ImportSource,
  type SourceBatch,
  type SourceDescription,
  SourceError,
  type SourceName,
} from '../import-source.ts';
import type { KeptSourceKind, SourceKind, SourceRecord } from '../records.ts';
import { accountForEntries } from './account-for-entries.ts';
import {
  type DecodedRecords,
  type DecodingContext,
  decodeAccessRuleRecords,
  decodeCertificateRecord,
  decodeCrlRecords,
  decodeGroupRecord,
  decodeProfileRecord,
  decodeRequestRecord,
  decodeUserRecord,
} from './decode-records.ts';
import type { DirectoryReader, NumberedContainer } from './directory-reader.ts';
import { entryNameOf } from './entry-places.ts';
import { readNumberRanges } from './number-ranges.ts';
import { findCanonicalNumber } from './numbered-entry.ts';
import { checkHosts, readAuthority } from './read-authorities.ts';
import { countKept, decodeKept, isKeptKind, joinKept, listKeptEntries, onlyPlaceOf } from './read-kept.ts';
import { describeConflict, isReplicationConflict } from './replication-conflicts.ts';
import { reviewChanges } from './review-changes.ts';
import { readSecurityDomain } from './security-domain.ts';
import { type SettledTimeZone, settleTimeZone } from './time-zone-of-directory.ts';

type RecordKind = SourceRecord['kind'];
/** Kinds whose records come out of one entry. */
type EntryKind = Exclude<RecordKind, 'authority' | 'domain-host'>;

const oddBatchSize = 100;
const decodedInARow = 16;
/** How often a container is counted and its end read again until nothing was added meanwhile. */
const quietRoundsMax = 10;
/** Half of an entry's octets repeat what stands in its certificate. */
const certificateAttributes = [
  'serialno',
  'userCertificate',
  'userCertificate;binary',
  'certStatus',
  'notBefore',
  'notAfter',
  'dateOfCreate',
  'dateOfModify',
  'revInfo',
  'revokedOn',
  'revokedBy',
  'issuedBy',
  'metaInfo',
];

/** `base` is the CA's base, such as `o=ipaca`; `timeZone` an IANA name, or null to find out. */
export function createDogtagDirectorySource(
  reader: DirectoryReader,
  options: { readonly base: string; readonly timeZone: string | null },
): ImportSource {
  return new DogtagDirectorySource(reader, options);
}

class DogtagDirectorySource implements ImportSource {
  readonly name: string;
  readonly #reader: DirectoryReader;
  readonly #layout: DirectoryLayout;
  readonly #configuredZone: string | null;
  #settledZone: Promise<SettledTimeZone> | null = null;

  constructor(reader: DirectoryReader, options: { readonly base: string; readonly timeZone: string | null }) {
    this.name = reader.name;
    this.#reader = reader;
    this.#layout = directoryLayout(options.base);
    this.#configuredZone = options.timeZone;
  }

  async describe(): Promise<SourceDescription> {
    const base = await this.#reader.findEntry(this.#layout.certificates);
    if (base === null)
      throw new SourceError(
        'malformed',
        `${this.#reader.name} holds no certificate repository (${this.#layout.certificates}). Is the base right, and may the bind name read it?`,
      );
    const { server, remarks, findings: noted = [] } = await this.#reader.describeServer();
    const { zone, findings } = await this.#settleZone();
    return {
      name: this.#reader.name,
      server,
      timeZone: zone.name,
      servers: await this.#listServers(),
      remarks,
      findings: [...noted, ...findings, ...(await this.#reader.findConflicts()).map(describeConflict)],
    };
  }

  async findUsersPlace(): Promise<string | null> {
    const [user] = await this.#reader.sampleChildren(this.#layout.users, 'inetOrgPerson', 1);
    // Behind the first comma that is no part of the user's own name (RFC 4514 section 2.4).
    return /^(?:\\.|[^\\,])*,\s*(.+)$/s.exec(user?.dn ?? '')?.[1] ?? null;
  }

  async count(kind: SourceKind): Promise<number | null> {
    if (isKeptKind(kind)) return countKept(kind, this.#reader, this.#layout);
    if (kind === 'access-rule' || kind === 'domain-host') return (await this.#listed(kind)).records.length;
    const { certificates, requests, profiles, users, groups, authorities, issuingPoints } = this.#layout;
    const container = {
      certificate: certificates,
      request: requests,
      profile: profiles,
      user: users,
      group: groups,
      authority: authorities,
      crl: issuingPoints,
    }[kind];
    return this.#reader.countChildren(container);
  }

  async *read(kind: SourceKind, after: string | null): AsyncGenerator<SourceBatch> {
    const container = this.#numbered(kind);
    if (container !== null) yield* this.#readNumbered(kind, container, after);
    else if (after !== 'done') yield await this.#listed(kind);
  }

  async find(name: SourceName): Promise<SourceBatch | null> {
    const entry = await this.#reader.findEntry(entryNameOf(name, this.#layout));
    if (entry === null) return null;
    const decoded =
      name.kind === 'authority'
        ? await readAuthority(entry, this.#reader, await this.#context())
        : this.#decode(name.kind, entry, await this.#context());
    return { ...decoded, entryCount: 1, checkpoint: 'done', roll: null };
  }

  readNumberRanges() {
    return readNumberRanges(this.#reader, this.#layout);
  }

  account() {
    return accountForEntries(this.#reader, this.#layout);
  }

  markChanges(): Promise<ChangeMark> {
    return this.#reader.markChanges();
  }

  entryOf(name: SourceName): string {
    return entryNameOf(name, this.#layout);
  }

  reviewChanges(since: string): Promise<ChangeReview> {
    return reviewChanges(this.#reader, this.#layout, since);
  }

  async *listNumbers(kind: 'certificate' | 'request'): AsyncGenerator<bigint> {
    const numbered = this.#numbered(kind);
    if (numbered === null) return;
    const { attribute, ...container } = numbered;
    const wanted = ['objectClass', attribute];
    for await (const { entries } of this.#reader.readNumbered({ ...container, attribute, wanted }, 0n))
      for (const entry of entries) yield findCanonicalNumber(entry, attribute) ?? 0n;
  }

  async *readChanges(
    kind: ChangingKind,
    since: string,
    until: string | null = null,
    only?: readonly bigint[],
  ): AsyncGenerator<SourceBatch> {
    const { dn, objectClass } = this.#changing(kind);
    const names = only?.map((number) => `cn=${number},${dn}`);
    for await (const entries of this.#reader.readChanged(dn, objectClass, { since, until, names }))
      yield { ...(await this.#decodeAll(kind, entries)), entryCount: entries.length, checkpoint: since, roll: null };
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  async *#readNumbered(
    kind: SourceKind,
    container: NumberedContainer,
    after: string | null,
  ): AsyncGenerator<SourceBatch> {
    const state = parseCheckpoint(after);
    yield* this.#readFrom(kind, container, state);
    // A CA that is used adds entries while they are counted. Only a count beside which nothing was added tells whether any is out of reach.
    let expected: number | null = null;
    for (let round = 0; round < quietRoundsMax; round++) {
      const { seen } = state;
      expected = await this.#reader.countChildren(container.dn);
      if (expected === seen) return;
      yield* this.#readFrom(kind, container, state);
      if (state.seen === seen) break;
      expected = null;
    }
    const { next, seen } = state;
    yield* this.#readOdd(kind, container, `${next}:${seen}`, expected === null ? null : expected - seen);
  }

  /** From `state.next` on; `state` follows what was read. */
  async *#readFrom(
    kind: SourceKind,
    container: NumberedContainer,
    state: { next: bigint; seen: number },
  ): AsyncGenerator<SourceBatch> {
    for await (const batch of this.#reader.readNumbered(container, state.next)) {
      let entryCount = 0;
      const counted = function* () {
        for (const entry of batch.entries) {
          entryCount++;
          yield entry;
        }
      };
      const decoded = await this.#decodeAll(kind, counted());
      state.next = batch.next;
      state.seen += entryCount;
      yield { ...decoded, entryCount, checkpoint: `${state.next}:${state.seen}`, roll: null };
    }
  }

  /** Entries that numbers do not lead to. `missing` is how many there must be, as far as that is known. */
  async *#readOdd(
    kind: SourceKind,
    container: NumberedContainer,
    checkpoint: string,
    missing: number | null,
  ): AsyncGenerator<SourceBatch> {
    const batch = { checkpoint, roll: null };
    let found = 0;
    let names: string[] = [];
    const readNamed = async (): Promise<SourceBatch> => {
      const entries = await Promise.all(names.map((name) => this.#reader.findEntry(name)));
      names = [];
      const present = entries.filter((entry) => entry !== null);
      return { ...batch, ...(await this.#decodeAll(kind, present)), entryCount: present.length };
    };
    const note = (message: string): SourceBatch => ({
      ...batch,
      records: [],
      entryCount: 0,
      findings: [{ kind: 'entries-out-of-reach', verdict: 'refused', message, entry: container.dn }],
    });
    try {
      for await (const name of this.#reader.listUnnumbered(container, missing)) {
        found++;
        if (names.push(name) >= oddBatchSize) yield await readNamed();
      }
      if (names.length > 0) yield await readNamed();
      if (missing !== null && missing > found)
        yield note(
          `${missing - found} more entries stand there than could be read; they are of another class or were added meanwhile`,
        );
    } catch (error) {
      if (!(error instanceof SourceError && error.code === 'limited')) throw error;
      yield note(
        `${missing ?? 'some'} entries without a usable ${container.attribute} cannot be listed: ${error.message}`,
      );
    }
  }

  async #listed(kind: SourceKind): Promise<SourceBatch> {
    if (isKeptKind(kind)) return this.#listedKept(kind);
    const finish = (entryCount: number, roll: readonly string[] | null, ...parts: DecodedRecords[]): SourceBatch => ({
      ...join(parts),
      entryCount,
      roll,
      checkpoint: 'done',
    });
    if (kind === 'access-rule') {
      const entry = await this.#reader.findEntry(this.#layout.accessRules);
      if (entry === null) return finish(0, null);
      const decoded = decodeAccessRuleRecords(entry);
      return finish(decoded.records.length, decoded.records.map(nameOfRecord), decoded);
    }
    if (kind === 'domain-host') {
      const domain = await readSecurityDomain(this.#reader, this.#layout);
      return domain === null ? finish(0, null) : finish(domain.entryCount, domain.names, ...domain.parts);
    }
    const { profiles, users, groups, authorities, issuingPoints } = this.#layout;
    const places: Partial<Record<RecordKind, readonly [string, string]>> = {
      profile: [profiles, 'certProfile'],
      user: [users, 'inetOrgPerson'],
      group: [groups, 'groupOfUniqueNames'],
      authority: [authorities, 'authority'],
      crl: [issuingPoints, 'crlIssuingPointRecord'],
    };
    const place = places[kind];
    if (place === undefined) throw new Error(`entries of kind ${kind} are read by their numbers`);
    const [container, objectClass] = place;
    const entries = await this.#reader.listChildren(container, objectClass);
    // An export of a part of the directory has no such container, and says nothing about what was in it.
    if (entries.length === 0 && (await this.#reader.findEntry(container)) === null)
      return finish(0, null, ...(kind === 'authority' ? [checkHosts([], container)] : []));
    const roll = entries.flatMap((entry) => parseEntryName(entry.dn)?.[0]?.value ?? []);
    if (kind !== 'authority') {
      const decoded = await this.#decodeAll(kind, entries);
      const kept = decoded.kept?.map((set) => ({ ...set, names: null })) ?? [];
      return finish(entries.length, roll, { ...decoded, kept });
    }
    const context = await this.#context();
    const decoded = await Promise.all(entries.map((entry) => readAuthority(entry, this.#reader, context)));
    return finish(entries.length, roll, ...decoded, checkHosts(decoded, container));
  }

  #decode(kind: EntryKind, entry: DirectoryEntry, context: DecodingContext): DecodedRecords {
    if (isReplicationConflict(entry)) return { records: [], findings: [describeConflict(entry)] };
    switch (kind) {
      case 'certificate':
        return decodeCertificateRecord(entry, context);
      case 'request':
        return decodeRequestRecord(entry, context);
      case 'profile':
        return decodeProfileRecord(entry, context);
      case 'user':
        return decodeUserRecord(entry, context);
      case 'group':
        return decodeGroupRecord(entry, context);
      case 'crl':
        return decodeCrlRecords(entry, context);
      case 'access-rule':
        return decodeAccessRuleRecords(entry);
    }
  }

  async #listedKept(kind: KeptSourceKind): Promise<SourceBatch> {
    const entries = await listKeptEntries(kind, this.#reader, this.#layout);
    const decoded = decodeKept(kind, entries, this.#layout, true);
    return { ...decoded, entryCount: entries.length, roll: null, checkpoint: 'done' };
  }

  async #decodeAll(kind: SourceKind, entries: Iterable<DirectoryEntry>): Promise<DecodedRecords> {
    if (isKeptKind(kind)) return decodeKept(kind, [...entries], this.#layout, false);
    if (kind === 'authority' || kind === 'domain-host') throw new Error(`entries of kind ${kind} are read otherwise`);
    const context = await this.#context();
    const decoded: DecodedRecords[] = [];
    for (const entry of entries) {
      decoded.push(this.#decode(kind, entry, context));
      // What the server is sending meanwhile has to be fetched, or it stops until we are through.
      if (decoded.length % decodedInARow === 0) await setImmediate();
    }
    return join(decoded);
  }

  async #context(): Promise<DecodingContext> {
    return { layout: this.#layout, zone: (await this.#settleZone()).zone };
  }

  #settleZone(): Promise<SettledTimeZone> {
    this.#settledZone ??= settleTimeZone(this.#configuredZone, this.#reader, this.#layout);
    // A failure to reach the directory must not stick.
    this.#settledZone.catch(() => {
      this.#settledZone = null;
    });
    return this.#settledZone;
  }

  /** Null for kinds that are read whole. */
  #numbered(kind: SourceKind): NumberedContainer | null {
    const { certificates, requests } = this.#layout;
    if (kind === 'certificate')
      return {
        dn: certificates,
        objectClass: 'certificateRecord',
        attribute: 'serialno',
        wanted: certificateAttributes,
      };
    if (kind === 'request') return { dn: requests, objectClass: 'request', attribute: 'requestId', wanted: null };
    const place = isKeptKind(kind) ? onlyPlaceOf(kind, this.#layout) : null;
    if (place?.numberedBy === undefined) return null;
    return { dn: place.dn, objectClass: place.objectClass, attribute: place.numberedBy, wanted: null };
  }

  #changing(kind: ChangingKind): { readonly dn: string; readonly objectClass: string } {
    const place = this.#numbered(kind) ?? (isKeptKind(kind) ? onlyPlaceOf(kind, this.#layout) : null);
    if (place === null) throw new Error(`changes of kind ${kind} are not followed one by one`);
    return place;
  }

  async #listServers(): Promise<string[]> {
    const servers = await this.#reader.listChildren(this.#layout.authorityServers, 'pkiSubsystem');
    return servers.flatMap((entry) => parseEntryName(entry.dn)?.[0]?.value ?? []);
  }
}

function nameOfRecord(record: SourceRecord): string {
  if (record.kind === 'access-rule') return record.value.resource;
  return record.kind === 'authority' ? record.value.id : record.entry;
}

function join(parts: readonly DecodedRecords[]): DecodedRecords {
  return {
    records: parts.flatMap(({ records }) => records),
    findings: parts.flatMap(({ findings }) => findings),
    kept: joinKept(parts.flatMap(({ kept }) => kept ?? [])),
  };
}

/** `<next number>:<entries seen so far>`. */
function parseCheckpoint(checkpoint: string | null): { next: bigint; seen: number } {
  if (checkpoint === null) return { next: 0n, seen: 0 };
  const match = /^([0-9]{1,120}):([0-9]{1,15})$/.exec(checkpoint);
  if (match === null) throw new SourceError('malformed', `not a checkpoint: ${JSON.stringify(checkpoint)}`);
  return { next: BigInt(match[1] ?? '0'), seen: Number(match[2]) };
}
