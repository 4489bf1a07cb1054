// Plain HTTP, for what Dogtag offers without TLS: status, chains, CRLs, OCSP and enrolment by certmonger.
import { createServer } from 'node:http';
import { type Listener, type ListenerParts, startListener } from './listener.ts';
import { serverOptionsFrom } from './listener-limits.ts';

/** Throws ListenError. */
export async function startHttpListener(parts: ListenerParts): Promise<Listener> {
  return await startListener(createServer(serverOptionsFrom(parts.limits)), parts);
}
