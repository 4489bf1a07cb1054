// The recorded exchanges with real Dogtags, in the order in which they were made.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  decodeRecordedRequest,
  decodeRecordedResponse,
  type HeaderFields,
  type RecordedRequest,
  type RecordedResponse,
} from '#codecs/exchange';

export const releases = ['10.10.2', '11.10.1'] as const;
export type Release = (typeof releases)[number];
export type RecordedDialect = 'v1-json' | 'v1-xml' | 'v2-json' | 'servlet' | 'acme';
export type Identity = 'none' | 'ipara' | 'caadmin' | 'nobody' | 'unmapped' | 'basic' | 'basicbad';

export interface RecordedExchange {
  readonly release: Release;
  readonly dialect: RecordedDialect;
  /** Operation name, or `unknown` for paths that no operation has. */
  readonly operation: string;
  /** Number and words, such as `051-certrequests-enrol-agent`. */
  readonly name: string;
  readonly identity: Identity;
  readonly shows: string;
  /** The client had logged in before, which is no exchange of its own. */
  readonly hasSession?: boolean;
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
}

const root = fileURLToPath(new URL('../../../compat-fixtures/exchanges/', import.meta.url));

export function readRecordedExchanges(dialect: RecordedDialect, release: Release = '10.10.2'): RecordedExchange[] {
  const dialectFolder = `${root}${release}/${dialect}`;
  const exchanges = readdirSync(dialectFolder).flatMap((operation) =>
    readdirSync(`${dialectFolder}/${operation}`).map((name): RecordedExchange => {
      const folder = `${dialectFolder}/${operation}/${name}/`;
      const { identity, shows, session } = JSON.parse(readFileSync(`${folder}about.json`, 'utf8'));
      const request = decodeRecordedRequest(readFileSync(`${folder}request.http`));
      const response = decodeRecordedResponse(readFileSync(`${folder}response.http`));
      return {
        release,
        dialect,
        operation,
        name,
        identity,
        shows,
        hasSession: session !== undefined,
        request,
        response,
      };
    }),
  );
  return exchanges.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** First value of a header, or null. */
export function findHeader(headers: HeaderFields, wanted: string): string | null {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? null;
}
