// What is wrong with LDIF text and where.

/** `lineNumber` counts from 1 and names the first physical line of the folded line at fault. */
export class LdifError extends Error {
  readonly lineNumber: number;
  constructor(message: string, lineNumber: number) {
    super(`line ${lineNumber}: ${message}`);
    this.name = 'LdifError';
    this.lineNumber = lineNumber;
  }
}
