// Runs one test file in a process of its own, for the suite runner: a crash, a leak or an endless loop harms no other file.
import { closeSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import Mocha from 'mocha';
import { findSkipReason } from './skip-because.ts';
import { resultDescriptor, type SuiteResult } from './suite-result.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError('usage: node test/support/run-suite-file.ts FILE');

const titleOf = (test: { titlePath(): string[] }) => test.titlePath().join(' › ');
const result = { passed: 0, failures: [], skipped: [] } as { passed: number } & {
  -readonly [K in 'failures' | 'skipped']: { title: string; reason: string }[];
};

const mocha = new Mocha({ timeout: 20_000, forbidOnly: true, reporter: class {} as never });
mocha.addFile(resolve(file));
await mocha.loadFilesAsync();
await new Promise<void>((done) => {
  mocha
    .run(() => done())
    .on('pass', () => {
      result.passed += 1;
    })
    .on('fail', (test, error) => {
      result.failures.push({ title: titleOf(test), reason: error?.stack ?? String(error) });
    })
    .on('pending', (test) => {
      result.skipped.push({ title: titleOf(test), reason: findSkipReason(test) ?? 'no reason given' });
    });
});
// mocha no longer tells what goes wrong from here on, and its own listeners keep Node from doing so.
for (const event of ['unhandledRejection', 'uncaughtException'] as const)
  process.on(event, (reason: unknown) => {
    process.stderr.write(`${event}: ${reason instanceof Error ? reason.stack : String(reason)}\n`);
    process.exitCode = 1;
  });
writeSync(resultDescriptor, `${JSON.stringify(result satisfies SuiteResult)}\n`);
closeSync(resultDescriptor);
// Nothing more: a file that leaves something open keeps this process alive, which the runner reports.
