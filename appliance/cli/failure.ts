// How a command ends when it can't do what it was asked.

/** A failure with a next step for the person at the terminal. */
export class CommandFailure extends Error {
  readonly nextStep: string | null;
  readonly exitCode: number;
  constructor(message: string, options: { nextStep?: string; exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'CommandFailure';
    this.nextStep = options.nextStep ?? null;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Prints to standard error and sets the exit code; with RETAG_DEBUG set, the cause's stack too. */
export function printFailure(failure: CommandFailure): void {
  process.stderr.write(`retag: ${failure.message}\n`);
  if (failure.nextStep !== null) process.stderr.write(`  next: ${failure.nextStep}\n`);
  if (process.env.RETAG_DEBUG && failure.cause instanceof Error) process.stderr.write(`${failure.cause.stack}\n`);
  process.exitCode = failure.exitCode;
}
