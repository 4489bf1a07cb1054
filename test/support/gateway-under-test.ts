// A gateway for tests: real listeners and real clients, a stand-in for Dogtag behind it, handlers and sink that keep what they were given.
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessDirectory, AuditEvent, Caller } from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import {
  createOperationModes,
  type ExchangePair,
  type Gateway,
  type GatewayRequest,
  type OperationHandler,
  type OperationHandlers,
  type OperationMode,
  type OperationName,
  openDogtagAccess,
  operationNames,
  parseGatewaySettings,
  type Refusal,
  type RefusalEncoder,
  type RefusalEncoders,
  type ReplaceableOperationModes,
  routeTable,
  startGateway,
} from '#gateway';
import { silentLog, systemClock } from '#platform';
import { createSampleAuthority } from './sample-authority.ts';
import { type Ask, ask, type Reply, StandInDogtag } from './stand-in-dogtag.ts';

const days = 86_400_000;
const now = systemClock.now().getTime();
export const validity = { notBefore: new Date(now - days), notAfter: new Date(now + 30 * days) };
export const authority = createSampleAuthority('CN=Certificate Authority,O=EXAMPLE.TEST');
export const pem = (der: Buffer): string => new X509Certificate(der).toString();
const serverDer = authority.issue({ serialNumber: 2n, subject: 'CN=pki.example.test', ...validity });
/** Of user `ipara`, whose key the gateway holds. */
export const agentDer = authority.issue({ serialNumber: 7n, subject: 'CN=IPA RA,O=EXAMPLE.TEST', ...validity });
export const agentTls = { cert: pem(agentDer), key: authority.privateKeyPem };
const agentClaim = '2;7;CN=Certificate Authority,O=EXAMPLE.TEST;CN=IPA RA,O=EXAMPLE.TEST';

const directory: AccessDirectory = {
  revision: 1n,
  users: [
    {
      userId: 'ipara',
      fullName: 'ipara',
      email: null,
      certificatesDer: [agentDer],
      certificateClaims: [agentClaim],
      groups: ['Certificate Manager Agents', 'Enterprise ACME Administrators'],
    },
  ],
  rules: [
    {
      resource: 'certServer.ca.account',
      operations: ['login', 'logout'],
      clauses: [
        {
          effect: 'allow',
          operations: ['login', 'logout'],
          anyOf: [[{ subject: 'user', negated: false, value: 'anybody' }]],
        },
      ],
      comment: '',
    },
    {
      resource: 'certServer.ca.certrequests',
      operations: ['execute'],
      clauses: [
        {
          effect: 'allow',
          operations: ['execute'],
          anyOf: [[{ subject: 'group', negated: false, value: 'Certificate Manager Agents' }]],
        },
      ],
      comment: '',
    },
  ],
};

const refuse: RefusalEncoder = (refusal: Refusal) => {
  const statuses: Record<Refusal['kind'], number> = {
    'authentication-required': 401,
    'not-authorized': 403,
    'not-found': 404,
    'method-not-allowed': 405,
    'confidential-required': 302,
    'body-too-large': 413,
    'malformed-request': 400,
    'upstream-unavailable': 503,
    'no-upstream': 503,
    'switched-off': 503,
    internal: 500,
  };
  const headers: Record<string, string> = { 'X-Refusal': refusal.kind };
  if (refusal.kind === 'confidential-required') headers.Location = refusal.location;
  return { status: statuses[refusal.kind], headers, body: Buffer.from('refused') };
};
const refuseIn =
  (dialect: string): RefusalEncoder =>
  (refusal, request) => {
    const answer = refuse(refusal, request);
    return { ...answer, headers: { ...answer.headers, 'X-Dialect': dialect } };
  };
const refusalEncoders: RefusalEncoders = {
  rest: refuseIn('rest'),
  'rest-v2': refuseIn('rest-v2'),
  'servlet-template': refuseIn('servlet-template'),
  'servlet-argset': refuseIn('servlet-argset'),
  'servlet-xml-response': refuseIn('servlet-xml-response'),
  'servlet-token': refuseIn('servlet-token'),
  ocsp: refuseIn('ocsp'),
  acme: refuseIn('acme'),
  container: refuseIn('container'),
};

/** Answers every operation with `from us` unless a test says otherwise. */
const fromUs: OperationHandler = async () => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain' },
  body: Buffer.from('from us'),
});

export class GatewayUnderTest {
  readonly dogtag = new StandInDogtag(pem(serverDer), authority.privateKeyPem);
  readonly pairs: ExchangePair[] = [];
  /** What the sink was told, in order. */
  readonly order: string[] = [];
  readonly audited: AuditEvent[] = [];
  readonly handled: { readonly request: GatewayRequest; readonly caller: Caller }[] = [];
  /** Certificates that only we have. */
  readonly nativeSerials = new Set<bigint>();
  modes: ReplaceableOperationModes = createOperationModes('forward');
  handler: OperationHandler = fromUs;
  ports = { http: 0, https: 0 };
  #gateway: Gateway | null = null;
  readonly #folder = mkdtempSync(join(tmpdir(), 'retag-gateway-'));

  get gateway(): Gateway {
    if (this.#gateway === null) throw new Error('the gateway is not running');
    return this.#gateway;
  }

  async open(): Promise<void> {
    writeFileSync(join(this.#folder, 'ca.pem'), pem(authority.certificateDer));
    writeFileSync(join(this.#folder, 'agent.pem'), pem(agentDer));
    writeFileSync(join(this.#folder, 'key.pem'), authority.privateKeyPem, { mode: 0o600 });
    this.ports = await this.dogtag.start();
    await this.start();
  }

  async close(): Promise<void> {
    await this.#gateway?.stop();
    this.dogtag.stop();
    rmSync(this.#folder, { recursive: true });
  }

  /** Everything as at the start of the first test. */
  reset(): void {
    this.modes.replace([]);
    for (const list of [this.dogtag.seen, this.pairs, this.order, this.audited, this.handled]) list.length = 0;
    this.dogtag.resetAnswer();
    this.handler = fromUs;
  }

  /** Stops a running gateway and starts it with other settings; without a Dogtag where `upstream` is null. */
  async start(more: { listen?: object; upstream?: object | null; nonces?: boolean } = {}): Promise<void> {
    await this.#gateway?.stop();
    const file = (name: string) => join(this.#folder, name);
    const settings = parseGatewaySettings({
      listen: { httpsPort: 0, httpPort: 0, bodyBytesMax: 100_000, stopGraceSeconds: 2, ...more.listen },
      clientTrustFiles: [file('ca.pem')],
      tls: { hostNames: ['pki.example.test'], folder: this.#folder },
      ...(more.upstream === null
        ? {}
        : {
            upstream: {
              httpsUrl: `https://127.0.0.1:${this.ports.https}`,
              httpUrl: `http://127.0.0.1:${this.ports.http}`,
              hostName: 'pki.example.test',
              trustFiles: [file('ca.pem')],
              identities: [{ certificateFile: file('agent.pem'), keyFile: file('key.pem') }],
              ...more.upstream,
            },
          }),
      nonces: more.nonces ?? false,
    });
    this.modes = createOperationModes('forward');
    this.#gateway = await startGateway(
      {
        settings,
        ra: {
          ...emptyAuthority,
          findCertificate: async (serial) => (this.nativeSerials.has(serial) ? nativeCertificate : null),
        },
        shadow: { rehearse: () => ({ ra: emptyAuthority, tbsCertificatesDer: () => [] }), sink: this.#sink() },
        modes: this.modes,
        handlers: this.#handlers(),
        refusalEncoders,
        routes: routeTable,
        guardedHeaders: { 'Cache-Control': 'private', Expires: 'Thu, 01 Jan 1970 00:00:00 GMT' },
        credentials: { certificateChainPem: pem(serverDer), keyPem: authority.privateKeyPem },
        audit: (event) => this.audited.push(event),
        clock: systemClock,
        log: silentLog,
      },
      await openDogtagAccess(settings),
    );
  }

  /** Puts one operation in a mode and all others in `forward`. */
  serve(operation: OperationName, mode: OperationMode = 'serve', profileId: string | null = null): void {
    this.modes.replace([{ operation, profileId, mode }]);
  }

  plain(path: string, more: Partial<Ask> = {}): Promise<Reply> {
    return ask({ port: this.gateway.httpPort, path, ...more });
  }

  secure(path: string, more: Partial<Ask> = {}): Promise<Reply> {
    return ask({ port: this.gateway.httpsPort, path, tls: {}, ...more });
  }

  #sink() {
    return {
      beginWrite: (operation: OperationName) => {
        this.order.push(`read ${operation}`);
        return async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          this.order.push(`applied ${operation}`);
        };
      },
      noteUnmappedWrite: async (method: string, path: string) => {
        this.order.push(`unmapped ${method} ${path}`);
      },
      take: (pair: ExchangePair) => {
        this.order.push(`took ${pair.request.operation}`);
        this.pairs.push(pair);
      },
    };
  }

  #handlers(): OperationHandlers {
    const handle: OperationHandler = (request, caller, ra) => {
      this.handled.push({ request, caller });
      return this.handler(request, caller, ra);
    };
    return Object.fromEntries(operationNames.map((name) => [name, handle])) as OperationHandlers;
  }
}

const nativeCertificate = { origin: 'native' } as Awaited<ReturnType<RaClient['findCertificate']>>;

/** What the authority says of the ACME responder; tests set it. */
export const acmeState: { enabled: boolean | null } = { enabled: null };

/** Knows who may do what, and no certificates or requests. */
const emptyAuthority = {
  readAccessDirectory: async (seen: bigint | null) => (seen === directory.revision ? null : directory),
  findCertificate: async () => null,
  checkPassword: async () => 'unknown',
  findRequest: async () => null,
  isAcmeEnabled: async () => acmeState.enabled,
} as unknown as RaClient;
