// Runs certmonger's helper `dogtag-submit` the way its daemon does: one step at a time, with the cookie of the step before, until it is done.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labVariable } from '#test/appliance-clients';

const helpers = ['/usr/lib/certmonger/dogtag-submit', '/usr/libexec/certmonger/dogtag-submit'];

/** Exit codes of certmonger's helpers (its doc/helpers.txt). */
export const outcomes = { issued: 0, wait: 1, rejected: 2, unreachable: 3, unconfigured: 4, waitWithDelay: 5 } as const;

export interface Submitted {
  readonly exitCode: number;
  /** The certificate when it was issued, else what the helper said. */
  readonly output: string;
  readonly steps: number;
}

/** Where a CA answers. */
export interface SubmitPlace {
  readonly httpsPort: number;
  readonly httpPort: number;
}

/** What the daemon would know of a request. */
export interface Submission {
  readonly csrPem: string;
  /** Further words for the helper, such as `-T caServerCert`. */
  readonly words?: readonly string[];
  /** The certificate that the daemon tracks, which the helper renews by its serial number unless told otherwise. */
  readonly certificatePem?: string;
  /** Sends the request to the end entities' pages over TLS, with the agent's certificate. */
  readonly asAgent?: boolean;
}

/** A step takes a moment; more of them means that it goes in circles. */
const stepsMax = 10;

/** Why the helper cannot be run here; null when it can. */
export function obstacle(): string | null {
  if (findHelper() === undefined) return 'Debian’s package certmonger is not installed';
  return process.getuid?.() === 0 ? null : 'a host name of its own for the helper needs root';
}

export class DogtagSubmit {
  readonly #place: SubmitPlace;
  readonly #hostName = labVariable('DOGTAG_HOST');

  constructor(place: SubmitPlace) {
    this.#place = place;
  }

  async submit(submission: Submission): Promise<Submitted> {
    let cookie: string | null = null;
    for (let steps = 1; ; steps++) {
      const { exitCode, stdout } = await this.#step(submission, cookie);
      const isWaiting = exitCode === outcomes.wait || exitCode === outcomes.waitWithDelay;
      if (!isWaiting || steps === stepsMax) return { exitCode, output: stdout.trim(), steps };
      // With a delay, its seconds stand on a line before the cookie.
      const lines = stdout.trim().split('\n');
      cookie = lines.slice(exitCode === outcomes.waitWithDelay ? 1 : 0).join('\n');
    }
  }

  /** The profiles that the helper lists. */
  async listProfiles(): Promise<Submitted> {
    const { exitCode, stdout } = await this.#step({ csrPem: '', words: ['-t'] }, null);
    return { exitCode, output: stdout.trim(), steps: 1 };
  }

  async #step({ csrPem, words = [], certificatePem, asAgent = false }: Submission, cookie: string | null) {
    const { httpsPort, httpPort } = this.#place;
    const place = asAgent ? `https://${this.#hostName}:${httpsPort}` : `http://${this.#hostName}:${httpPort}`;
    const folder = mkdtempSync(join(tmpdir(), 'retag-certmonger-'));
    try {
      writeFileSync(join(folder, 'request.pem'), csrPem);
      writeFileSync(join(folder, 'hosts'), `127.0.0.1 localhost\n127.0.0.1 ${this.#hostName}\n`);
      return await this.#run(
        folder,
        [
          ...['-E', `${place}/ca/ee/ca`, '-A', `https://${this.#hostName}:${httpsPort}/ca/agent/ca`],
          ...['-i', labVariable('DOGTAG_CA_CERT'), '-c', labVariable('DOGTAG_AGENT_CERT')],
          ...['-k', labVariable('DOGTAG_AGENT_KEY'), ...(asAgent ? ['-a'] : []), ...words],
          ...(csrPem === '' ? [] : [join(folder, 'request.pem')]),
        ],
        {
          ...(cookie === null ? {} : { CERTMONGER_CA_COOKIE: cookie }),
          ...(certificatePem === undefined ? {} : { CERTMONGER_CERTIFICATE: certificatePem }),
        },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** In a mount namespace of its own, where the CA's host name means this machine. */
  #run(folder: string, words: readonly string[], variables: Readonly<Record<string, string>>) {
    const script = 'mount --bind "$1/hosts" /etc/hosts && shift && exec "$@"';
    const command = ['-m', 'sh', '-c', script, 'sh', folder, findHelper() ?? '', ...words];
    return new Promise<{ exitCode: number; stdout: string }>((resolve, reject) => {
      const child = spawn('unshare', command, {
        env: { PATH: process.env.PATH, ...variables },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
        killSignal: 'SIGKILL',
      });
      let stdout = '';
      child.stdout.on('data', (bytes: Buffer) => {
        stdout += bytes.toString('utf8');
      });
      child.stderr.resume();
      child.once('error', reject);
      child.once('close', (code, signal) => {
        if (code === null) reject(new Error(`dogtag-submit ended with ${signal}`));
        else resolve({ exitCode: code, stdout });
      });
    });
  }
}

function findHelper(): string | undefined {
  return helpers.find(existsSync);
}
