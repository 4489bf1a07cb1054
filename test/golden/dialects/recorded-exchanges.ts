// The recorded exchanges with a real Dogtag, in the order in which they were made.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  decodeRecordedRequest,
  decodeRecordedResponse,
  type HeaderFields,
  type RecordedRequest,
  type RecordedResponse,
} from '#codecs/exchange';

export type RecordedDialect = 'v1-json' | 'v1-xml' | 'servlet';
export type Identity = 'none' | 'ipara' | 'caadmin' | 'nobody' | 'unmapped' | 'basic' | 'basicbad';

export interface RecordedExchange {
  readonly dialect: RecordedDialect;
  /** Operation name, or `unknown` for paths that no operation has. */
  readonly operation: string;
  /** Number and words, such as `051-certrequests-enrol-agent`. */
  readonly name: string;
  readonly identity: Identity;
  readonly shows: string;
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
}

const root = fileURLToPath(new URL('../../../compat-fixtures/exchanges/10.10.2/', import.meta.url));

export function readRecordedExchanges(dialect: RecordedDialect): RecordedExchange[] {
  const exchanges = readdirSync(root + dialect).flatMap((operation) =>
    readdirSync(`${root}${dialect}/${operation}`).map((name): RecordedExchange => {
      const folder = `${root}${dialect}/${operation}/${name}/`;
      const { identity, shows } = JSON.parse(readFileSync(`${folder}about.json`, 'utf8'));
      const request = decodeRecordedRequest(readFileSync(`${folder}request.http`));
      const response = decodeRecordedResponse(readFileSync(`${folder}response.http`));
      return { dialect, operation, name, identity, shows, request, response };
    }),
  );
  return exchanges.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** First value of a header, or null. */
export function findHeader(headers: HeaderFields, wanted: string): string | null {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? null;
}
