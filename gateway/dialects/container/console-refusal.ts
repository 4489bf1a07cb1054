// Servlets of Dogtag's administration console, which change Dogtag's own configuration: what they say when there is none any more.
import type { GatewayResponse } from '../../routing/operation.ts';

const message = 'There is no Dogtag behind this server that the console could administer';

/** As Dogtag's AdminServlet tells a failure: the status 1 in four octets, and text behind its length in two. */
export function consoleRefusal(): GatewayResponse {
  const text = Buffer.from(message);
  const head = Buffer.alloc(6);
  head.writeInt32BE(1);
  head.writeUInt16BE(text.length, 4);
  return { status: 200, headers: {}, body: Buffer.concat([head, text]) };
}
