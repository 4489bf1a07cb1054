// Something noted while an entry was decoded; the entry's name is added by whoever read it.

export interface EntryFinding {
  /** Stable kind in kebab case, such as `malformed-date`. */
  readonly kind: string;
  /** `refused`: nothing, or not this part, could be made of the entry. */
  readonly verdict: 'accepted' | 'refused';
  readonly message: string;
}

/** What became of an entry: null when it was refused; then at least one finding says why. */
export interface DecodedEntry<T> {
  readonly value: T | null;
  readonly findings: readonly EntryFinding[];
}

/** Collects the findings of one entry. */
export class EntryFindings {
  readonly list: EntryFinding[] = [];

  accept(kind: string, message: string): void {
    this.list.push({ kind, verdict: 'accepted', message });
  }

  refuse(kind: string, message: string): null {
    this.list.push({ kind, verdict: 'refused', message });
    return null;
  }
}

/** A value from outside as it may stand in a message: one line, printable, not longer than 80 characters. */
export function quoteValue(value: string): string {
  const printable = value.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
  return `"${printable.length > 80 ? `${printable.slice(0, 77)}...` : printable}"`;
}
