// Answers in the container's words where there is no request to speak of: its head was refused or could not be read.
import type { ClientResponse } from '../listeners/received-request.ts';
import { noFields } from './form-fields.ts';
import type { GatewayRequest } from './operation.ts';
import type { Refusal, RefusalEncoder } from './refusal.ts';
import { writeResponse } from './write-response.ts';

/** Encoders look at path, headers and query only, and of those there are none. */
const unread: GatewayRequest = {
  operation: 'rest-pki-info',
  requestId: '',
  method: 'GET',
  path: '',
  parameters: {},
  form: noFields,
  query: noFields,
  queryText: null,
  headers: {},
  body: Buffer.alloc(0),
  baseUrl: '',
  isSecure: false,
  user: null,
};

const refusals: Readonly<Record<'forbidden' | 'malformed', Refusal>> = {
  forbidden: { kind: 'not-authorized' },
  malformed: { kind: 'malformed-request', message: 'The request cannot be read' },
};

/** `encode` is the container's. */
export function refuseHead(encode: RefusalEncoder): (why: 'forbidden' | 'malformed', to: ClientResponse) => void {
  return (why, to) => writeResponse(to, encode(refusals[why], unread));
}
