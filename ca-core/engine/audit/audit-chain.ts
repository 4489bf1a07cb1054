// Makes the chain grow: new records and the new head, from the old head and what happened.
import { timingSafeEqual } from 'node:crypto';
import type { AuditEvent } from './audit-event.ts';
import type { AuditKey } from './audit-key.ts';
import {
  type AuditHead,
  type AuditRecord,
  genesisMac,
  headMac,
  normalizeAuditEvent,
  recordMac,
} from './audit-record.ts';

/** The head of a chain without records. */
export function beginAuditChain({ key, keyId }: AuditKey, chainId: string): AuditHead {
  const head = { chainId, keyId, recordCount: 0n, lastMac: genesisMac(key, chainId) };
  return { ...head, headMac: headMac(key, head) };
}

/** Whether the head was written with this key. Records must not be added to any other: that would make a cut chain look whole. */
export function isGenuineHead({ key, keyId }: AuditKey, head: AuditHead): boolean {
  const expected = headMac(key, head);
  return head.keyId === keyId && head.headMac.length === expected.length && timingSafeEqual(head.headMac, expected);
}

/** The records for `events`, in order, and the head after them; `nowMicros` is asked once for each. */
export function extendAuditChain(
  { key }: AuditKey,
  head: AuditHead,
  events: readonly AuditEvent[],
  nowMicros: () => bigint,
): { readonly records: readonly AuditRecord[]; readonly head: AuditHead } {
  let { lastMac, recordCount } = head;
  const records = events.map((event) => {
    recordCount += 1n;
    const record = { ...normalizeAuditEvent(event), sequence: recordCount, timeMicros: nowMicros() };
    lastMac = recordMac(key, head.chainId, lastMac, record);
    return { ...record, mac: lastMac };
  });
  const newHead = { chainId: head.chainId, keyId: head.keyId, recordCount, lastMac };
  return { records, head: { ...newHead, headMac: headMac(key, newHead) } };
}
