// The error of distinguished names as text.

/** Thrown for text that is no distinguished name, or names an attribute type or value that cannot be encoded. */
export class NameSyntaxError extends Error {
  /** What JSS says where it stumbles over the text instead of refusing it; null where it refuses. Callers of Dogtag's that expect refusals only tell clients this. */
  readonly stumble: string | null;
  /** What JSS says where it refuses, for those of Dogtag's answers that tell it; null where nobody has heard it. */
  readonly refusal: string | null;
  constructor(message: string, stumble: string | null = null, refusal: string | null = null) {
    super(message);
    this.name = 'NameSyntaxError';
    this.stumble = stumble;
    this.refusal = refusal;
  }
}
