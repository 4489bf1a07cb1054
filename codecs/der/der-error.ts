// The one error of all byte decoding in codecs: what was expected, and where in the input it was not found.

/** Thrown for bytes that are not what they should be. `offset` counts octets from the start of the buffer first given to the reader. */
export class DerError extends Error {
  readonly offset: number | null;
  constructor(message: string, offset: number | null = null) {
    super(offset === null ? message : `${message} (at octet ${offset})`);
    this.name = 'DerError';
    this.offset = offset;
  }
}
