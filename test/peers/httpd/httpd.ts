// Debian's httpd as a process of its own: configuration, certificate and logs in a folder that goes with it, ports of loopback only.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSampleAuthority } from '#test/sample-authority';
import { proxySections } from './proxy-rules.ts';

const program = '/usr/sbin/apache2';
const modulesFolder = '/usr/lib/apache2/modules';
const modules = {
  mpm_event: 'mpm_event',
  authz_core: 'authz_core',
  setenvif: 'setenvif',
  ssl: 'ssl',
  proxy: 'proxy',
  proxy_ajp: 'proxy_ajp',
};
const startTimeoutMs = 15_000;

/** A servlet container's AJP connector. */
export interface Container {
  readonly port: number;
  readonly secret: string;
}

export interface FrontPorts {
  readonly https: number;
  readonly http: number;
}

/** Why httpd cannot be run here; null when it can. */
export function obstacle(): string | null {
  if (!existsSync(program)) return `${program} is missing (Debian package apache2)`;
  return existsSync(join(modulesFolder, 'mod_proxy_ajp.so')) ? null : 'its module proxy_ajp is missing';
}

export async function freePort(): Promise<number> {
  const server = createServer();
  return await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

export class Httpd {
  readonly folder = mkdtempSync(join(tmpdir(), 'retag-httpd-'));
  /** Under which its certificate verifies. */
  readonly authorityPem: string;
  readonly #process: ChildProcess;
  readonly #errorLog = join(this.folder, 'error.log');

  /**
   * A virtual host for TLS and one without in front of each container. `clientTrustFile` is the CA of client certificates.
   * Throws with httpd's own words when it does not start.
   */
  static async open(
    hostName: string,
    clientTrustFile: string,
    fronts: readonly { readonly container: Container; readonly ports: FrontPorts }[],
  ): Promise<Httpd> {
    const httpd = new Httpd(hostName, clientTrustFile, fronts);
    try {
      for (const { ports } of fronts) await httpd.#untilListening(ports.https);
    } catch (error) {
      await httpd.close();
      throw error;
    }
    return httpd;
  }

  private constructor(
    hostName: string,
    clientTrustFile: string,
    fronts: readonly { readonly container: Container; readonly ports: FrontPorts }[],
  ) {
    // Its children run as another user, who must be able to pass through.
    chmodSync(this.folder, 0o711);
    mkdirSync(join(this.folder, 'run'));
    const authority = createSampleAuthority('CN=Front Authority,O=EXAMPLE.TEST');
    const pem = (der: Buffer) => new X509Certificate(der).toString();
    this.authorityPem = pem(authority.certificateDer);
    const certificate = pem(authority.issue({ serialNumber: 2n, subject: `CN=${hostName}` }));
    writeFileSync(join(this.folder, 'tls.pem'), certificate + authority.privateKeyPem, { mode: 0o600 });
    const configFile = join(this.folder, 'httpd.conf');
    const hosts = fronts.map(({ container, ports }) => virtualHosts(container, ports)).join('\n');
    writeFileSync(configFile, `${this.#globalSettings(hostName, clientTrustFile)}\n${hosts}\n`);
    this.#process = spawn(program, ['-f', configFile, '-DFOREGROUND'], { stdio: ['ignore', 'ignore', 'pipe'] });
    process.once('exit', () => this.#process.kill('SIGKILL'));
  }

  /** What it complained of. */
  get log(): string {
    return existsSync(this.#errorLog) ? readFileSync(this.#errorLog, 'utf8') : '';
  }

  async close(): Promise<void> {
    const child = this.#process;
    const ended = child.exitCode !== null ? null : new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  #globalSettings(hostName: string, clientTrustFile: string): string {
    const isRoot = process.getuid?.() === 0;
    return [
      `ServerRoot ${this.folder}`,
      `ServerName ${hostName}`,
      `DefaultRuntimeDir ${join(this.folder, 'run')}`,
      `PidFile ${join(this.folder, 'run/httpd.pid')}`,
      `ErrorLog ${this.#errorLog}`,
      ...Object.entries(modules).map(([name, file]) => `LoadModule ${name}_module ${modulesFolder}/mod_${file}.so`),
      ...(isRoot ? ['User www-data', 'Group www-data'] : []),
      // A client that uses a connection in the moment in which it is closed would blame the container.
      'KeepAliveTimeout 60',
      'MaxKeepAliveRequests 0',
      // As many threads as it ever needs from its start: with few, it closes connections that clients are about to use again.
      ...['ThreadsPerChild 64', 'ServerLimit 4', 'StartServers 4', 'MaxRequestWorkers 256', 'MaxSpareThreads 256'],
      'ProxyRequests Off',
      'SSLProtocol -all +TLSv1.2 +TLSv1.3',
      `SSLCertificateFile ${join(this.folder, 'tls.pem')}`,
      `SSLCACertificateFile ${clientTrustFile}`,
    ].join('\n');
  }

  async #untilListening(port: number): Promise<void> {
    for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += 50) {
      if (this.#process.exitCode !== null) break;
      if (await canConnect(port)) return;
      await delay(50);
    }
    const check = spawnSync(program, ['-t', '-f', join(this.folder, 'httpd.conf')], { encoding: 'utf8' });
    throw new Error(`httpd did not start: ${check.stderr}\n${this.log}`);
  }
}

function virtualHosts({ port, secret }: Container, ports: FrontPorts): string {
  const host = (listen: number, tls: string) =>
    `Listen 127.0.0.1:${listen}\n<VirtualHost 127.0.0.1:${listen}>\n${tls}${proxySections(port, secret)}\n</VirtualHost>`;
  return `${host(ports.https, 'SSLEngine on\n')}\n${host(ports.http, '')}`;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (can: boolean) => {
      socket.destroy();
      resolve(can);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
