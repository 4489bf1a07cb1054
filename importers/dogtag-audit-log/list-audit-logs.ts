// Which audit logs lie in a folder: files by their names, as RollingLogFile gives them, and by what stands in them.
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { auditLineText, parseAuditLine } from '#codecs/dogtag-audit';
import { SourceError } from '../import-source.ts';
import type { SourceAuditFile, SourceAuditFinding, SourceAuditLog } from './audit-log-records.ts';
import { readingFailed, readLines } from './read-lines.ts';

export interface AuditLogFolder {
  readonly logs: readonly SourceAuditLog[];
  /** About files that are not read. */
  readonly findings: readonly SourceAuditFinding[];
}

/** `ca_audit`, and `.20261128023355` of files that were closed: the moment of their last event, by the clock on Dogtag's wall. */
const namePattern = /^(.*?)(\.\d{14})?$/;
const folderDepthMax = 6;
/** As much of a file as tells whether it is an audit log: CMC requests make long lines. */
const sniffedBytes = 4 * 1024 * 1024;
const sniffedLines = 100;

/**
 * Takes a folder of logs, one that has folders `signedAudit` below it (such as an instance's log folder), or one file. `name`, such as that of the
 * server, goes in front of the logs' names where several servers' logs are kept apart. Rejects with SourceError when there is no log at all.
 */
export async function listAuditLogs(path: string, name: string | null = null): Promise<AuditLogFolder> {
  const folders = await findFolders(path);
  const logs = new Map<string, SourceAuditFile[]>();
  const findings: SourceAuditFinding[] = [];
  const owners = new Map<string, string>();
  for (const { folder, files } of folders)
    for (const file of files) {
      const [, base = file] = namePattern.exec(file) ?? [];
      const looked = await lookAt(folder, file);
      if ('kind' in looked) {
        findings.push(looked);
        continue;
      }
      const owner = owners.get(base) ?? folder;
      if (owner !== folder)
        throw new SourceError(
          'malformed',
          `two logs are named ${base}, in ${owner} and ${folder}: name one of the folders`,
        );
      owners.set(base, folder);
      logs.set(base, [...(logs.get(base) ?? []), looked]);
    }
  if (logs.size === 0)
    throw new SourceError(
      'malformed',
      `${path} holds no audit log: name the folder of a subsystem's logs/…/signedAudit`,
    );
  return {
    logs: [...logs].map(([base, files]) => ({
      name: name === null ? base : `${name}/${base}`,
      files: withoutCopies(files, findings).toSorted(byAge),
    })),
    findings,
  };
}

async function findFolders(path: string): Promise<{ folder: string; files: string[] }[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [{ folder: dirname(path), files: [basename(path)] }];
    const files = await filesIn(path);
    if (basename(path) === 'signedAudit' || files.some((name) => /audit/i.test(name))) return [{ folder: path, files }];
    const folders = await signedAuditFolders(path, folderDepthMax);
    return folders.length === 0 ? [{ folder: path, files }] : folders;
  } catch (error) {
    throw readingFailed(path, error);
  }
}

async function signedAuditFolders(path: string, depth: number): Promise<{ folder: string; files: string[] }[]> {
  if (basename(path) === 'signedAudit') return [{ folder: path, files: await filesIn(path) }];
  if (depth === 0) return [];
  const entries = await readdir(path, { withFileTypes: true });
  const found: { folder: string; files: string[] }[] = [];
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1)))
    if (entry.isDirectory()) found.push(...(await signedAuditFolders(join(path, entry.name), depth - 1)));
  return found;
}

async function filesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of (await readdir(folder)).toSorted())
    if (!name.startsWith('.') && (await stat(join(folder, name))).isFile()) names.push(name);
  return names;
}

async function lookAt(folder: string, name: string): Promise<SourceAuditFile | SourceAuditFinding> {
  const path = join(folder, name);
  const { size: bytes } = await stat(path);
  if (bytes === 0)
    return { kind: 'empty-file', severity: 'note', place: name, message: 'nothing has been written to it' };
  let firstLine: Buffer | null = null;
  let count = 0;
  for await (const lines of readLines(path, sniffedBytes)) {
    for (const { bytes: line, isEnded } of lines) {
      if (!isEnded && count > 0) break;
      firstLine ??= line;
      count += 1;
      if (parseAuditLine(auditLineText(line)) !== null) {
        const firstLineDigest = createHash('sha256').update(firstLine).digest();
        return { name, path, bytes, firstLineDigest, isCurrent: namePattern.exec(name)?.[2] === undefined };
      }
      if (count >= sniffedLines) break;
    }
    if (count >= sniffedLines) break;
  }
  const message = /\.(gz|bz2|xz|zst|zip|Z)$/.test(name)
    ? 'it is compressed: unpack it under the name that Dogtag gave it'
    : 'none of its first lines is one of an audit log';
  return { kind: 'not-an-audit-log', severity: 'problem', place: name, message };
}

/** A file that begins with the very line of another is a copy of it, or the other is: the longer one holds more. */
function withoutCopies(files: readonly SourceAuditFile[], findings: SourceAuditFinding[]): SourceAuditFile[] {
  const kept = new Map<string, SourceAuditFile>();
  for (const file of files.toSorted((one, other) => other.bytes - one.bytes)) {
    const key = file.firstLineDigest.toString('hex');
    const longer = kept.get(key);
    if (longer === undefined) kept.set(key, file);
    else
      findings.push({
        kind: 'file-twice',
        severity: 'note',
        place: file.name,
        message: `it begins with the same line as ${longer.name}, which is longer and is read instead`,
      });
  }
  return [...kept.values()];
}

function byAge(one: SourceAuditFile, other: SourceAuditFile): number {
  if (one.isCurrent !== other.isCurrent) return one.isCurrent ? 1 : -1;
  return one.name < other.name ? -1 : 1;
}
