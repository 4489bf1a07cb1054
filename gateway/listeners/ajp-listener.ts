// AJP/1.3, over which a web server in front passes its clients on, as FreeIPA's httpd does: from known addresses, with a shared secret.
import { type AddressInfo, createServer } from 'node:net';
import type { AjpForwardRequest } from '#codecs/ajp13';
import type { Log } from '#platform';
import type { Admission } from './ajp-admission.ts';
import { isPeer, peerList } from './ajp-peers.ts';
import { type AjpRefusal, AjpServerConnection } from './ajp-server-connection.ts';
import { type Listener, listen } from './listener.ts';
import type { ListenerLimits } from './listener-limits.ts';
import type { ClientResponse, RequestReceiver } from './received-request.ts';

export interface AjpListenerParts {
  readonly address: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Largest packet either way; the web server must be set to the same (`ProxyIOBufferSize`). */
  readonly packetBytes: number;
  /** Addresses, or networks as `10.0.0.0/8`, of the web servers. */
  readonly peers: readonly string[];
  readonly limits: ListenerLimits;
  readonly admit: (request: AjpForwardRequest) => Admission;
  readonly receive: RequestReceiver;
  readonly refuse: (refusal: AjpRefusal, response: ClientResponse) => void;
  readonly log: Log;
}

/** Throws ListenError, or an Error naming a peer that is no address. */
export async function startAjpListener(parts: AjpListenerParts): Promise<Listener> {
  const { log } = parts;
  const peers = peerList(parts.peers);
  const connections = new Set<AjpServerConnection>();
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    if (!isPeer(peers, socket.remoteAddress ?? '')) {
      log.warn('refused an AJP connection: its address is not among the peers', { peer: socket.remoteAddress });
      socket.destroy();
      return;
    }
    const connection = new AjpServerConnection(socket, parts);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  server.maxConnections = parts.limits.connectionsMax;
  await listen(server, parts);
  const bound = server.address() as AddressInfo;
  log.info('listening', { address: bound.address, port: bound.port, protocol: 'AJP/1.3' });
  return {
    address: bound.address,
    port: bound.port,
    stop: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.finish();
      const cutOff = setTimeout(() => {
        for (const connection of connections) connection.destroy();
      }, graceMs);
      await closed;
      clearTimeout(cutOff);
    },
  };
}
