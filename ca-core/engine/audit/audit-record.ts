// One link of the audit chain: the event, its place and time, and a MAC over all of that and the link before it.
import { createHmac, type KeyObject } from 'node:crypto';
import type { AuditEvent } from './audit-event.ts';

export interface AuditRecord {
  /** 1 for the first record; without gaps. */
  readonly sequence: bigint;
  /** Microseconds since 1970-01-01 UTC. */
  readonly timeMicros: bigint;
  readonly name: string;
  readonly outcome: string;
  readonly actor: string;
  readonly remoteAddress: string | null;
  readonly details: Readonly<Record<string, string>>;
  readonly mac: Uint8Array;
}

/** The end of the chain. It has a MAC of its own, so that records cut off at the end are missed. */
export interface AuditHead {
  /** Random name of this chain, mixed into every MAC, so that records of another installation with the same key don't fit. */
  readonly chainId: string;
  readonly keyId: string;
  /** Number of records, which is the sequence of the last one. */
  readonly recordCount: bigint;
  /** MAC of the last record; of an empty chain, `genesisMac`. */
  readonly lastMac: Uint8Array;
  readonly headMac: Uint8Array;
}

/** An event as it is chained and stored: text that PostgreSQL can hold, so that what is read back has the same MAC. */
export function normalizeAuditEvent(event: AuditEvent): AuditEvent {
  const details = Object.entries(event.details).map(([name, value]) => [storableText(name), storableText(value)]);
  return {
    name: event.name,
    outcome: event.outcome,
    actor: storableText(event.actor),
    remoteAddress: event.remoteAddress === null ? null : storableText(event.remoteAddress),
    details: Object.fromEntries(details),
  };
}

/** What an empty chain has in place of a last MAC. */
export function genesisMac(key: KeyObject, chainId: string): Buffer {
  return macOf(key, 'retag audit genesis 1', [chainId]);
}

/** The MAC of a record that follows one with `previousMac`. */
export function recordMac(
  key: KeyObject,
  chainId: string,
  previousMac: Uint8Array,
  record: Omit<AuditRecord, 'mac'>,
): Buffer {
  const { sequence, timeMicros, name, outcome, actor, remoteAddress } = record;
  // Names are sorted because JSON objects in a database keep no order that could be relied on.
  const details = Object.entries(record.details).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return macOf(key, 'retag audit record 1', [
    chainId,
    previousMac,
    String(sequence),
    String(timeMicros),
    name,
    outcome,
    actor,
    remoteAddress,
    String(details.length),
    ...details.flat(),
  ]);
}

export function headMac(key: KeyObject, head: Omit<AuditHead, 'headMac'>): Buffer {
  return macOf(key, 'retag audit head 1', [head.chainId, head.keyId, String(head.recordCount), head.lastMac]);
}

type Field = string | Uint8Array | null;

const nullLength = 0xffffffff;

/** Every field is preceded by its length, so that no two lists of fields have the same bytes; null differs from the empty text. */
function macOf(key: KeyObject, purpose: string, fields: readonly Field[]): Buffer {
  const all = [purpose, ...fields];
  const lengths = all.map((field) => (typeof field === 'string' ? Buffer.byteLength(field) : (field?.length ?? 0)));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, 0));
  let at = 0;
  for (const [index, field] of all.entries()) {
    const length = lengths[index] ?? 0;
    at = bytes.writeUInt32BE(field === null ? nullLength : length, at);
    if (typeof field === 'string') bytes.write(field, at);
    else if (field !== null) bytes.set(field, at);
    at += length;
  }
  return createHmac('sha256', key).update(bytes).digest();
}

/** PostgreSQL's text has no NUL, and UTF-8 no lone surrogates. */
function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
