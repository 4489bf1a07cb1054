// Hands back to Dogtag's directory what was issued, decided and revoked here, so that Dogtag can answer for it. Killed at any moment, it can be
// run again: each object is looked at before it is written, and marked in the record after it was.
import type { SourceName } from '#importers';
import type { Log } from '#platform';
import { ProgressMeter } from '../import/import-progress.ts';
import { type EntryServices, type HandedBack, handBackCertificate, handBackRequest } from './hand-back-entries.ts';
import type { HandBackFinding } from './hand-back-finding.ts';
import { handBackProfile, type NativeProfile } from './hand-back-profile.ts';
import { handBackRoster, type NativeRosterList } from './hand-back-roster.ts';
import type { NativeCertificate } from './settle-certificate.ts';
import { isPassing, type NativeRequest } from './settle-request.ts';

/** What is needed of the record; `ca-core/store` has it. */
export interface NativeWorkList extends NativeRosterList {
  listCertificates(after: bigint | null, limit: number): Promise<readonly NativeCertificate[]>;
  listRequests(after: bigint | null, limit: number): Promise<readonly NativeRequest[]>;
  /** Profiles changed or removed here since the other side last knew. */
  listProfiles(): Promise<readonly NativeProfile[]>;
  markProfilesHandedBack(profiles: readonly NativeProfile[]): Promise<void>;
  count(): Promise<{ readonly certificates: number; readonly requests: number }>;
  markHandedBack(certificates: readonly NativeCertificate[], requests: readonly NativeRequest[]): Promise<void>;
}

export interface HandBackServices extends EntryServices {
  readonly nativeWork: NativeWorkList;
  /** Takes in what Dogtag's directory says of these now: its word stands, and nothing there will change to tell so. */
  readAgain(names: readonly SourceName[]): Promise<void>;
  readonly log: Log;
}

export interface HandBackProgress {
  readonly kind: 'certificate' | 'request';
  readonly done: number;
  readonly total: number | null;
  readonly entriesPerSecond: number;
  readonly remainingSeconds: number | null;
}

export interface HandBackOptions {
  /** Requests that are still being issued here are left for a later run (`leave`), or handed over as waiting for an agent. */
  readonly unfinished: 'leave' | 'hand-over';
  readonly onProgress?: (progress: HandBackProgress) => void;
}

export interface HandBackCount {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Not in Dogtag's directory; findings say why. */
  readonly notTaken: number;
}

export interface HandBackResult {
  readonly certificates: HandBackCount;
  readonly requests: HandBackCount;
  readonly profiles: HandBackCount;
  /** Users and groups. */
  readonly roster: HandBackCount;
  readonly findings: readonly HandBackFinding[];
  readonly seconds: number;
}

/** Something is so wrong that nothing more may be handed back; what was until then stays. */
export class HandBackStopped extends Error {
  readonly findings: readonly HandBackFinding[];
  constructor(message: string, findings: readonly HandBackFinding[]) {
    super(message);
    this.name = 'HandBackStopped';
    this.findings = findings;
  }
}

/** Marked together; a killed run looks at so many again. */
const batchSize = 100;
/** Under way on the connection at the same time. */
const concurrency = 8;

/**
 * One pass over everything on the lists. Throws HandBackStopped, DirectoryWriteError, or what the record throws; doing it again goes on from
 * there. Certificates come before the requests that name them, profiles, users and groups before both.
 */
export async function handBack(services: HandBackServices, options: HandBackOptions): Promise<HandBackResult> {
  const { nativeWork, clock, log } = services;
  const begun = clock.nowMicros();
  const total = await nativeWork.count();
  const findings: HandBackFinding[] = [];
  const profiles = await handBackProfiles(services, findings);
  const roster = await handBackRoster(nativeWork, services, findings);
  const certificates = await handBackAll({
    kind: 'certificate',
    total: total.certificates,
    list: (after, limit) => nativeWork.listCertificates(after, limit),
    numberOf: ({ record }) => record.serialNumber,
    nameOf: ({ record: { serialNumber } }) => ({ kind: 'certificate', serialNumber }),
    handOne: (certificate) => handBackCertificate(certificate, services),
    mark: (done) => nativeWork.markHandedBack(done, []),
    findings,
    services,
    options,
  });
  const requests = await handBackAll({
    kind: 'request',
    total: total.requests,
    list: (after, limit) => nativeWork.listRequests(after, limit),
    numberOf: ({ record }) => record.id,
    nameOf: ({ record: { id } }) => ({ kind: 'request', id }),
    handOne: async ({ record }) =>
      isPassing(record) && options.unfinished === 'leave' ? null : handBackRequest(record, services),
    mark: (done) => nativeWork.markHandedBack([], done),
    findings,
    services,
    options,
  });
  const seconds = Number(clock.nowMicros() - begun) / 1e6;
  for (const { kind, stands, message, entry } of findings)
    log.warn('noted while handing back', { kind, stands, entry, message });
  log.info('handed back to Dogtag', { certificates, requests, profiles, roster, findings: findings.length, seconds });
  return { certificates, requests, profiles, roster, findings, seconds };
}

/** There are few of them; one after another, because Dogtag follows each change. */
async function handBackProfiles(services: HandBackServices, findings: HandBackFinding[]): Promise<HandBackCount> {
  const count = { added: 0, changed: 0, unchanged: 0, notTaken: 0 };
  for (const profile of await services.nativeWork.listProfiles()) {
    const handed = await handBackProfile(profile, services);
    findings.push(...handed.findings);
    if (handed.outcome === 'not-taken' || handed.outcome === 'stopped') count.notTaken++;
    else {
      count[handed.outcome]++;
      await services.nativeWork.markProfilesHandedBack([profile]);
    }
  }
  return count;
}

interface Kind<Item> {
  readonly kind: HandBackProgress['kind'];
  readonly total: number;
  list(after: bigint | null, limit: number): Promise<readonly Item[]>;
  numberOf(item: Item): bigint;
  nameOf(item: Item): SourceName;
  /** Null leaves it on the list. */
  handOne(item: Item): Promise<HandedBack | null>;
  mark(done: readonly Item[]): Promise<void>;
  readonly findings: HandBackFinding[];
  readonly services: HandBackServices;
  readonly options: HandBackOptions;
}

async function handBackAll<Item>(kind: Kind<Item>): Promise<HandBackCount> {
  const { services, options, findings } = kind;
  const meter = new ProgressMeter(services.clock, 0);
  const count = { added: 0, changed: 0, unchanged: 0, notTaken: 0 };
  let after: bigint | null = null;
  let done = 0;
  for (;;) {
    const batch = await kind.list(after, batchSize);
    const last = batch.at(-1);
    if (last === undefined) return count;
    const taken: Item[] = [];
    const dogtags: SourceName[] = [];
    const stops: HandBackFinding[] = [];
    await forEachConcurrently(batch, async (item) => {
      const handed = await kind.handOne(item);
      if (handed === null) return;
      findings.push(...handed.findings);
      if (handed.outcome === 'stopped') stops.push(...handed.findings);
      else if (handed.outcome === 'not-taken') count.notTaken++;
      else {
        count[handed.outcome]++;
        taken.push(item);
        if (handed.findings.some(({ stands }) => stands === 'dogtag')) dogtags.push(kind.nameOf(item));
      }
    });
    await kind.mark(taken);
    if (dogtags.length > 0) await services.readAgain(dogtags);
    const [stop] = stops;
    if (stop !== undefined)
      throw new HandBackStopped(`${stop.message}. Nothing more is handed back before that is understood`, findings);
    after = kind.numberOf(last);
    done += batch.length;
    options.onProgress?.({ kind: kind.kind, ...meter.measure(done, Math.max(kind.total, done)) });
  }
}

/** Waits for all, also when one fails, so that nothing is still being written when the failure is told. */
async function forEachConcurrently<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const workers = Array.from({ length: Math.min(concurrency, items.length) }, async () => {
    for (const item of queue) await work(item);
  });
  const settled = await Promise.allSettled(workers);
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
}
