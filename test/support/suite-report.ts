// What a suite against a real Dogtag prints: a line per fact, a line per thing that could not be tried, and the counts that .ci/run reads.
import { exit, stdout } from 'node:process';

export interface SuiteReport {
  /** Runs `verify` and counts it; never rejects, so that one false fact does not hide the others. Tells whether it was true. */
  check(fact: string, verify: () => Promise<void> | void): Promise<boolean>;
  /** What was not tried, and why. Never counts as passed. */
  skip(what: string, reason: string): void;
  note(line: string): void;
  /** Prints the counts and ends the process with 0 only when something was checked and nothing was false. */
  finish(): never;
}

/** Enough of a failure to understand it, not a whole page of HTML. */
const failureCharactersMax = 3_000;

export function createSuiteReport(): SuiteReport {
  const totals = { passed: 0, failed: 0 };
  const print = (line: string) => stdout.write(`${line}\n`);
  return {
    check: async (fact, verify) => {
      try {
        await verify();
      } catch (error) {
        totals.failed += 1;
        const message = error instanceof Error ? error.message : String(error);
        print(`FAILED  ${fact}\n        ${message.slice(0, failureCharactersMax).replaceAll('\n', '\n        ')}`);
        return false;
      }
      totals.passed += 1;
      print(`ok      ${fact}`);
      return true;
    },
    skip: (what, reason) => print(`skipped: ${what}: ${reason}`),
    note: print,
    finish: () => {
      print(`${totals.passed} passed, ${totals.failed} failed`);
      exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
    },
  };
}
