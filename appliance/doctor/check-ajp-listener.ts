// Checks of the listener for a web server in front: its secret, who may connect, and whether that could be overheard.
import { stat } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { type ApplianceSettings, readAjpSecret } from '#appliance/settings';
import { type Check, CheckFailure } from './check.ts';

type AjpSettings = NonNullable<ApplianceSettings['ajp']>;

/** FreeIPA's installer makes secrets far longer; what is shorter can be tried out. */
const secretCharactersMin = 16;

export function checkAjpListener(ajp: AjpSettings, variables: Readonly<Record<string, string | undefined>>): Check[] {
  return [
    { name: 'AJP listener, secret', run: () => checkSecret(ajp, variables) },
    { name: 'AJP listener, peers', run: async () => checkPeers(ajp) },
  ];
}

async function checkSecret(ajp: AjpSettings, variables: Readonly<Record<string, string | undefined>>): Promise<string> {
  const { secretFile } = ajp;
  let secret: string | null;
  try {
    secret = readAjpSecret(ajp, variables);
  } catch (error) {
    throw new CheckFailure('bad', (error as Error).message, 'copy the secret from ipa-pki-proxy.conf into that file');
  }
  if (secret === null)
    throw new CheckFailure(
      'warning',
      'none is required: every program on the peers can ask anything here, and no client certificate counts',
      'set "ajp.secretFile" and remove "ajp.secretRequired"',
    );
  if (secret.length < secretCharactersMin)
    throw new CheckFailure('warning', `has ${secret.length} characters`, `take one of ${secretCharactersMin} or more`);
  if (!variables.RETAG_AJP_SECRET && secretFile !== null && ((await stat(secretFile)).mode & 0o077) !== 0)
    throw new CheckFailure('warning', `${secretFile} can be read by others`, `chmod 600 ${secretFile}`);
  return 'is set';
}

function checkPeers({ address, peers }: AjpSettings): string {
  if (!isLoopback(address) || !peers.every(isLoopback))
    throw new CheckFailure(
      'warning',
      `listens on ${address} for ${peers.join(', ')}: AJP is not encrypted, and its secret travels with every request`,
      'let httpd run on this machine and listen on 127.0.0.1, or put a tunnel between them',
    );
  return `${peers.join(', ')} only`;
}

function isLoopback(address: string): boolean {
  return (
    address === '::1' || address === 'localhost' || (isIPv4(address.split('/')[0] ?? '') && address.startsWith('127.'))
  );
}
