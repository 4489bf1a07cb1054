// Times as servlets tell them.

/** Whole seconds since 1970. */
export function epochSeconds(time: Date): string {
  return String(Math.floor(time.getTime() / 1000));
}
