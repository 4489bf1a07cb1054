// A request and its answer as listeners hand them out: as much of Node's own HTTP classes as anybody behind a listener looks at.
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import type { ClientIdentity } from './client-identity.ts';

/** Reading it reads the body. Node's IncomingMessage is one. */
export interface ReceivedRequest extends Readable {
  readonly method?: string | undefined;
  /** The request target as sent. */
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turns, in the order sent. */
  readonly rawHeaders: readonly string[];
  /** Whether the whole request has arrived, or what is missing of it will not be asked for. */
  readonly complete: boolean;
  readonly socket: {
    /** Where the client connected to. */
    readonly localAddress?: string | undefined;
    readonly localPort?: number | undefined;
    destroy(): unknown;
  };
}

/** Closing follows finishing; closing without it means that the client is gone. Node's ServerResponse is one. */
export interface ClientResponse extends Writable {
  readonly req: ReceivedRequest;
  readonly headersSent: boolean;
  readonly statusCode: number;
  /** False closes the connection after this answer. */
  shouldKeepAlive: boolean;
  /** `headers` are names and values in turns. */
  writeHead(status: number, reason: string, headers: string[]): unknown;
  writeContinue(): void;
}

/** Called for every request; answers it through `response`. Never throws. */
export type RequestReceiver = (request: ReceivedRequest, response: ClientResponse, client: ClientIdentity) => void;
