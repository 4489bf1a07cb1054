// Dogtag's own AuditVerify on the lab's machine: what it says of copies of logs, in a folder made for this and deleted afterwards.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLabVariable } from '../profiles/lab-dogtag.ts';

export interface LogCopy {
  /** Files in the order in which they were written. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Folder of the security database as the lab sees it, and the nickname in it. */
  readonly database: string;
  readonly nickname: string;
}

export interface AuditVerifyVerdict {
  readonly isGood: boolean;
  readonly validSignatures: number;
  readonly output: string;
}

const lab = fileURLToPath(new URL('../../../compat-fixtures/lab/lab', import.meta.url));
const logPath = '/var/log/pki/';

export function runInLab(script: string): string {
  return execFileSync(lab, ['exec', 'bash', '-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export class AuditVerifyFolder {
  /** As this machine sees it, and as the lab does. */
  readonly path: string;
  readonly inside: string;
  #copies = 0;

  constructor() {
    const log = readLabVariable('DOGTAG_AUDIT_LOG');
    const root = log.slice(0, log.indexOf(logPath));
    this.path = mkdtempSync(join(root, 'tmp/retag-audit-log-'));
    this.inside = this.path.slice(root.length);
  }

  /** Puts a certificate into a security database of its own; returns its folder as the lab sees it. */
  createDatabase(name: string, certificatePem: string): string {
    mkdirSync(join(this.path, name));
    writeFileSync(join(this.path, name, 'audit.crt'), certificatePem);
    const folder = `${this.inside}/${name}`;
    runInLab(
      `certutil -N -d ${folder} --empty-password && certutil -A -d ${folder} -n audit -t ,, -a -i ${folder}/audit.crt`,
    );
    return folder;
  }

  /** All copies in one go, because starting a command in the lab costs more than what it does. */
  verify(copies: readonly LogCopy[]): AuditVerifyVerdict[] {
    const commands = copies.map(({ files, database, nickname }) => {
      this.#copies += 1;
      const folder = `copy-${this.#copies}`;
      mkdirSync(join(this.path, folder));
      for (const { name, text } of files) writeFileSync(join(this.path, folder, name), text);
      const list = files.map(({ name }) => `${this.inside}/${folder}/${name}\n`).join('');
      writeFileSync(join(this.path, folder, 'list'), list);
      return `AuditVerify -d ${database} -n '${nickname}' -a ${this.inside}/${folder}/list 2>&1; echo "exit code $?"`;
    });
    return runInLab(commands.join('\n'))
      .split(/(?<=^exit code \d+\n)/m)
      .filter((output) => output.trim() !== '')
      .map((output) => ({
        isGood: output.includes('exit code 0'),
        validSignatures: Number(/^Valid signatures: (\d+)$/m.exec(output)?.[1] ?? Number.NaN),
        output,
      }));
  }

  delete(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
