// What agents and requesters do on the native side before it is rolled back.
import { generateKeyPairSync } from 'node:crypto';
import { type Caller, profileId, type RequestRecord, type RevocationReason, serialNumber } from '#ca-core/engine';
import { makeCsr } from '#test/running-authority';
import { agentCaller, type LabInstallation } from './installation.ts';

const anonymous: Caller = {
  userId: null,
  groups: [],
  certificateDer: null,
  remoteAddress: '192.0.2.17',
  remoteHost: 'client.example.test',
  viaSession: false,
};

export class NativeDeeds {
  readonly #installation: LabInstallation;
  readonly #run: string;
  /** The profiles want RSA; one key does for all. */
  readonly #keyPem = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  #count = 0;

  constructor(installation: LabInstallation, run: string) {
    this.#installation = installation;
    this.#run = run;
  }

  /** A name that says which suite it belongs to. */
  freshName(): string {
    this.#count += 1;
    return `retagback-${this.#run}-${this.#count}.example.test`;
  }

  inputsFor(commonName: string): Record<string, string> {
    return {
      cert_request_type: 'pkcs10',
      cert_request: makeCsr(commonName, this.#keyPem),
      requestor_name: 'Hanna Bäck',
      requestor_email: 'hanna@example.test',
      requestor_phone: '+49 555 0100',
    };
  }

  /** At once, because an agent asks with his certificate. */
  async issue(commonName = this.freshName()): Promise<RequestRecord & { readonly commonName: string }> {
    return { ...(await this.#submit('caIPAserviceCert', commonName, agentCaller())), commonName };
  }

  /** Waits for an agent. */
  async ask(commonName = this.freshName()): Promise<RequestRecord & { readonly commonName: string }> {
    return { ...(await this.#submit('caServerCert', commonName, anonymous)), commonName };
  }

  decide(id: bigint, action: 'approve' | 'reject' | 'cancel' | 'assign', notes: string | null): Promise<RequestRecord> {
    const decision = { requestId: id as RequestRecord['id'], action, edits: null, notes };
    return this.#installation.authority.decideEnrollment(decision, agentCaller());
  }

  revoke(serial: bigint, reason: RevocationReason, invalidityDate: Date | null = null): Promise<RequestRecord> {
    const order = { serialNumber: serialNumber(serial), reason, invalidityDate, comments: 'retagback "quoted" ü' };
    return this.#installation.authority.revokeCertificate(order, agentCaller());
  }

  release(serial: bigint): Promise<RequestRecord> {
    return this.#installation.authority.releaseCertificate(serialNumber(serial), agentCaller());
  }

  async #submit(profile: string, commonName: string, caller: Caller): Promise<RequestRecord> {
    const submission = {
      profileId: profileId(profile),
      authorityId: null,
      inputs: this.inputsFor(commonName),
      renewalOf: null,
    };
    const [request] = await this.#installation.authority.submitEnrollment(submission, caller);
    if (request === undefined) throw new Error('no request came of a submission');
    return request;
  }
}

export function serialOf({ certificateSerials, state, errorMessage }: RequestRecord): bigint {
  const [serial] = certificateSerials;
  if (serial === undefined) throw new Error(`a request is ${state} without a certificate: ${errorMessage}`);
  return serial;
}
