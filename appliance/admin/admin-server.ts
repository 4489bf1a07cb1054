// The appliance's own HTTPS port. It only shows; whoever wants to change something uses the command line on this machine.
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { allTargets, buildShadowReport, judgeReadiness, readKnownDifferences, type ShadowJournal } from '#migration';
import type { Log } from '#platform';
import { renderStatusPage } from './status-page.ts';
import { readStatus, type StatusSources } from './status-report.ts';

export interface AdminCredentials {
  readonly certificateChainPem: string;
  readonly keyPem: string;
}

export interface AdminServerParts {
  readonly address: string;
  /** 0 chooses a free one. */
  readonly port: number;
  readonly hostName: string;
  readonly credentials: AdminCredentials;
  /** PEM under which clients' certificates must verify. */
  readonly clientTrustPem: string;
  readonly status: StatusSources;
  readonly journal: ShadowJournal;
  readonly log: Log;
}

export interface AdminServer {
  readonly port: number;
  replaceCredentials(credentials: AdminCredentials): void;
  stop(): Promise<void>;
}

/** Throws the system's error when the port can't be had. */
export async function startAdminServer(parts: AdminServerParts): Promise<AdminServer> {
  const server = createServer(
    {
      cert: parts.credentials.certificateChainPem,
      key: parts.credentials.keyPem,
      ca: parts.clientTrustPem,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    },
    createAdminApplication(parts),
  );
  server.requestTimeout = 30_000;
  server.maxConnections = 100;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, parts.address, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    replaceCredentials: ({ certificateChainPem, keyPem }) =>
      server.setSecureContext({ cert: certificateChainPem, key: keyPem, ca: parts.clientTrustPem }),
    stop: () => close(server),
  };
}

function createAdminApplication({ status, journal, hostName, log }: AdminServerParts): Express {
  const application = express();
  application.disable('x-powered-by');
  application.use(onlyKnownCallers);
  application.get('/health', async (_request, response) => {
    const report = await readStatus(status);
    response.status(report.state === 'down' ? 503 : 200).json({ state: report.state, problems: report.problems });
  });
  application.get('/status', async (_request, response) => {
    sendJson(response, await readStatus(status));
  });
  application.get('/shadow', async (_request, response) => {
    sendJson(response, await buildShadowReport(journal, readKnownDifferences(), { noteworthyMax: 20 }));
  });
  application.get('/readiness', async (_request, response) => {
    const operations = [...new Set(allTargets().map(({ operation }) => operation))];
    sendJson(response, judgeReadiness(await journal.readSums(), operations, status.thresholds));
  });
  application.get('/', async (_request, response) => {
    response.type('html').send(renderStatusPage(await readStatus(status), hostName));
  });
  application.use((_request: Request, response: Response) => {
    response
      .status(404)
      .json({ error: 'there is no such path', paths: ['/', '/health', '/status', '/shadow', '/readiness'] });
  });
  application.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    log.error('an admin request failed', { error });
    response.status(500).json({ error: 'internal' });
  });
  return application;
}

/** From this machine everybody may look; from elsewhere only a certificate of this installation opens the door. */
function onlyKnownCallers(request: Request, response: Response, next: NextFunction): void {
  const address = request.socket.remoteAddress ?? '';
  const isLocal = address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1';
  if (isLocal || (request.socket as TLSSocket).authorized) next();
  else response.status(403).json({ error: 'present a client certificate of this installation' });
}

function sendJson(response: Response, value: unknown): void {
  const text = JSON.stringify(value, (_name, member) => (typeof member === 'bigint' ? member.toString() : member));
  response.type('json').send(text);
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
