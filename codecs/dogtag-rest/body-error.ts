// A request body that cannot be taken. The message is for the client, in words that say nothing of this server's insides.

export class BodyError extends Error {
  /** Whether it is not even JSON; else it is JSON or XML of another shape. */
  readonly isSyntax: boolean;

  constructor(message: string, { isSyntax = false }: { readonly isSyntax?: boolean } = {}) {
    super(message);
    this.name = 'BodyError';
    this.isSyntax = isSyntax;
  }
}
