// `npm run fuzz:ajp`: sends malformed AJP packets to a gateway, many at once, and prints what became of them.
import { argv, exit, memoryUsage, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { AjpFuzz } from '#test/ajp-fuzz';
import { malformedCases } from '#test/ajp-malformed';

const { values } = parseArgs({
  args: argv.slice(2),
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.count);
const seed = Number(values.seed);
const batchSize = 1_000;
const atOnce = 64;

const outcomes = new Map<string, number>();
const failures: string[] = [];
/** Whatever nobody catches would end a gateway. */
const crash = (error: unknown) => failures.push(`uncaught: ${String(error instanceof Error ? error.stack : error)}`);
process.on('uncaughtException', crash).on('unhandledRejection', crash);

const fuzz = new AjpFuzz();
await fuzz.open();
const begunMs = performance.now();
let sent = 0;
for (let batch = 0; sent < count && failures.length < 10; batch += 1) {
  const cases = fc.sample(malformedCases(fuzz.known), {
    numRuns: Math.min(batchSize, count - sent),
    seed: seed + batch,
    unbiased: true,
  });
  const next = cases.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const malformed of next)
        try {
          const key = `${malformed.sender.padEnd(20)} ${malformed.kind.padEnd(26)} ${await fuzz.send(malformed)}`;
          outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
        } catch (error) {
          failures.push(`seed ${seed + batch}: ${(error as Error).message}`);
        }
    }),
  );
  sent += cases.length;
  await fuzz.assertAlive().catch((error: unknown) => failures.push(`seed ${seed + batch}: ${String(error)}`));
}
const seconds = (performance.now() - begunMs) / 1_000;
await fuzz.close();
for (const [key, times] of [...outcomes].sort()) stdout.write(`${String(times).padStart(8)}  ${key}\n`);
for (const failure of failures) stdout.write(`FAILED  ${failure}\n`);
const megabytes = Math.round(memoryUsage().heapUsed / 1_048_576);
stdout.write(
  `${sent} packets in ${seconds.toFixed(1)} s (${Math.round(sent / seconds)} a second), ${megabytes} MB of heap afterwards, ${failures.length} failures\n`,
);
exit(failures.length === 0 ? 0 : 1);
