// What the run of one test file tells the suite runner, as one JSON line through the pipe between them.

export interface SuiteResult {
  readonly passed: number;
  readonly failures: readonly { readonly title: string; readonly reason: string }[];
  readonly skipped: readonly { readonly title: string; readonly reason: string }[];
}

/** The file descriptor on which a child of the runner writes its result. */
export const resultDescriptor = 3;
