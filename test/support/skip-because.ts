// Skips a test or a suite and says why: what was not run must be told, and never counts as passed.

const reasons = new WeakMap<object, string>();

/** Call it in a test, or in a `before` hook for the whole suite. Does not return. */
export function skipBecause(context: Mocha.Context, reason: string): never {
  const runnable = context.test;
  const isHook = runnable !== undefined && 'type' in runnable && runnable.type === 'hook';
  const whole = isHook ? runnable.parent : runnable;
  if (whole !== undefined) reasons.set(whole, reason);
  return context.skip();
}

/** The reason given for a test or for a suite around it. */
export function findSkipReason(test: Mocha.Test): string | null {
  for (let at: Mocha.Test | Mocha.Suite | undefined = test; at !== undefined; at = at.parent) {
    const reason = reasons.get(at);
    if (reason !== undefined) return reason;
  }
  return null;
}
