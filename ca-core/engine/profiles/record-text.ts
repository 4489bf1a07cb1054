// Lists of records in one text value, which is how agents see and edit extensions of several parts:
// `Record #0`, then `Name:value` lines, ended by CR LF each, with an empty line after every record (EnrollDefault.buildRecords, parseRecords).

import { CaError } from '../errors.ts';
import { invalidProperty } from './extension-default.ts';

export type TextRecord = ReadonlyMap<string, string>;

export function printRecords(records: readonly (readonly (readonly [name: string, value: string])[])[]): string {
  return records
    .map((fields, index) => {
      const lines = fields.map(([name, value]) => `${name}:${value}\r\n`).join('');
      return `Record #${index}\r\n${lines}\r\n`;
    })
    .join('');
}

/** The text is not such a list; the message is Dogtag's. */
export class RecordTextError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RecordTextError';
  }
}

/** Records in order; later lines of the same name win. Throws RecordTextError. */
export function parseRecords(text: string): TextRecord[] {
  const lines = text.split(/[\r\n]+/).filter((line) => line !== '');
  const records: Map<string, string>[] = [];
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at] ?? '';
    if (line === `Record #${records.length}`) {
      at++;
      if (at >= lines.length) return records;
      records.push(new Map());
      line = lines[at] ?? '';
    }
    const record = records.at(-1);
    if (record === undefined) throw new RecordTextError('Bad Input Format');
    const colon = line.indexOf(':');
    if (colon <= 0) throw new RecordTextError('Missing colon');
    record.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return records;
}

/** The records of a value that an agent gave. Throws CaError `malformed-edit`. */
export function readEditedRecords(name: string, text: string | null): TextRecord[] {
  if (text === null) throw invalidProperty(name);
  try {
    return parseRecords(text);
  } catch (error) {
    if (error instanceof RecordTextError) throw new CaError('malformed-edit', error.message, { cause: error });
    throw error;
  }
}
