// `npm test`: type check, lint and every test file, and at the end one line that says how many passed and failed.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { reachableFiles } from './import-graph.ts';
import { runProgram, runSuiteFile, type StepResult, stopRunningSteps } from './run-step.ts';
import { listFiles, projectFolder, type SourceFile, sourceParts } from './source-files.ts';
import { makeTestServerFolder, openTestServer, testServerFolderVariable } from './test-server.ts';

const usage = `usage: npm test [-- [--with-database] [PATH...]]
  PATH             only test files whose path begins with it, and no type check or lint
  --with-database  only test files that use a database; DATABASE_URL chooses which, else the embedded one
`;

const checkTimeoutMs = 5 * 60_000;
const fileTimeoutMs = 10 * 60_000;
/** More would slow each other down: many files start servers and signers of their own. */
const filesAtOnceMax = 4;
const databaseSupport = 'test/support/test-database.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

interface Plan {
  readonly files: readonly string[];
  readonly withChecks: boolean;
  readonly usesDatabase: (file: string) => boolean;
}

function makePlan(words: readonly string[]): Plan {
  const onlyDatabase = words.includes('--with-database');
  const prefixes = words.filter((word) => !word.startsWith('--')).map((path) => path.replace(/^\.\//, ''));
  const known = new Map<string, SourceFile>();
  const usesDatabase = (file: string) => reachableFiles(projectFolder, file, known).has(databaseSupport);
  const files = listFiles(projectFolder, sourceParts, ['.test.ts'])
    .filter((file) => prefixes.length === 0 || prefixes.some((prefix) => file.startsWith(prefix)))
    .filter((file) => !onlyDatabase || usesDatabase(file));
  return { files, withChecks: prefixes.length === 0 && !onlyDatabase, usesDatabase };
}

async function runChecks(): Promise<StepResult[]> {
  const tool = (name: string) => join(projectFolder, 'node_modules', '.bin', name);
  return [
    await runProgram('types', [tool('tsc'), '--noEmit'], checkTimeoutMs),
    await runProgram('lint', [tool('biome'), 'check', '--error-on-warnings', '.'], checkTimeoutMs),
  ];
}

/** Runs the files a few at a time, those first that take longest to wait for: the ones with a database. */
async function runFiles(plan: Plan, environment: Readonly<Record<string, string>>): Promise<StepResult[]> {
  const waiting = [...plan.files].sort((a, b) => Number(plan.usesDatabase(b)) - Number(plan.usesDatabase(a)));
  const results: StepResult[] = [];
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runSuiteFile(file, environment, fileTimeoutMs);
      results.push(result);
      report(result);
    }
  };
  const workers = Math.max(1, Math.min(availableParallelism(), filesAtOnceMax));
  await Promise.all(Array.from({ length: workers }, work));
  return results;
}

function report({ name, passed, failures, skipped, seconds }: StepResult): void {
  const parts = [`${passed} passed`];
  if (failures.length > 0) parts.push(`${failures.length} FAILED`);
  if (skipped.length > 0) parts.push(`${skipped.length} skipped`);
  print(`${failures.length > 0 ? '✗' : '·'} ${name}  ${parts.join(', ')}  ${seconds.toFixed(1)} s`);
}

/** One server for all files. Without it the others still run, and those that need it fail with their own words. */
async function withServer(plan: Plan, use: (environment: Record<string, string>) => Promise<StepResult[]>) {
  if (!plan.files.some(plan.usesDatabase)) return use({});
  const place = process.env.DATABASE_URL === undefined ? makeTestServerFolder() : null;
  const environment: Record<string, string> = place === null ? {} : { [testServerFolderVariable]: place.folder };
  Object.assign(process.env, environment);
  try {
    const server = await openTestServer().catch((error: Error) => error);
    if (server instanceof Error) {
      const failure = { title: 'the database server of the run', reason: server.message };
      return [
        { name: 'database', seconds: 0, passed: 0, skipped: [], failures: [failure] },
        ...(await use(environment)),
      ];
    }
    print(`database: ${server.kind}, ${server.address}`);
    const results = await use(environment);
    await server.close();
    return results;
  } finally {
    place?.remove();
  }
}

function summarize(results: readonly StepResult[]): boolean {
  const skipped = results.flatMap((result) => result.skipped.map((test) => ({ file: result.name, ...test })));
  const failures = results.flatMap((result) => result.failures.map((test) => ({ file: result.name, ...test })));
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  if (skipped.length > 0) print(`\n${skipped.length} skipped, which is not passed:`);
  for (const { file, title, reason } of skipped) print(`  ${file} › ${title}: ${reason}`);
  if (failures.length > 0) print(`\n${failures.length} failed:`);
  for (const { file, title, reason } of failures)
    print(`\n✗ ${file}${title === file ? '' : ` › ${title}`}\n    ${reason.replaceAll('\n', '\n    ')}`);
  print(`\n${passed} passed, ${failures.length} failed`);
  return failures.length === 0 && passed > 0;
}

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = words.find((word) => word.startsWith('--') && word !== '--with-database');
  const plan = makePlan(words);
  if (unknown !== undefined || plan.files.length === 0) {
    process.stderr.write(unknown === undefined ? 'no test file matches\n' : `unknown option ${unknown}\n${usage}`);
    return 2;
  }
  const checks = plan.withChecks ? await runChecks() : [];
  for (const check of checks) report(check);
  return summarize([...checks, ...(await withServer(plan, (environment) => runFiles(plan, environment)))]) ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stopRunningSteps();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
process.exitCode = await main(process.argv.slice(2));
