// What can be wrong with AJP/1.3 bytes, or with values that AJP/1.3 cannot carry.

/** `packet-too-large` is about values to send; everything else about bytes received. `unexpected-packet`: no AJP, or not in its turn. */
export type AjpErrorCode = 'packet-too-large' | 'malformed-packet' | 'unexpected-packet';

export class AjpError extends Error {
  readonly code: AjpErrorCode;
  constructor(code: AjpErrorCode, message: string) {
    super(message);
    this.name = 'AjpError';
    this.code = code;
  }
}
