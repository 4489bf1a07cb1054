// Node cannot show a certificate after a TLS 1.3 handshake; Python can, and FreeIPA's client does it so.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BulkPlace } from './bulk-requests.ts';

const run = promisify(execFile);

/** Status and body in one text. */
export async function askAfterHandshake(
  { httpsPort, hostName, authorityPem, agent }: BulkPlace,
  target: string,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'retag-handshake-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  try {
    const words = [
      new URL('./post-handshake.py', import.meta.url).pathname,
      ...[String(httpsPort), hostName, file('ca.pem', authorityPem)],
      ...[file('agent.pem', agent.certificatePem), file('agent.key', agent.keyPem), target],
    ];
    const { stdout } = await run('python3', words, { timeout: 60_000 });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
