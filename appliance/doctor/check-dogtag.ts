// Checks of the Dogtag beside us: reachable every way, the agent known and not expiring, clocks together.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { Agent, request } from 'undici';
import type { ApplianceSettings } from '#appliance/settings';
import type { Clock } from '#platform';
import { type Check, CheckFailure } from './check.ts';

type DogtagSettings = NonNullable<ApplianceSettings['dogtag']>;

const skewSecondsMax = 60;
const dayMs = 86_400_000;

/** `hasNonces`: what the settings say of them. */
export function checkDogtag(dogtag: DogtagSettings, hasNonces: boolean, clock: Clock): readonly Check[] {
  const checks: Check[] = [
    { name: 'Dogtag over HTTPS', run: () => checkHttps(dogtag) },
    { name: 'Dogtag over HTTP', run: () => checkHttp(dogtag, clock) },
    { name: 'AJP connector', run: () => checkAjp(dogtag) },
  ];
  for (const [role, identity] of [
    ['agent', dogtag.agent],
    ['administrator', dogtag.administrator],
  ] as const)
    checks.push({ name: `${role} certificate`, run: () => checkIdentity(role, identity, dogtag, clock) });
  checks.push({ name: 'nonces', run: () => checkNonces(dogtag, hasNonces) });
  return checks;
}

async function checkHttps(dogtag: DogtagSettings): Promise<string> {
  const ca = await readFile(dogtag.caCertificateFile, 'utf8');
  const agent = new Agent({ connect: { ca, servername: dogtag.hostName } });
  try {
    const { statusCode, body } = await request(new URL('/ca/admin/ca/getStatus', dogtag.httpsUrl), {
      dispatcher: agent,
      headers: { host: dogtag.hostName },
    });
    const text = await body.text();
    if (statusCode !== 200 || !text.includes('running'))
      throw new CheckFailure(
        'bad',
        `${dogtag.httpsUrl.origin} says ${statusCode}: ${text.slice(0, 80)}`,
        'look at its log',
      );
    return `${dogtag.httpsUrl.origin} runs, its certificate is for ${dogtag.hostName}`;
  } catch (error) {
    if (error instanceof CheckFailure) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const isTrust = /CERT|SIGNATURE|SELF_SIGNED|ALTNAME/.test(code);
    throw new CheckFailure(
      'bad',
      `${dogtag.httpsUrl.origin}: ${(error as Error).message}`,
      isTrust
        ? '"dogtag.caCertificateFile" must hold the CA above its TLS certificate, "dogtag.hostName" the name in it'
        : 'is it started, and is "dogtag.httpsUrl" right?',
    );
  } finally {
    await agent.close();
  }
}

async function checkHttp(dogtag: DogtagSettings, clock: Clock): Promise<string> {
  const { headers, body } = await request(new URL('/ca/admin/ca/getStatus', dogtag.httpUrl));
  await body.dump();
  const date = typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
  const skewSeconds = Math.round((clock.now().getTime() - date) / 1000);
  if (Math.abs(skewSeconds) > skewSecondsMax)
    throw new CheckFailure(
      'bad',
      `the clocks are ${Math.abs(skewSeconds)} seconds apart`,
      'run NTP on both machines: dates of certificates would not compare',
    );
  return `${dogtag.httpUrl.origin} answers, clocks are together`;
}

function checkAjp({ ajp }: DogtagSettings): Promise<string> {
  if (ajp === null)
    throw new CheckFailure(
      'warning',
      'is not configured: only clients whose keys are configured here can act as agents through the gateway while Dogtag answers',
      'set "dogtag.ajp" (address and secret of the connector that httpd uses)',
    );
  return new Promise((resolve, reject) => {
    const socket = connect({ host: ajp.host, port: ajp.port, timeout: 3_000 });
    // CPing of AJP/1.3: packet mark, length 1, prefix code 10.
    socket.once('connect', () => socket.write(Buffer.from([0x12, 0x34, 0, 1, 10])));
    socket.once('data', (answer) => {
      socket.destroy();
      if (answer[0] === 0x41 && answer[1] === 0x42 && answer[4] === 9) resolve(`${ajp.host}:${ajp.port} answers`);
      else
        reject(
          new CheckFailure(
            'bad',
            'what listens there does not speak AJP',
            "look for the AJP connector in Dogtag's server.xml",
          ),
        );
    });
    socket.once('error', (error) =>
      reject(
        new CheckFailure(
          'bad',
          error.message,
          'enable the AJP connector in Dogtag\'s server.xml, or leave "dogtag.ajp" out',
        ),
      ),
    );
    socket.once('timeout', () => {
      socket.destroy();
      reject(new CheckFailure('bad', 'does not answer', "enable the AJP connector in Dogtag's server.xml"));
    });
  });
}

async function checkIdentity(
  role: 'agent' | 'administrator',
  identity: { readonly certificateFile: string; readonly keyFile: string } | null,
  dogtag: DogtagSettings,
  clock: Clock,
): Promise<string | null> {
  if (identity === null) {
    if (role === 'administrator') return null;
    throw new CheckFailure(
      'warning',
      'is not configured',
      'set "dogtag.agent": without it the gateway can\'t obtain its own certificate from Dogtag',
    );
  }
  const certificate = new X509Certificate(await readFile(identity.certificateFile, 'utf8'));
  const daysLeft = Math.floor((certificate.validToDate.getTime() - clock.now().getTime()) / dayMs);
  if (daysLeft < 0) throw new CheckFailure('bad', `has expired ${-daysLeft} days ago`, 'renew it');
  const { status, text } = await askAs(identity, dogtag, '/ca/rest/account/login');
  if (status !== 200)
    throw new CheckFailure(
      'bad',
      `Dogtag does not know it (${status})`,
      'its user needs the certificate and "description: 2;serial;issuer;subject" in the directory',
    );
  const id = /"id":"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
  if (daysLeft < 30) throw new CheckFailure('warning', `is user ${id}, ends in ${daysLeft} days`, 'renew it soon');
  return `is user ${id}, good for ${daysLeft} days`;
}

/** Whether agents of this Dogtag must give nonces back is told by what it shows them; null when nobody may look. */
async function checkNonces(dogtag: DogtagSettings, hasNonces: boolean): Promise<string | null> {
  if (dogtag.agent === null) return null;
  const { status, text } = await askAs(dogtag.agent, dogtag, '/ca/rest/agent/certs/1');
  if (status !== 200) return null;
  const nonce = (JSON.parse(text) as { Nonce?: unknown }).Nonce;
  const isAsked = nonce !== null && nonce !== undefined;
  if (isAsked !== hasNonces)
    throw new CheckFailure(
      'warning',
      `Dogtag ${isAsked ? 'demands' : 'does not demand'} them of agents, the settings say ${hasNonces}`,
      `set "nonces" to ${isAsked}, so that agents meet the same after a cutover`,
    );
  return isAsked ? 'agents give back what they were shown' : 'are not in use';
}

async function askAs(
  { certificateFile, keyFile }: { readonly certificateFile: string; readonly keyFile: string },
  { httpsUrl, hostName, caCertificateFile }: DogtagSettings,
  path: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const [cert, key, ca] = await Promise.all(
    [certificateFile, keyFile, caCertificateFile].map((file) => readFile(file, 'utf8')),
  );
  const agent = new Agent({ connect: { ca, cert, key, servername: hostName } });
  try {
    const { statusCode, body } = await request(new URL(path, httpsUrl), {
      dispatcher: agent,
      headers: { accept: 'application/json', host: hostName },
    });
    return { status: statusCode, text: await body.text() };
  } finally {
    await agent.close();
  }
}
