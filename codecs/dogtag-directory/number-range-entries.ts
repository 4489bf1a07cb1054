// Which numbers Dogtag has handed out to itself and its clones, and which it will hand out next.
// Ruled by Repository.java and DBSubsystem.getNextRange. Up to 11.x with "legacy" numbers, the directory counts ranges in decimal (10000001, then
// 20000001) but the server reads the certificate repository's digits as hexadecimal (0x10000001). Who must not collide has to mind both.
import type { DirectoryEntry } from '#codecs/ldif';
import { type EntryFindings, quoteValue } from './entry-finding.ts';

/** Digits of the directory in both readings; they are the same numbers where the server reads decimal. */
export interface NumberReading {
  readonly text: string;
  readonly decimal: bigint;
  readonly hexadecimal: bigint;
}

/** A range given to one server. */
export interface AllocatedRange {
  readonly begin: NumberReading;
  readonly end: NumberReading;
  readonly host: string | null;
  readonly port: string | null;
}

/** Where the next range will begin, or null when the repository hands out no ranges. */
export function readNextRange(entry: DirectoryEntry, findings: EntryFindings): NumberReading | null {
  const text = entry.findText('nextRange');
  return text === null ? null : readDigits(text, 'nextRange', findings);
}

/** A `pkiRange` entry, or null with a finding when it is none. */
export function decodeRangeEntry(entry: DirectoryEntry, findings: EntryFindings): AllocatedRange | null {
  const begin = readDigits(entry.findText('beginRange') ?? '', 'beginRange', findings);
  const end = readDigits(entry.findText('endRange') ?? '', 'endRange', findings);
  if (begin === null || end === null) return null;
  return { begin, end, host: entry.findText('host'), port: entry.findText('securePort') };
}

function readDigits(text: string, attribute: string, findings: EntryFindings): NumberReading | null {
  if (!/^[0-9a-f]{1,60}$/i.test(text)) {
    findings.refuse('malformed-range', `${attribute} is ${quoteValue(text)}`);
    return null;
  }
  const hexadecimal = BigInt(`0x${text}`);
  // Digits above 9 can only have been meant as hexadecimal.
  return { text, hexadecimal, decimal: /^[0-9]+$/.test(text) ? BigInt(text) : hexadecimal };
}
