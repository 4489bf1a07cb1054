// Measures reads a second over AJP and over HTTPS, asked in turns of the same running gateway.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parseArgs } from 'node:util';
import { createAjpUpstream } from '../upstream/ajp-upstream.ts';
import { defaultUpstreamLimits, type UpstreamRequest } from '../upstream/upstream.ts';

/** Asks once and resolves with the status when the whole answer is there. */
type Asker = (path: string) => Promise<number>;

const { values } = parseArgs({
  options: {
    ajp: { type: 'string', default: '127.0.0.1:8009' },
    'secret-file': { type: 'string', default: '' },
    gateway: { type: 'string', default: 'https://127.0.0.1:8443' },
    'server-name': { type: 'string', default: process.env.DOGTAG_HOST ?? 'pki.example.test' },
    ca: { type: 'string', default: process.env.DOGTAG_CA_CERT ?? '' },
    cert: { type: 'string', default: process.env.DOGTAG_AGENT_CERT ?? '' },
    key: { type: 'string', default: process.env.DOGTAG_AGENT_KEY ?? '' },
    seconds: { type: 'string', default: '5' },
    clients: { type: 'string', default: '16' },
    help: { type: 'boolean', default: false },
  },
});

const paths = ['/pki/rest/info', '/ca/rest/certs/1', '/ca/rest/agent/certs/1'];
const clients = Number(values.clients);
const serverName = values['server-name'];

function openHttps(): { ask: Asker; close(): void } {
  const { hostname, port } = new URL(values.gateway);
  const files = { ca: readFileSync(values.ca), cert: readFileSync(values.cert), key: readFileSync(values.key) };
  const agent = new Agent({ ...files, keepAlive: true, maxSockets: clients, servername: serverName });
  const headers = { Host: serverName, Accept: 'application/json' };
  const ask: Asker = (path) =>
    new Promise((resolve, reject) => {
      const outgoing = request({ host: hostname, port, path, agent, headers }, (incoming) => {
        incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0));
      });
      outgoing.on('error', reject).end();
    });
  return { ask, close: () => agent.destroy() };
}

/** Our own client of AJP, as it asks Dogtag. */
function openAjp(): { ask: Asker; close(): void } {
  const [host = '', port] = values.ajp.split(':');
  const upstream = createAjpUpstream({
    address: { host, port: Number(port) },
    secret: readFileSync(values['secret-file'], 'utf8').trim(),
    packetBytes: 8_192,
    limits: { ...defaultUpstreamLimits, connectionsMax: clients },
  });
  const pem = readFileSync(values.cert, 'utf8');
  const { raw: der, validFromDate: notBefore, validToDate: notAfter } = new X509Certificate(pem);
  const certificate = { der, pem, fingerprint: '', notBefore, notAfter };
  const asked: Omit<UpstreamRequest, 'path'> = {
    ...{ method: 'GET', query: null, body: null, serverName, serverPort: 443 },
    headers: ['Host', serverName, 'Accept', 'application/json'],
    client: {
      ...{ isSecure: true, certificate, remoteAddress: '127.0.0.1', remotePort: 1 },
      tlsProtocol: null,
      tlsCipher: null,
    },
    signal: new AbortController().signal,
  };
  const ask: Asker = async (path) => {
    const { status, body } = await upstream.send({ ...asked, path });
    for await (const _ of body);
    return status;
  };
  return { ask, close: () => upstream.close() };
}

/** Reads a second of `clients` that ask one thing after the other. Throws at an answer that is none. */
async function measure(ask: Asker, path: string, seconds: number): Promise<number> {
  const begunMs = performance.now();
  let count = 0;
  const client = async () => {
    while (performance.now() - begunMs < seconds * 1_000) {
      const status = await ask(path);
      if (status !== 200) throw new Error(`${path}: ${status}`);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return Math.round((count * 1_000) / (performance.now() - begunMs));
}

if (values.help || values['secret-file'] === '' || values.cert === '') {
  process.stdout.write(
    'usage: ajp-reads.ts --secret-file FILE [--ajp HOST:PORT] [--gateway URL] [--ca PEM] [--cert PEM] [--key PEM] [--seconds N] [--clients N]\n' +
      'Defaults come from the variables that the lab prints (set -a; eval "$(lab env)"; set +a).\n',
  );
} else {
  const [ajp, https] = [openAjp(), openHttps()];
  process.stdout.write(`reads a second of ${clients} clients${''.padEnd(6)}AJP     HTTPS\n`);
  for (const path of paths) {
    const rates = [0, 0];
    // In turns, the first ones to warm both sides' code.
    for (const seconds of [1, Number(values.seconds)])
      for (const [index, { ask }] of [ajp, https].entries()) rates[index] = await measure(ask, path, seconds);
    process.stdout.write(`${path.padEnd(30)}${rates.map((rate) => String(rate).padStart(10)).join('')}\n`);
  }
  ajp.close();
  https.close();
}
