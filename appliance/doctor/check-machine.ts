// Checks of this machine: Node, settings file, names, ports, disk.
import { lookup } from 'node:dns/promises';
import { stat, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import type { ApplianceSettings } from '#appliance/settings';
import { type Check, CheckFailure } from './check.ts';

const freeBytesMin = 1_000_000_000;

export function checkMachine(settings: ApplianceSettings, settingsFile: string): readonly Check[] {
  return [
    { name: 'Node.js', run: async () => `${process.version} at ${process.execPath}` },
    { name: 'settings file', run: () => checkSettingsFile(settings, settingsFile) },
    ...settings.hostNames.map((hostName) => ({ name: `host name ${hostName}`, run: () => checkHostName(hostName) })),
    ...(['httpsPort', 'httpPort', 'adminPort'] as const).map((key) => ({
      name: `port ${settings.listen[key]}`,
      run: () => checkPort(settings.listen.address, settings.listen[key]),
    })),
    ...(settings.ajp === null ? [] : [settings.ajp]).map(({ address, port }) => ({
      name: `port ${port}`,
      run: () => checkPort(address, port),
    })),
    { name: 'disk', run: () => checkDisk(settings.dataFolder) },
  ];
}

async function checkSettingsFile(settings: ApplianceSettings, file: string): Promise<string> {
  const { mode } = await stat(file);
  const hasSecrets = settings.dogtag !== null || settings.authority.pkcs12Password !== null;
  if (hasSecrets && (mode & 0o077) !== 0)
    throw new CheckFailure('warning', `${file} holds passwords and can be read by others`, `chmod 600 ${file}`);
  return `${file} is complete`;
}

async function checkHostName(hostName: string): Promise<string> {
  try {
    const { address } = await lookup(hostName);
    return `is ${address} here`;
  } catch {
    throw new CheckFailure(
      'warning',
      'is not known on this machine',
      'clients need it in DNS or /etc/hosts; on this machine use curl --resolve or an entry in /etc/hosts',
    );
  }
}

/** Something that listens may be our own appliance; what answers is asked nothing here. */
function checkPort(address: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({
      host: address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address,
      port,
      timeout: 2_000,
    });
    const end = (message: string) => {
      socket.destroy();
      resolve(message);
    };
    socket.once('connect', () =>
      end('in use: by this appliance if it is running, else by something else that must go'),
    );
    socket.once('error', () => end('free'));
    socket.once('timeout', () => end('free'));
  });
}

async function checkDisk(folder: string): Promise<string> {
  let place = folder;
  for (;;) {
    try {
      const { bavail, bsize } = await statfs(place);
      const freeBytes = bavail * bsize;
      const text = `${Math.round(freeBytes / 1_000_000)} MB are free under ${place}`;
      if (freeBytes < freeBytesMin)
        throw new CheckFailure('warning', text, 'make room, or set "dataFolder" to another place');
      return text;
    } catch (error) {
      if (error instanceof CheckFailure || place === dirname(place)) throw error;
      place = dirname(place);
    }
  }
}
