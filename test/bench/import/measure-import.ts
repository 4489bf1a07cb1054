// Runs one import in a process of its own and watches it from outside: processor time, memory, progress.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ImportProgress, ImportReport } from '#migration';
import { childDatabaseEnvironment } from '#test/child-database';
import type { ImportTask } from './import-process.ts';
import type { RecordForImport } from './record-for-import.ts';

export interface MeasuredImport {
  readonly report: Omit<ImportReport, 'findings'> & { readonly findings: number };
  /** From the first octet that it asked for to its end. */
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Of the database's server, as long as its processes were there. */
  readonly serverSeconds: number;
  readonly residentBytesMax: number;
  /** Resident memory at a quarter of the way and at its end: whether it grows with what is imported. */
  readonly residentBytesAt: readonly number[];
}

/** As `retag import` runs with (appliance/cli/retag.js). */
const memoryEnvironment = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' };
const memoryFlags = ['--max-semi-space-size=3', '--heap-growing-percent=30'];
const watchEveryMs = 250;

/** Rejects when the import fails. */
export async function measureImport(
  task: ImportTask,
  record: RecordForImport,
  onProgress: (progress: ImportProgress) => void = () => {},
): Promise<MeasuredImport> {
  const program = fileURLToPath(new URL('./import-process.ts', import.meta.url));
  const child = spawn(process.execPath, [...memoryFlags, program], {
    env: { ...childDatabaseEnvironment(record.address), ...memoryEnvironment, IMPORT_SOURCE: JSON.stringify(task) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const memory: number[] = [];
  let serverSeconds = 0;
  const serverBefore = record.serverSeconds();
  const watch = setInterval(() => {
    memory.push(residentBytesOf(child.pid ?? 0));
    serverSeconds = Math.max(serverSeconds, record.serverSeconds() - serverBefore);
  }, watchEveryMs);
  const begun = process.hrtime.bigint();
  const lines = linesOf(child.stdout, (line) => {
    if (line.startsWith('progress ')) onProgress(JSON.parse(line.slice(9)) as ImportProgress);
  });
  const [code] = await once(child, 'close');
  clearInterval(watch);
  const said = (word: string) => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
  const [report, cpu] = [said('report'), said('cpu')];
  if (code !== 0 || report === undefined || cpu === undefined) throw new Error(`the import ended with ${code}`);
  const { user, system } = JSON.parse(cpu) as { readonly user: number; readonly system: number };
  const known = memory.filter((bytes) => bytes > 0);
  return {
    report: JSON.parse(report) as MeasuredImport['report'],
    seconds: Number(process.hrtime.bigint() - begun) / 1e9,
    processorSeconds: (user + system) / 1e6,
    serverSeconds,
    residentBytesMax: Math.max(0, ...known),
    residentBytesAt: [known[Math.floor(known.length / 4)] ?? 0, known.at(-1) ?? 0],
  };
}

/** Whole lines so far, all but those about progress kept. */
function linesOf(stream: NodeJS.ReadableStream, take: (line: string) => void): string[] {
  const lines: string[] = [];
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const parts = `${rest}${text}`.split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      take(line);
      if (!line.startsWith('progress ')) lines.push(line);
    }
  });
  return lines;
}

/** The kernel's own high-water mark would do for the peak, but not for the course. 0 once the process has ended. */
function residentBytesOf(processId: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${processId}/status`, 'latin1'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
