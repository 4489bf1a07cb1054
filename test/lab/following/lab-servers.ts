// Starts and stops the servers of the lab, for who may disturb it.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const lab = fileURLToPath(new URL('../../../compat-fixtures/lab/lab', import.meta.url));

/** Others may be using the lab: servers are restarted only where the one who runs the suite says that they may be. */
export const mayDisturb = process.env.LAB_MAY_BE_DISTURBED === 'yes';

export function insideLab(script: string): string {
  return execFileSync(lab, ['exec', 'bash', '-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export function killDirectory(): void {
  insideLab('kill -9 "$(cat /run/dirsrv/slapd-lab.pid)"; rm -f /run/dirsrv/slapd-lab.pid');
}

export function stopDirectory(): void {
  insideLab('systemctl stop dirsrv@lab');
}

export function startDirectory(): void {
  insideLab('systemctl start dirsrv@lab');
}

/** The same content in a database of its own making: the server counts its changes from the beginning again. */
export function replaceDirectoryDatabase(): void {
  stopDirectory();
  insideLab(
    'set -e; rm -f /tmp/replaced.ldif; D=/etc/dirsrv/slapd-lab; chmod 1777 /tmp; ' +
      'ns-slapd db2ldif -D $D -n ipaca -a /tmp/replaced.ldif >/dev/null 2>&1; ' +
      'ns-slapd ldif2db -D $D -n ipaca -i /tmp/replaced.ldif >/dev/null 2>&1; rm -f /tmp/replaced.ldif',
  );
  startDirectory();
}
