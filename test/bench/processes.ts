// What an appliance takes of the machine, process by process: memory at rest and processor time under load, as the kernel counts them.
import { readdirSync, readFileSync } from 'node:fs';

export const roles = ['gateway and authority', 'signer', 'database'] as const;
export type Role = (typeof roles)[number];

export interface Memory {
  /** Each process's share of what it shares with others, so that the sum counts nothing twice. */
  readonly proportionalBytes: number;
  readonly residentBytes: number;
  readonly byRole: Readonly<Record<Role, number>>;
}

interface Process {
  readonly id: number;
  readonly parentId: number;
  readonly command: string;
  /** In ticks, with that of its ended children. */
  readonly processorTicks: number;
}

/** Linux gives them in hundredths of a second, on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** `startedIds` are the appliance's own process and whatever was started by it and left its family, such as the database. */
export function readMemory(applianceId: number, startedIds: readonly number[]): Memory {
  const byRole = { 'gateway and authority': 0, signer: 0, database: 0 };
  let residentBytes = 0;
  for (const process of familyOf([applianceId, ...startedIds])) {
    const rollup = readText(`/proc/${process.id}/smaps_rollup`);
    byRole[roleOf(process, applianceId)] += kilobytes(rollup, 'Pss') * 1_024;
    residentBytes += kilobytes(rollup, 'Rss') * 1_024;
  }
  const proportionalBytes = roles.reduce((sum, role) => sum + byRole[role], 0);
  if (roles.some((role) => byRole[role] === 0))
    throw new Error(`the memory of some process could not be read: ${JSON.stringify(byRole)}`);
  return { proportionalBytes, residentBytes, byRole };
}

/** Processor time so far, in milliseconds. */
export function readProcessorTime(applianceId: number, startedIds: readonly number[]): Readonly<Record<Role, number>> {
  const byRole = { 'gateway and authority': 0, signer: 0, database: 0 };
  for (const process of familyOf([applianceId, ...startedIds]))
    byRole[roleOf(process, applianceId)] += (process.processorTicks * 1_000) / ticksPerSecond;
  return byRole;
}

function roleOf({ id, command }: Process, applianceId: number): Role {
  if (id === applianceId) return 'gateway and authority';
  return command.includes('signer-process') ? 'signer' : 'database';
}

/** The processes named and all that descend from them. */
function familyOf(ids: readonly number[]): readonly Process[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : []));
  const family = new Set(ids);
  // A child may have a lower number than its parent, when numbers have begun anew.
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { id, parentId } of all) if (family.has(parentId)) family.add(id);
  }
  return all.filter(({ id }) => family.has(id));
}

function readProcess(id: number): Process | null {
  const stat = readText(`/proc/${id}/stat`);
  // The name in parentheses may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 20) return null;
  const processorTicks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
  return { id, parentId: Number(fields[1]), command: readText(`/proc/${id}/cmdline`), processorTicks };
}

function kilobytes(rollup: string, name: string): number {
  return Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0);
}

/** Empty for a process that has just ended. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
