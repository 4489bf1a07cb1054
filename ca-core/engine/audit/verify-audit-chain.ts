// Walks the audit chain from its first record to its head and says where it was tampered with, and how.
import { timingSafeEqual } from 'node:crypto';
import type { AuditKey } from './audit-key.ts';
import { type AuditHead, type AuditRecord, genesisMac, headMac, recordMac } from './audit-record.ts';

/** Head and records of one and the same moment. */
export interface AuditChainSnapshot {
  /** Null when no chain was begun. */
  readonly head: AuditHead | null;
  /** All records in batches, ascending by sequence. */
  readonly records: AsyncIterable<readonly AuditRecord[]>;
}

export type AuditProblemKind =
  /** The chain was begun with another key; nothing else can be said. */
  | 'wrong-key'
  | 'head-missing'
  /** The head does not fit its own MAC. */
  | 'head-changed'
  /** The record's content, time or MAC is not what was written. */
  | 'changed'
  /** Records before this one are gone. */
  | 'removed'
  /** This record was never written by the chain. */
  | 'inserted'
  /** This record stands at another place than where it was written. */
  | 'reordered'
  /** The chain ends before its head says. */
  | 'truncated'
  /** The chain no longer contains the record that was noted outside. */
  | 'anchor-differs';

export interface AuditProblem {
  readonly kind: AuditProblemKind;
  /** Where; null for what concerns the whole chain. */
  readonly sequence: bigint | null;
  readonly message: string;
}

export interface AuditVerification {
  readonly isIntact: boolean;
  readonly recordsChecked: bigint;
  /** For noting outside: a later verification with it as `anchor` finds a chain that was cut and continued. Null when not intact. */
  readonly anchor: AuditAnchor | null;
  /** In the order of the chain; at most `problemsMax`. */
  readonly problems: readonly AuditProblem[];
}

export interface AuditAnchor {
  readonly sequence: bigint;
  readonly mac: Uint8Array;
}

export interface VerifyAuditOptions {
  /** A record noted outside the installation earlier. */
  readonly anchor?: AuditAnchor;
  /** Stops after this many problems; 100 unless said otherwise. */
  readonly problemsMax?: number;
  onProgress?(recordsChecked: bigint, recordCount: bigint): void;
}

/** Rejects only with what reading the snapshot throws; every flaw of the chain is in the result. */
export async function verifyAuditChain(
  snapshot: AuditChainSnapshot,
  key: AuditKey,
  options: VerifyAuditOptions = {},
): Promise<AuditVerification> {
  const { head } = snapshot;
  if (head !== null && head.keyId !== key.keyId) {
    const message = `the chain was begun with key ${head.keyId}, the given key is ${key.keyId}: verify with the key of this installation`;
    return {
      isIntact: false,
      recordsChecked: 0n,
      anchor: null,
      problems: [{ kind: 'wrong-key', sequence: null, message }],
    };
  }
  const walk = new ChainWalk(key, head, options);
  for await (const batch of snapshot.records) {
    walk.check(batch);
    options.onProgress?.(walk.recordsChecked, head?.recordCount ?? walk.recordsChecked);
    if (walk.isFull) break;
  }
  walk.finish();
  const { problems, recordsChecked } = walk;
  const anchor = problems.length === 0 && head !== null ? { sequence: head.recordCount, mac: head.lastMac } : null;
  return { isIntact: problems.length === 0, recordsChecked, anchor, problems };
}

/** How far ahead of a break is looked for what was done there. */
const lookahead = 16;
const steps = Array.from({ length: lookahead }, (_, index) => index + 1);

class ChainWalk {
  readonly problems: AuditProblem[] = [];
  recordsChecked = 0n;
  readonly #key: AuditKey;
  readonly #head: AuditHead | null;
  readonly #anchor: AuditAnchor | null;
  readonly #problemsMax: number;
  #unchecked: AuditRecord[] = [];
  #expectedSequence = 1n;
  #previousMac: Uint8Array;
  /** After a break nothing is reported until a record fits the one before it again: one deed is one problem. */
  #isInDoubt = false;
  #isAnchorSeen = false;

  constructor(key: AuditKey, head: AuditHead | null, options: VerifyAuditOptions) {
    this.#key = key;
    this.#head = head;
    this.#anchor = options.anchor ?? null;
    this.#problemsMax = options.problemsMax ?? 100;
    this.#previousMac = genesisMac(key.key, head?.chainId ?? '');
    if (head !== null && !areEqual(head.headMac, headMac(key.key, head)))
      this.#note('head-changed', null, 'the head of the chain does not fit its own MAC');
  }

  get isFull(): boolean {
    return this.problems.length >= this.#problemsMax;
  }

  check(batch: readonly AuditRecord[]): void {
    this.#unchecked.push(...batch);
    this.#checkAllBut(lookahead);
  }

  finish(): void {
    this.#checkAllBut(0);
    const head = this.#head;
    if (head === null || this.isFull) return;
    const end = this.#expectedSequence - 1n;
    if (end < head.recordCount)
      this.#note('truncated', end, `the chain ends at record ${end}, its head counts ${head.recordCount}`);
    else if (this.problems.length === 0 && !areEqual(head.lastMac, this.#previousMac))
      this.#note('head-changed', null, 'the head names another last record');
    if (this.#anchor !== null && this.#anchor.sequence > 0n && !this.#isAnchorSeen)
      this.#note('anchor-differs', this.#anchor.sequence, 'the record that was noted outside is not in the chain');
  }

  #checkAllBut(count: number): void {
    const end = this.#unchecked.length - count;
    if (end <= 0) return;
    if (this.#head === null && this.problems.length === 0)
      this.#note(
        'head-missing',
        null,
        'there are records, but the head of the chain is gone: none of them can be checked',
      );
    for (let index = 0; index < end; index++) {
      const record = this.#unchecked[index];
      if (record === undefined || this.isFull) break;
      if (this.#head !== null)
        this.#checkRecord(this.#head, record, this.#unchecked.slice(index + 1, index + 1 + lookahead));
      this.recordsChecked += 1n;
    }
    this.#unchecked = this.#unchecked.slice(end);
  }

  #checkRecord(head: AuditHead, record: AuditRecord, following: readonly AuditRecord[]): void {
    const expected = this.#expectedSequence;
    const at = record.sequence;
    if (at < expected) {
      this.#note('inserted', at, `a second record stands at ${at}`);
      return;
    }
    if (at > head.recordCount) {
      if (!this.#isInDoubt)
        this.#note('inserted', at, `record ${at} stands after the end, which is ${head.recordCount}`);
      this.#isInDoubt = true;
    } else if (at > expected) {
      // What follows a gap cannot be told from a changed record, because the MAC before it is gone with the gap.
      this.#note(
        'removed',
        expected,
        expected === at - 1n ? `record ${expected} is gone` : `records ${expected} to ${at - 1n} are gone`,
      );
    } else if (this.#fits(record, at, this.#previousMac)) {
      this.#isInDoubt = false;
    } else {
      if (!this.#isInDoubt) this.#explain(record, following);
      this.#isInDoubt = true;
    }
    this.#compareWithAnchor(record);
    this.#expectedSequence = at + 1n;
    this.#previousMac = record.mac;
  }

  /** The record does not follow from the one before it: looks a little ahead for what was done here. */
  #explain(record: AuditRecord, following: readonly AuditRecord[]): void {
    const at = record.sequence;
    // 1. Is there a later record that belongs here? Then this one was put in between, or stands at the wrong place.
    let place = at;
    let previousMac = this.#previousMac;
    const others = new Set(following);
    let rightful = this.#findFitting(others, place, previousMac);
    while (rightful !== undefined && !this.#fits(record, place + 1n, rightful.mac)) {
      others.delete(rightful);
      previousMac = rightful.mac;
      place += 1n;
      rightful = this.#findFitting(others, place, previousMac);
    }
    // 2. Does the next one follow from this one under higher numbers? Then some are missing and the numbers were closed up.
    const [next] = following;
    const isNumberedAnew = (missing: number) =>
      next !== undefined && this.#fits(next, at + BigInt(missing) + 1n, record.mac);
    if (rightful !== undefined) this.#note('reordered', at, `record ${at} was written as record ${place + 1n}`);
    else if (place > at) this.#note('inserted', at, `record ${at} was never written; the rightful one comes after it`);
    else if (steps.some(isNumberedAnew))
      this.#note('removed', at, `records before record ${at} are gone, and those after it were given new numbers`);
    else this.#note('changed', at, `record ${at} is not what was written`);
  }

  #findFitting(candidates: Iterable<AuditRecord>, sequence: bigint, previousMac: Uint8Array): AuditRecord | undefined {
    for (const candidate of candidates) if (this.#fits(candidate, sequence, previousMac)) return candidate;
    return undefined;
  }

  #compareWithAnchor(record: AuditRecord): void {
    if (this.#anchor?.sequence !== record.sequence) return;
    this.#isAnchorSeen = true;
    if (!areEqual(this.#anchor.mac, record.mac))
      this.#note('anchor-differs', record.sequence, 'this record is not the one that was noted outside');
  }

  /** Whether `record` is what was written as number `sequence` after a record with `previousMac`. */
  #fits(record: AuditRecord, sequence: bigint, previousMac: Uint8Array): boolean {
    const chainId = this.#head?.chainId ?? '';
    return areEqual(recordMac(this.#key.key, chainId, previousMac, { ...record, sequence }), record.mac);
  }

  #note(kind: AuditProblemKind, sequence: bigint | null, message: string): void {
    if (!this.isFull) this.problems.push({ kind, sequence, message });
  }
}

function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
