// What a requester sent, by input name, with the certificate request in it decoded at most once.
import { CaError } from '../errors.ts';
import {
  type DecodedCertificateRequest,
  decodeCertificateRequest,
  invalidRequest,
} from './inputs/certificate-request.ts';

export class SubmittedValues {
  readonly #values: ReadonlyMap<string, string>;
  readonly #dogtagVersion: string;
  #decoded: DecodedCertificateRequest | null = null;

  constructor(values: ReadonlyMap<string, string>, dogtagVersion: string) {
    this.#values = values;
    this.#dogtagVersion = dogtagVersion;
  }

  find(name: string): string | null {
    return this.#values.get(name) ?? null;
  }

  /**
   * The certificate request of the given type. Throws CaError `malformed-request` (also for a type that nobody decodes) or
   * `bad-proof-of-possession`.
   */
  certificateRequest(type: string): DecodedCertificateRequest {
    if (this.#decoded !== null) return this.#decoded;
    const text = this.find('cert_request');
    if (text === null) throw new CaError('malformed-request', invalidRequest);
    const decoded = decodeCertificateRequest(type, text, this.#dogtagVersion);
    if (decoded === null) throw new CaError('malformed-request', `Unknown Certificate Request Type ${type}`);
    this.#decoded = decoded;
    return decoded;
  }
}
