// Dogtag's own clients, run on the lab's machine, where the CA's host name means this one: they reach Dogtag and the gateway alike.
import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { labFile, labVariable } from '#test/appliance-clients';

const lab = fileURLToPath(new URL('../../../compat-fixtures/lab/lab', import.meta.url));
const run = promisify(execFile);
const password = 'Secret.123';

export interface Printed {
  readonly exitCode: number;
  /** Both outputs, without what the Java machine says about its own logging. */
  readonly text: string;
}

/** A folder in the lab with an agent's certificate and key, as `pki` and the Python client want them. */
export class LabClients {
  readonly folder = `/tmp/retag-peers-${process.pid}`;

  /** As the agent, or as the administrator. */
  async open(who: 'AGENT' | 'ADMIN' = 'AGENT'): Promise<void> {
    await this.#shell(`rm -rf ${this.folder} && mkdir -p ${this.folder}`);
    const agent = { certificate: labFile(`DOGTAG_${who}_CERT`), key: labFile(`DOGTAG_${who}_KEY`) };
    await this.write('ca.crt', labFile('DOGTAG_CA_CERT'));
    await this.write('agent.pem', `${agent.certificate}\n${agent.key}`);
    const export12 = `openssl pkcs12 -export -in agent.pem -name agent -out agent.p12 -passout pass:${password}`;
    const database = `pki -d db -c ${password} client-init --force && echo ${password} > password && certutil -A -d db -f password -n caCert -t CT,C,C -a -i ca.crt`;
    const take = `pk12util -i agent.p12 -d db -W ${password} -K ${password}`;
    await this.#shell(`cd ${this.folder} && ${export12} && ${database} && ${take}`);
  }

  async close(): Promise<void> {
    await this.#shell(`rm -rf ${this.folder}`);
  }

  write(name: string, content: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn(lab, ['exec', 'sh', '-c', `cat > ${this.folder}/${name}`], {
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      child.once('error', reject);
      child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${name} could not be written`))));
      child.stdin.end(content);
    });
  }

  async read(name: string): Promise<string> {
    return (await run(lab, ['exec', 'cat', `${this.folder}/${name}`])).stdout;
  }

  /** One command of `pki`, as the agent. */
  pki(httpsPort: number, words: readonly string[]): Promise<Printed> {
    const place = `https://${labVariable('DOGTAG_HOST')}:${httpsPort}`;
    const common = ['-U', place, '-d', `${this.folder}/db`, '-c', password, '-n', 'agent'];
    return this.#print(['pki', ...common, ...words]);
  }

  /** One command of `pki`, with a password instead of a certificate. */
  pkiByPassword(httpsPort: number, userId: string, secret: string, words: readonly string[]): Promise<Printed> {
    const place = `https://${labVariable('DOGTAG_HOST')}:${httpsPort}`;
    return this.#print([
      'pki',
      '-U',
      place,
      '-d',
      `${this.folder}/db`,
      '-c',
      password,
      '-u',
      userId,
      '-w',
      secret,
      ...words,
    ]);
  }

  /** A script of ours with the Python client; what it prints. */
  python(script: string, words: readonly string[]): Promise<Printed> {
    return this.#print(['python3', `${this.folder}/${script}`, ...words]);
  }

  /** Any other of Dogtag's tools, in the folder. */
  tool(script: string): Promise<Printed> {
    return this.#print(['bash', '-c', `cd ${this.folder} && ${script}`]);
  }

  async #print(command: readonly string[]): Promise<Printed> {
    const printed = await run(lab, ['exec', ...command], { maxBuffer: 64 << 20, timeout: 120_000 }).then(
      ({ stdout, stderr }) => ({ exitCode: 0, stdout, stderr }),
      (error: { code?: unknown; stdout?: string; stderr?: string }) => {
        if (typeof error.code !== 'number') throw error;
        return { exitCode: error.code, stdout: error.stdout ?? '', stderr: error.stderr ?? '' };
      },
    );
    const text = `${printed.stdout}${printed.stderr}`
      .split('\n')
      .filter((line) => !line.startsWith('log4j:'))
      .join('\n');
    return { exitCode: printed.exitCode, text: text.trim() };
  }

  async #shell(script: string): Promise<void> {
    await run(lab, ['exec', 'bash', '-c', `set -e; ${script}`], { maxBuffer: 16 << 20 });
  }
}
