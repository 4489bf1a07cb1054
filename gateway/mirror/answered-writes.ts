// Writes that Dogtag has answered but that are not in our record yet: who is answered natively next must find them there.

export class AnsweredWrites {
  readonly #underway = new Set<Promise<void>>();

  /** From now on `whenApplied` waits, until the function returned is called; calling it again does nothing. */
  begin(): () => void {
    let settle = () => {};
    const write = new Promise<void>((resolve) => {
      settle = resolve;
    });
    this.#underway.add(write);
    return () => {
      this.#underway.delete(write);
      settle();
    };
  }

  /** Null when there is nothing to wait for. Resolves with false when the writes begun so far were not in the record after `timeoutMs`. */
  whenApplied(timeoutMs: number): Promise<boolean> | null {
    if (this.#underway.size === 0) return null;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, false);
    });
    const applied = Promise.all(this.#underway).then(() => true);
    return Promise.race([applied, late]).finally(() => clearTimeout(timer));
  }
}
