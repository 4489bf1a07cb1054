// A gateway without a Dogtag behind it, to which recorded requests are sent by clients that are who they were in the recording.
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessDirectory, AccessRule, AccessUser } from '#ca-core/engine';
import type { RaClient } from '#ca-core/ra-client';
import type { HeaderFields } from '#codecs/exchange';
import {
  createDialects,
  createOperationModes,
  dogtag10,
  dogtag11,
  type Gateway,
  type ProductDescription,
  parseGatewaySettings,
  startGateway,
} from '#gateway';
import { type Clock, silentLog, systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { findHeader, type RecordedExchange, type Release, readRecordedExchanges } from './recorded-exchanges.ts';

export interface Reply {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly body: Buffer;
}

const days = 86_400_000;
const nowMs = systemClock.now().getTime();
const validity = { notBefore: new Date(nowMs - days), notAfter: new Date(nowMs + 30 * days) };
const issuer = 'CN=Certificate Authority,O=EXAMPLE.TEST';
const authority = createSampleAuthority(issuer);
const pem = (der: Buffer): string => new X509Certificate(der).toString();

const agentGroups = [
  'Certificate Manager Agents',
  'Registration Manager Agents',
  'Security Domain Administrators',
  'Enterprise ACME Administrators',
];
const adminGroups = [
  'Administrators',
  'Certificate Manager Agents',
  'Enterprise CA Administrators',
  'Enterprise EST Administrators',
  'Enterprise KRA Administrators',
  'Enterprise OCSP Administrators',
  'Enterprise RA Administrators',
  'Enterprise TKS Administrators',
  'Enterprise TPS Administrators',
  'Security Domain Administrators',
];

const subjects = {
  ipara: 'CN=IPA RA,O=EXAMPLE.TEST',
  caadmin: 'CN=PKI Administrator',
  nobody: 'CN=Nobody',
  unmapped: 'CN=X',
};
type Holder = keyof typeof subjects;
const holders: readonly Holder[] = ['ipara', 'caadmin', 'nobody', 'unmapped'];
const certificates = new Map(
  holders.map((holder, index) => [
    holder,
    authority.issue({ serialNumber: BigInt(100 + index), subject: subjects[holder], ...validity }),
  ]),
);

function user(userId: Holder, fullName: string, email: string | null, groups: readonly string[]): AccessUser {
  const serialNumber = 100 + holders.indexOf(userId);
  const claim = `2;${serialNumber};${issuer};${subjects[userId]}`;
  return { userId, fullName, email, certificatesDer: [], certificateClaims: [claim], groups };
}

function rule(resource: string, operations: readonly string[], groups: readonly string[] | 'anybody'): AccessRule {
  const anyOf =
    groups === 'anybody'
      ? [[{ subject: 'user' as const, negated: false, value: 'anybody' }]]
      : groups.map((value) => [{ subject: 'group' as const, negated: false, value }]);
  return { resource, operations, clauses: [{ effect: 'allow', operations, anyOf }], comment: '' };
}

const agents = ['Certificate Manager Agents', 'Administrators'];
/** Groups that this release's installer does not make. */
const groupsLaterMade: Readonly<Record<Release, ReadonlySet<string>>> = {
  '10.10.2': new Set(['Enterprise EST Administrators']),
  '11.10.1': new Set(),
};

const accessDirectory: AccessDirectory = {
  revision: 1n,
  users: [
    user('ipara', 'ipara', null, agentGroups),
    user('caadmin', 'caadmin', 'caadmin@example.test', adminGroups),
    user('nobody', 'Nobody', null, []),
  ],
  rules: [
    rule('certServer.ca.account', ['login', 'logout'], 'anybody'),
    rule('certServer.ca.certs', ['execute'], [...agents, 'Enterprise ACME Administrators']),
    rule('certServer.ca.certrequests', ['execute'], agents),
    rule('certServer.ca.request.profile', ['read', 'approve'], agents),
    rule('certServer.ca.profiles', ['list'], agents),
    rule('certServer.ca.profile', ['read', 'approve'], agents),
    rule('certServer.profile.configuration', ['read', 'modify'], agents),
    rule('certServer.ca.selftests', ['read', 'execute'], ['Administrators']),
    rule('certServer.ca.users', ['execute'], ['Administrators']),
    rule('certServer.ca.groups', ['execute'], ['Administrators']),
    rule('certServer.ca.authorities', ['create', 'modify', 'delete'], agents),
    rule('certServer.ca.crl', ['read', 'update'], agents),
    rule('certServer.ca.certificate', ['read', 'unrevoke'], agents),
    rule('certServer.ca.certificates', ['revoke', 'list'], agents),
    rule('certServer.ee.certificates', ['revoke', 'list'], 'anybody'),
    rule('certServer.ee.certchain', ['download', 'read'], 'anybody'),
    rule('certServer.securitydomain.domainxml', ['read'], 'anybody'),
    rule('certServer.securitydomain.domainxml', ['modify'], ['Subsystem Group', 'Enterprise CA Administrators']),
    rule('certServer.ca.connectorInfo', ['read', 'modify'], ['Enterprise KRA Administrators', 'Subsystem Group']),
    rule('certServer.log.configuration', ['read'], agents),
    rule('certServer.log.configuration', ['modify'], ['Administrators']),
    rule('certServer.log.content.signedAudit', ['read'], ['Auditors']),
    rule('certServer.ca.crl', ['update'], agents),
    rule('certServer.ee.requestStatus', ['read'], 'anybody'),
    rule('certServer.ee.certificate', ['read', 'renew'], 'anybody'),
    rule('certServer.ca.crl', ['update', 'read'], agents),
    rule('certServer.ee.requestStatus', ['read'], 'anybody'),
    rule('certServer.ee.certificate', ['read', 'import'], 'anybody'),
    rule('certServer.ee.profiles', ['list'], 'anybody'),
    rule('certServer.ee.profile', ['submit', 'read'], 'anybody'),
    rule('certServer.ee.request.revocation', ['submit'], 'anybody'),
    rule('certServer.ee.request.enrollment', ['submit'], 'anybody'),
    rule('certServer.ca.request.enrollment', ['submit'], 'anybody'),
    rule('certServer.ca.certificates', ['revoke', 'list'], [...agents, 'Registration Manager Agents']),
    rule('certServer.ca.certificate', ['unrevoke', 'revoke', 'read'], agents),
    rule('certServer.ca.directory', ['update'], agents),
    rule('certServer.ee.crl', ['read'], 'anybody'),
    rule('certServer.ee.request.ocsp', ['submit'], 'anybody'),
    rule('certServer.ca.certificate', ['read', 'import'], agents),
    rule('certServer.admin.certificate', ['import'], 'anybody'),
    rule('certServer.ee.certchain', ['read', 'download'], 'anybody'),
    rule('certServer.ca.certificates', ['list', 'revoke'], agents),
    rule('certServer.ca.requests', ['list'], agents),
    rule('certServer.ee.certificates', ['list'], 'anybody'),
    rule('certServer.ca.request.enrollment', ['read', 'assign', 'unassign'], agents),
    rule('certServer.ca.ocsp', ['read'], ['Administrators', ...agents]),
    rule('certServer.ca.systemstatus', ['read'], agents),
  ],
};

/** Time stands still at the recorded moment, but for what a test adds. */
export class ReplayClock implements Clock {
  #nowMs = nowMs;
  #stepMs = 0;
  /** Each look at the clock comes `stepMs` after the one before. */
  set(at: Date, stepMs = 0): void {
    this.#nowMs = at.getTime() - stepMs;
    this.#stepMs = stepMs;
  }
  now(): Date {
    this.#nowMs += this.#stepMs;
    return new Date(this.#nowMs);
  }
  nowMicros(): bigint {
    return BigInt(this.now().getTime()) * 1000n;
  }
}

const products = { '10.10.2': dogtag10, '11.10.1': dogtag11 } as const;

/** What the recorded installation told of itself, in JSON. */
function recordedEntity<Entity>(operation: string, release: Release): Entity {
  const found = readRecordedExchanges('v1-json', release).find(
    (one) => one.operation === operation && one.response.status === 200,
  );
  if (found === undefined) throw new Error(`no recorded ${operation}`);
  return JSON.parse(found.response.body.toString()) as Entity;
}

function recordedSubsystemCertificate(release: Release): string {
  const found = readRecordedExchanges('servlet', release).find(
    ({ operation }) => operation === 'servlet-get-subsystem-certificate',
  );
  return /\bCert(?:>|" ?: ?")([A-Za-z0-9+/=]+)/.exec(found?.response.body.toString() ?? '')?.[1] ?? '';
}

function directoryOf(release: Release): AccessDirectory {
  const users = accessDirectory.users.map((one) => ({
    ...one,
    groups: one.groups.filter((group) => !groupsLaterMade[release].has(group)),
  }));
  return { ...accessDirectory, users };
}

export class ReplayGateway {
  readonly clock = new ReplayClock();
  /** Answers of the authority for the exchange that is replayed; whatever it does not have fails the test. */
  script: Partial<RaClient> = {};
  #release: Release = '10.10.2';
  #gateway: Gateway | null = null;
  /** Recorded session cookie to the one that this gateway gave in its place. */
  readonly #cookies = new Map<string, string>();
  /** Recorded nonce to the one that this gateway gave in its place. */
  readonly #nonces = new Map<string, string>();
  readonly #folder = mkdtempSync(join(tmpdir(), 'retag-replay-'));

  /**
   * The gateway answers as this release, with the CA that was recorded with it behind it; `nonces` as `ca.enableNonces` was; `told`: what another
   * Dogtag tells of itself.
   */
  async open(release: Release, nonces = false, told: Partial<ProductDescription> = {}): Promise<void> {
    this.#release = release;
    const trustFile = join(this.#folder, 'ca.pem');
    writeFileSync(trustFile, pem(authority.certificateDer));
    const serverDer = authority.issue({ serialNumber: 2n, subject: 'CN=pki.example.test', ...validity });
    const keyArchival = {
      mechanism: 'keywrap',
      encryptAlgorithm: 'AES/CBC/PKCS5Padding',
      wrapAlgorithm: 'AES KeyWrap/Padding',
      transportCertificatePem: recordedEntity<{ Encoded: string }>('rest-get-transport-certificate', release).Encoded,
    };
    this.#gateway = await startGateway(
      {
        settings: parseGatewaySettings({
          listen: { httpsPort: 0, httpPort: 0, stopGraceSeconds: 2 },
          clientTrustFiles: [trustFile],
          tls: { hostNames: ['pki.example.test'], folder: this.#folder },
          nonces,
        }),
        ra: this.#scriptedAuthority(),
        shadow: null,
        modes: createOperationModes('serve'),
        ...createDialects({
          clock: this.clock,
          timeZone: 'Etc/UTC',
          product: {
            ...products[release],
            keyArchival,
            subsystemCertificateBase64: recordedSubsystemCertificate(release),
            applications: recordedEntity('rest-list-applications', release),
            ...told,
          },
        }),
        credentials: { certificateChainPem: pem(serverDer), keyPem: authority.privateKeyPem },
        audit: () => {},
        clock: systemClock,
        log: silentLog,
      },
      null,
    );
  }

  async close(): Promise<void> {
    await this.#gateway?.stop();
    rmSync(this.#folder, { recursive: true });
  }

  async send(exchange: RecordedExchange): Promise<Reply> {
    const { request } = exchange;
    if (exchange.hasSession === true) await this.#logIn(exchange);
    const said = { ...exchange, request: { ...request, body: this.#translateNonces(request.body) } };
    const reply = await this.#ask(said, this.#headersOf(said));
    const recorded = sessionIn(findHeader(exchange.response.headers, 'set-cookie'));
    const ours = sessionIn(findHeader(reply.headers, 'set-cookie'));
    if (recorded !== null && ours !== null) this.#cookies.set(recorded, ours);
    if (request.method === 'HEAD') return { ...reply, body: Buffer.alloc(0) };
    return { ...reply, body: this.#withRecordedNonce(reply.body, exchange.response.body) };
  }

  /** Once for each session that the recording shows only later. */
  async #logIn(exchange: RecordedExchange): Promise<void> {
    const recorded = sessionIn(findHeader(exchange.request.headers, 'cookie'));
    if (recorded === null || this.#cookies.has(recorded)) return;
    const headers = [['Host', findHeader(exchange.request.headers, 'host') ?? 'pki.example.test']] as const;
    const request = { method: 'GET', target: '/ca/rest/account/login', headers, body: Buffer.alloc(0) };
    const reply = await this.#ask({ ...exchange, request }, headers.flat());
    const ours = sessionIn(findHeader(reply.headers, 'set-cookie'));
    if (ours !== null) this.#cookies.set(recorded, ours);
  }

  /** What the recorder's own HTTP client added besides is left to this one. */
  #headersOf({ request, identity }: RecordedExchange): string[] {
    const headers: string[] = [];
    for (const [name, value] of request.headers) {
      if (/^(?:content-length|connection|authorization)$/i.test(name)) continue;
      headers.push(name, /^cookie$/i.test(name) ? this.#translateCookie(value) : value);
    }
    if (identity === 'basic' || identity === 'basicbad') {
      const password = identity === 'basic' ? 'right' : 'wrong';
      headers.push('Authorization', `Basic ${Buffer.from(`caadmin:${password}`).toString('base64')}`);
    }
    if (request.body.length > 0 || request.method === 'POST')
      headers.push('Content-Length', String(request.body.length));
    headers.push('Connection', 'close');
    return headers;
  }

  /** Numbers are random, so that whatever stands in the nonce's place is taken for the recorded one. */
  #withRecordedNonce(body: Buffer, recordedBody: Buffer): Buffer {
    const [ours, recorded] = [nonceIn(body), nonceIn(recordedBody)];
    if (ours === null || recorded === null) return body;
    this.#nonces.set(recorded, ours);
    return Buffer.from(body.toString('latin1').replace(ours, recorded), 'latin1');
  }

  #translateNonces(body: Buffer): Buffer {
    const recorded = nonceIn(body);
    const ours = recorded === null ? undefined : this.#nonces.get(recorded);
    if (recorded === null || ours === undefined) return body;
    return Buffer.from(body.toString('latin1').replace(recorded, ours), 'latin1');
  }

  #translateCookie(value: string): string {
    const recorded = sessionIn(value);
    const ours = recorded === null ? undefined : this.#cookies.get(recorded);
    return recorded === null || ours === undefined ? value : value.replace(recorded, ours);
  }

  #ask({ request, identity }: RecordedExchange, headers: string[]): Promise<Reply> {
    const isSecure = !(findHeader(request.headers, 'host') ?? '').match(/:[12]8080$/);
    const gateway = this.#gateway;
    if (gateway === null) throw new Error('the gateway is not running');
    const der = certificates.get(identity as Holder);
    const tls = der === undefined ? {} : { cert: pem(der), key: authority.privateKeyPem };
    const options = { host: '127.0.0.1', method: request.method, path: request.target, headers, setHost: false };
    return new Promise((resolve, reject) => {
      const receive = (message: IncomingMessage): void => {
        const pieces: Buffer[] = [];
        message.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject);
        message.on('end', () =>
          resolve({
            status: message.statusCode ?? 0,
            headers: pairsOf(message.rawHeaders),
            body: Buffer.concat(pieces),
          }),
        );
      };
      const sent = isSecure
        ? secureRequest(
            {
              ...options,
              port: gateway.httpsPort,
              ...tls,
              ca: pem(authority.certificateDer),
              checkServerIdentity: () => undefined,
              agent: false,
            },
            receive,
          )
        : plainRequest({ ...options, port: gateway.httpPort, agent: false }, receive);
      sent.on('error', reject).end(request.body);
    });
  }

  /** Calls that the script has no answer for fail like anything unforeseen, which no recorded answer looks like. */
  #scriptedAuthority(): RaClient {
    return new Proxy({} as RaClient, {
      get: (_, name: keyof RaClient) => {
        if (name === 'readAccessDirectory')
          return async (seen: bigint | null) => (seen === accessDirectory.revision ? null : directoryOf(this.#release));
        return async (...values: readonly unknown[]) => {
          const call = this.script[name] as ((...values: readonly unknown[]) => Promise<unknown>) | undefined;
          // Who a client certificate belongs to is looked up in the record before the operation is.
          if (call === undefined && name === 'findCertificate') return null;
          if (call === undefined && name === 'checkPassword') return 'unknown';
          if (call === undefined) throw new Error(`nothing is scripted for ${name}`);
          return call(...values);
        };
      },
    });
  }
}

/** As JSON shows it of certificates, and of requests. */
function nonceIn(body: Buffer): string | null {
  return /"[Nn]once"\s*:\s*"?(-?\d{2,})/.exec(body.toString('latin1'))?.[1] ?? null;
}

function sessionIn(text: string | null): string | null {
  return /JSESSIONID=([0-9A-F]{32})/.exec(text ?? '')?.[1] ?? null;
}

function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < raw.length; at += 2) pairs.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return pairs;
}
