// One thing that is looked at, and what came of it.

export interface CheckResult {
  readonly name: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly message: string;
  /** Null when there is nothing to do. */
  readonly nextStep: string | null;
}

export interface Check {
  readonly name: string;
  /** What is right; null leaves it out. Throws CheckFailure, or anything else whose message then counts as bad. */
  run(): Promise<string | null>;
}

/** A check that did not come out well. */
export class CheckFailure extends Error {
  readonly state: 'warning' | 'bad';
  readonly nextStep: string | null;
  constructor(state: 'warning' | 'bad', message: string, nextStep: string | null = null) {
    super(message);
    this.name = 'CheckFailure';
    this.state = state;
    this.nextStep = nextStep;
  }
}

const timeoutMs = 15_000;

/** All of them, one after another, whatever the earlier ones said. */
export async function runChecks(
  checks: readonly Check[],
  onResult: (result: CheckResult) => void,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const result = await runCheck(check);
    if (result === null) continue;
    results.push(result);
    onResult(result);
  }
  return results;
}

async function runCheck({ name, run }: Check): Promise<CheckResult | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new CheckFailure('bad', `no answer within ${timeoutMs / 1000} seconds`)),
      timeoutMs,
    );
  });
  try {
    const message = await Promise.race([run(), timeout]);
    return message === null ? null : { name, state: 'good', message, nextStep: null };
  } catch (error) {
    if (error instanceof CheckFailure)
      return { name, state: error.state, message: error.message, nextStep: error.nextStep };
    const nextStep =
      error instanceof Error && 'nextStep' in error && typeof error.nextStep === 'string' ? error.nextStep : null;
    return { name, state: 'bad', message: error instanceof Error ? error.message : String(error), nextStep };
  } finally {
    clearTimeout(timer);
  }
}
