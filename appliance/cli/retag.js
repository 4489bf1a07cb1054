#!/usr/bin/env node
// Starts the command line on Node 24, whatever Node the caller has: npm brought one along as an optional dependency.
import { spawn } from 'node:child_process';
import module, { createRequire } from 'node:module';
import { constants } from 'node:os';

const major = Number(process.versions.node.split('.')[0]);
// What reads a whole directory allocates without end and keeps next to nothing: with V8's usual generosity its memory grows to several times of what it needs.
const readsAll = ['import', 'inventory', 'verify'].includes(process.argv[2] ?? '');
const memoryFlags = readsAll ? ['--max-semi-space-size=3', '--heap-growing-percent=30'] : [];
// The same goes for memory outside of V8's: two threads that hand each other large pieces leave holes in what the C library keeps for each of them.
const memoryEnvironment = readsAll ? { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' } : {};
const environment = { ...memoryEnvironment, ...process.env };
if (major >= 24 && memoryFlags.some((flag) => !process.execArgv.includes(flag))) {
  // The same process goes on, so that whoever ends it ends the import.
  const words = [...process.execArgv, ...memoryFlags, new URL(import.meta.url).pathname, ...process.argv.slice(2)];
  process.execve(process.execPath, [process.execPath, ...words], environment);
} else if (major >= 24) {
  // What Node makes of the sources is kept for the next start, which is then twice as quick. Beside the packages, where nobody can write who may
  // not change the program itself: code that another user had put there would run here. Where we may not write either, nothing is kept.
  module.enableCompileCache(new URL('../../node_modules/.cache/retag', import.meta.url).pathname);
  await import('./main.ts');
} else {
  const node = bundledNode();
  const child = spawn(node, [...memoryFlags, new URL(import.meta.url).pathname, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: environment,
  });
  // A terminal sends Ctrl-C to both of us, somebody else perhaps to this process alone; asked twice at once is asked once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
  });
}

function bundledNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`);
  } catch {
    process.stderr.write(
      `retag needs Node 24 or newer; this is ${process.version} and the bundled one is missing. Run "npm ci" without --omit=optional.\n`,
    );
    process.exit(1);
  }
}
