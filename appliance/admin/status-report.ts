// What is going on: one report from which page, JSON and health are made.
import {
  allTargets,
  type FollowingReport,
  judgeReadiness,
  type ReadinessLine,
  type ReadinessThresholds,
  type ShadowJournal,
  type ShadowSum,
  type StoredMode,
} from '#migration';

export interface StatusSources {
  readonly journal: Pick<ShadowJournal, 'readSums' | 'readDrops'>;
  readModes(): Promise<readonly StoredMode[]>;
  readonly thresholds: ReadinessThresholds;
  readonly database: { readonly kind: 'embedded' | 'external'; check(): Promise<void> };
  readonly signer: { processId(): number | null; keyCount(): Promise<number> };
  /** Null when no Dogtag is configured. */
  upstream(): { readonly isReachable: boolean; readonly detail: string } | null;
  /** Null when no Dogtag is followed. */
  following(): FollowingReport | null;
  mirrorDropCount(): number;
  tlsNotAfter(): Date;
  readonly startedAt: Date;
  now(): Date;
}

export interface StatusReport {
  /** `up`: everything works. `degraded`: clients are answered, but something needs attention. `down`: they are not. */
  readonly state: 'up' | 'degraded' | 'down';
  readonly problems: readonly string[];
  readonly startedAt: Date;
  readonly upSeconds: number;
  readonly residentBytes: number;
  readonly database: 'embedded' | 'external';
  readonly signerKeys: number;
  readonly upstream: { readonly isReachable: boolean; readonly detail: string } | null;
  /** How close the record is behind Dogtag's directory; null when none is followed. */
  readonly following: FollowingReport | null;
  readonly tlsNotAfter: Date;
  readonly mirrorDropped: number;
  readonly operations: readonly OperationStatus[];
}

export interface OperationStatus {
  readonly operation: string;
  readonly mode: string;
  /** Modes of single profiles, where they differ. */
  readonly profileModes: Readonly<Record<string, string>>;
  readonly compared: number;
  readonly unexpected: number;
  readonly isReady: boolean;
}

const renewalWarningMs = 7 * 86_400_000;

/** Never rejects: what can't be read becomes a problem. */
export async function readStatus(sources: StatusSources): Promise<StatusReport> {
  const problems: string[] = [];
  const isDatabaseUp = await succeeds(() => sources.database.check());
  if (!isDatabaseUp) problems.push('the database does not answer');
  const signerKeys = await sources.signer.keyCount().catch(() => 0);
  if (sources.signer.processId() === null) problems.push('the signer is being replaced');
  const upstream = sources.upstream();
  if (upstream !== null && !upstream.isReachable) problems.push(`Dogtag does not answer: ${upstream.detail}`);
  const following = sources.following();
  problems.push(...followingProblems(following));
  const now = sources.now();
  if (sources.tlsNotAfter().getTime() - now.getTime() < renewalWarningMs)
    problems.push(`the gateway's own certificate ends ${sources.tlsNotAfter().toISOString()}`);
  const operations = isDatabaseUp ? await readOperations(sources).catch(() => []) : [];
  const unexpected = operations.reduce((all, line) => all + line.unexpected, 0);
  if (unexpected > 0) problems.push(`${unexpected} unexpected differences (retag shadow report)`);
  return {
    state: !isDatabaseUp ? 'down' : problems.length > 0 ? 'degraded' : 'up',
    problems,
    startedAt: sources.startedAt,
    upSeconds: Math.round((now.getTime() - sources.startedAt.getTime()) / 1000),
    residentBytes: process.memoryUsage.rss(),
    database: sources.database.kind,
    signerKeys,
    upstream,
    following,
    tlsNotAfter: sources.tlsNotAfter(),
    mirrorDropped: sources.mirrorDropCount(),
    operations,
  };
}

/** A change waits half a second on average; behind for as long as this, something is wrong. */
const lagSecondsMax = 10;

function followingProblems(following: FollowingReport | null): readonly string[] {
  if (following === null) return [];
  const { lagSeconds, problem } = following;
  if (problem !== null) return [`Dogtag's directory cannot be followed: ${problem}`];
  return lagSeconds !== null && lagSeconds > lagSecondsMax
    ? [`the record is ${Math.round(lagSeconds)} seconds behind Dogtag's directory`]
    : [];
}

async function readOperations(sources: StatusSources): Promise<readonly OperationStatus[]> {
  const [modes, sums] = await Promise.all([sources.readModes(), sources.journal.readSums()]);
  const operations = [...new Set(allTargets().map(({ operation }) => operation))];
  const readiness = judgeReadiness(sums, operations, sources.thresholds);
  return operations.map((operation) => operationStatus(operation, modes, sums, readiness));
}

function operationStatus(
  operation: string,
  modes: readonly StoredMode[],
  sums: readonly ShadowSum[],
  readiness: readonly ReadinessLine[],
): OperationStatus {
  const own = modes.filter((line) => line.operation === operation);
  const counted = sums.filter((sum) => sum.operation === operation);
  return {
    operation,
    mode: own.find(({ profileId }) => profileId === null)?.mode ?? 'forward',
    profileModes: Object.fromEntries(
      own.flatMap(({ profileId, mode }) => (profileId === null ? [] : [[profileId, mode]])),
    ),
    compared: counted.reduce((all, sum) => all + sum.equal + sum.known + sum.unexpected + sum.failed, 0),
    unexpected: counted.reduce((all, sum) => all + sum.unexpected + sum.failed, 0),
    isReady: readiness.filter((line) => line.operation === operation).every(({ isReady }) => isReady),
  };
}

async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch {
    return false;
  }
}
