// After Dogtag has changed something: reads exactly those entries at once, and takes them in when it is their turn.
import type { Finding, ImportedFact, Intake, IntakeResult } from '#ca-core/intake';
import type { ImportSource, SourceBatch, SourceKind, SourceName } from '#importers';
import type { Log } from '#platform';
import { findingOf, importedFactsOf } from '../import/imported-facts.ts';

/**
 * Something that Dogtag has just changed. A request brings the certificates that it issued, revoked or
 * released with it, a certificate the request that it was made for.
 */
export type UpstreamChange = SourceName | { readonly kind: 'access-rules' } | { readonly kind: 'roster' };

export interface AppliedChanges extends Omit<IntakeResult, 'findings'> {
  /** Changes whose object the source does not hold (any more). */
  readonly missing: readonly UpstreamChange[];
}

/** What the source held of some objects at one moment. */
export interface ReadChanges {
  readonly facts: readonly ImportedFact[];
  readonly findings: readonly Finding[];
  readonly missing: readonly UpstreamChange[];
}

export interface UpstreamFactApplier {
  /** The objects as they are now. Rejects with SourceError. */
  read(changes: readonly UpstreamChange[]): Promise<ReadChanges>;
  /** Resolves when they are in the record, all in one commit. Rejects with CaError; then none is, and telling them again does no harm. */
  apply(read: ReadChanges): Promise<AppliedChanges>;
}

/** Most certificates that are read because a request names them; more (a bulk revocation) are left to the next catch-up. */
const certificatesPerRequestMax = 500;

/** `source` is left open. */
export function createUpstreamFactApplier(dependencies: {
  readonly source: ImportSource;
  readonly intake: Intake;
  readonly log: Log;
}): UpstreamFactApplier {
  const { source, intake, log } = dependencies;
  return {
    read: (changes) => readChanges(changes, source),
    apply: async ({ facts, findings, missing }) => {
      for (const change of missing)
        log.warn('a change told by Dogtag is not in its directory', { change: keyOf(change) });
      const { findings: _, ...counts } = await intake.accept(facts, undefined, findings);
      return { ...counts, missing };
    },
  };
}

async function readChanges(changes: readonly UpstreamChange[], source: ImportSource): Promise<ReadChanges> {
  const distinct = [...new Map(changes.map((change) => [keyOf(change), change])).values()];
  const finder = new Finder(source);
  const read = await Promise.all(
    distinct.map(async (change) => ({ change, batches: await readChange(change, finder) })),
  );
  const missing = read.filter(({ batches }) => batches === null).map(({ change }) => change);
  const batches = [...read.flatMap((item) => item.batches ?? []), ...(await readRolls(missing, source))];
  return {
    facts: batches
      .flatMap(({ kind, batch }) => importedFactsOf(batch, kind, source.name))
      .sort((a, b) => rank(a) - rank(b)),
    findings: batches.flatMap(({ batch }) => batch.findings.map((finding) => findingOf(finding, source.name))),
    missing,
  };
}

interface KindBatch {
  readonly kind: SourceKind;
  readonly batch: SourceBatch;
}

/** Reads no object twice in one go: a request and a certificate told together often mean the same certificate. */
class Finder {
  readonly source: ImportSource;
  readonly #seen = new Set<string>();

  constructor(source: ImportSource) {
    this.source = source;
  }

  /** `isKnown` tells that it exists although another change has brought it already. */
  async find(name: SourceName): Promise<{ readonly isKnown: boolean; readonly batches: KindBatch[] }> {
    const key = keyOf(name);
    if (this.#seen.has(key)) return { isKnown: true, batches: [] };
    const batch = await this.source.find(name);
    if (batch === null) return { isKnown: false, batches: [] };
    if (this.#seen.has(key)) return { isKnown: true, batches: [] };
    this.#seen.add(key);
    return { isKnown: true, batches: [{ kind: name.kind, batch }] };
  }
}

/** Null when the source does not hold the object. */
async function readChange(change: UpstreamChange, finder: Finder): Promise<KindBatch[] | null> {
  if (change.kind === 'access-rules') return readAll('access-rule', finder.source);
  if (change.kind === 'roster')
    return [
      ...(await readAll('user', finder.source)),
      ...(await readAll('group', finder.source)),
      ...(await readAll('domain-host', finder.source)),
    ];
  const { isKnown, batches } = await finder.find(change);
  if (!isKnown) return null;
  const serials = batches
    .flatMap(({ batch }) => batch.records)
    .flatMap((record) => (record.kind === 'request' ? record.value.certificateSerials : []));
  for (const serialNumber of serials.slice(0, certificatesPerRequestMax))
    batches.push(...(await finder.find({ kind: 'certificate', serialNumber })).batches);
  // Answers in CMC name certificates only.
  for (const id of change.kind === 'certificate' ? requestIdsOf(batches) : [])
    batches.push(...(await finder.find({ kind: 'request', id })).batches);
  return batches;
}

function requestIdsOf(batches: readonly KindBatch[]): readonly bigint[] {
  return batches
    .flatMap(({ batch }) => batch.records)
    .flatMap((record) => (record.kind === 'certificate' ? (record.value.requestId ?? []) : []));
}

/** A profile, user, group or authority that is gone must go here too: the list of all that are left says so. */
async function readRolls(missing: readonly UpstreamChange[], source: ImportSource): Promise<KindBatch[]> {
  const kinds = new Set(missing.map(({ kind }) => kind));
  const batches: KindBatch[] = [];
  for (const kind of ['profile', 'user', 'group', 'authority'] as const)
    if (kinds.has(kind)) batches.push(...(await readAll(kind, source)));
  return batches;
}

async function readAll(kind: SourceKind, source: ImportSource): Promise<KindBatch[]> {
  const batches: KindBatch[] = [];
  for await (const batch of source.read(kind, null)) batches.push({ kind, batch });
  return batches;
}

/** Certificates before the requests that name them, lists of names after what they list. */
function rank({ kind }: ImportedFact): number {
  return kind === 'roll' ? 2 : kind === 'request' ? 1 : 0;
}

function keyOf(change: UpstreamChange): string {
  switch (change.kind) {
    case 'certificate':
      return `certificate ${change.serialNumber}`;
    case 'request':
      return `request ${change.id}`;
    case 'access-rules':
    case 'roster':
      return change.kind;
    default:
      return `${change.kind} ${change.name}`;
  }
}
