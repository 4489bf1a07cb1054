// An intake that keeps facts in memory and judges nothing; for tests of who feeds it. It can fail, or hang as a killed process would, at a given batch.
import { isDeepStrictEqual } from 'node:util';
import type { Finding, ImportedFact, Intake, IntakeResult } from '#ca-core/intake';

export interface RecordingIntake extends Intake {
  readonly facts: ReadonlyMap<string, ImportedFact>;
  readonly checkpoints: ReadonlyMap<string, string>;
  readonly batchSizes: readonly number[];
  /** Called before each batch commits; what it throws is the intake's failure. */
  beforeCommit: (batchNumber: number) => void;
}

export function createRecordingIntake(): RecordingIntake {
  const facts = new Map<string, ImportedFact>();
  const checkpoints = new Map<string, string>();
  const findings = new Map<string, Finding>();
  const batchSizes: number[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const commit = (
    batch: readonly ImportedFact[],
    checkpoint: { readonly name: string; readonly value: string } | undefined,
    readerFindings: readonly Finding[],
  ): IntakeResult => {
    batchSizes.push(batch.length);
    intake.beforeCommit(batchSizes.length);
    const result = { inserted: 0, updated: 0, unchanged: 0, refused: 0, findings: [] as Finding[] };
    for (const fact of batch) keep(facts, fact, result);
    for (const finding of readerFindings) findings.set(JSON.stringify(finding), finding);
    if (checkpoint) checkpoints.set(checkpoint.name, checkpoint.value);
    return result;
  };
  const intake: RecordingIntake = {
    facts,
    checkpoints,
    batchSizes,
    beforeCommit: () => {},
    accept: async (batch, checkpoint, readerFindings = []) => {
      // As the true one does: batches commit in order, and one that fails takes those behind it with it.
      const mine = last.then(() => commit(batch, checkpoint, readerFindings));
      last = mine;
      try {
        return await mine;
      } catch (error) {
        if (last === mine) last = Promise.resolve();
        throw error;
      }
    },
    readCheckpoint: async (name) => checkpoints.get(name) ?? null,
    listFindings: async (limit) => [...findings.values()].reverse().slice(0, limit),
    findFindings: async (source, entries) =>
      [...findings.values()].filter(
        ({ provenance }) => provenance.source === source && entries.includes(provenance.entry),
      ),
    checkSignature: async () => null,
  };
  return intake;
}

type Counts = { -readonly [K in keyof Omit<IntakeResult, 'findings'>]: number };

function keep(facts: Map<string, ImportedFact>, fact: ImportedFact, counts: Counts): void {
  if (fact.kind === 'roll') {
    const listed = new Set(fact.fact.names.map((name) => `${fact.fact.of} ${name}`));
    for (const key of facts.keys()) if (key.startsWith(`${fact.fact.of} `) && !listed.has(key)) facts.delete(key);
    return;
  }
  const key = keyOf(fact);
  const known = facts.get(key);
  if (known === undefined) counts.inserted++;
  else if (isDeepStrictEqual(known, fact)) counts.unchanged++;
  else counts.updated++;
  facts.set(key, fact);
}

function keyOf(fact: Exclude<ImportedFact, { kind: 'roll' }>): string {
  switch (fact.kind) {
    case 'certificate':
      return `certificate ${fact.fact.claimedSerialNumber}`;
    case 'request':
      return `request ${fact.fact.request.id}`;
    case 'user':
      return `user ${fact.fact.user.userId}`;
    case 'access-rule':
      return `access-rule ${fact.fact.rule.resource}`;
    case 'domain-host':
      return `domain-host ${fact.fact.host.name}`;
    case 'group':
      return `group ${fact.fact.group.name}`;
    case 'crl':
      return `crl ${fact.fact.issuingPoint} ${fact.fact.crlKind}`;
    case 'acme':
      return fact.kind;
    default:
      return `${fact.kind} ${fact.fact.id}`;
  }
}
