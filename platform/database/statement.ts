// A statement with a name: PostgreSQL parses and plans it once per connection.
import type { TimestampForm } from './sql-values.ts';

export interface Statement {
  /** Also the name of the prepared statement; appears in errors. */
  readonly name: string;
  readonly text: string;
  readonly timestamps: TimestampForm;
}

const known = new Map<string, string>();

/**
 * Names a statement with `$1`, `$2`… parameters. The name is unique in the program (`certificates.find`); two texts under one
 * name throw, because a connection would run the first for both. `timestamps` tells how its timestamptz columns are read.
 */
export function statement(name: string, text: string, options: { timestamps?: TimestampForm } = {}): Statement {
  // PostgreSQL cuts names at 63 bytes without a word, so longer ones could meet.
  if (!/^[a-z0-9][a-z0-9.-]{0,62}$/.test(name))
    throw new TypeError(`statement name "${name}" must be 1 to 63 of a-z, 0-9, dot and hyphen`);
  const earlier = known.get(name);
  if (earlier !== undefined && earlier !== text) throw new TypeError(`two statements are named "${name}"`);
  known.set(name, text);
  return Object.freeze({ name, text, timestamps: options.timestamps ?? 'date' });
}
