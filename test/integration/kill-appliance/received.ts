// What clients were told, all of them together: certificates, serial numbers, refusals, and whatever should not have been said.
import { type ClientPlace, createConversationClient } from '#test/conversation-client';

export interface ReceivedCertificate {
  readonly certificateDer: Buffer;
  /** The name that was asked for. */
  readonly name: string;
}

export class Received {
  /** By serial number, as they came in an answer. */
  readonly certificates = new Map<bigint, ReceivedCertificate>();
  /** Serial numbers that an answer named, with the request that it belongs to; the certificate itself may not have come any more. */
  readonly promised = new Map<bigint, { readonly requestId: bigint; readonly name: string }>();
  /** Requests of which a client knows. */
  readonly requestIds = new Set<bigint>();
  /** What was said in place of success, and how often. */
  readonly refusals = new Map<string, number>();
  /** What must not happen, in words. */
  readonly faults: string[] = [];
  /** By number. */
  readonly crls = new Map<bigint, Buffer>();
  #newestCrl = 0n;
  hungUpCount = 0;
  slowestMs = 0;
  #template: Promise<string> | null = null;

  request(id: bigint): void {
    this.requestIds.add(id);
  }

  promise(requestId: bigint, serial: bigint, name: string): void {
    this.request(requestId);
    const earlier = this.promised.get(serial);
    if (earlier !== undefined) this.wrong(`serial number ${serial} was given to ${earlier.name} and to ${name}`);
    this.promised.set(serial, { requestId, name });
  }

  certificate(serial: bigint, certificateDer: Buffer, name: string): void {
    this.certificates.set(serial, { certificateDer, name });
  }

  /** Each is fetched after another was asked for, so that its number must be a new and higher one. */
  crl(crlNumber: bigint, crlDer: Buffer): void {
    if (crlNumber <= this.#newestCrl) this.wrong(`CRL number ${crlNumber} came after ${this.#newestCrl}`);
    this.#newestCrl = crlNumber;
    this.crls.set(crlNumber, crlDer);
  }

  refused(what: string): void {
    this.refusals.set(what, (this.refusals.get(what) ?? 0) + 1);
  }

  hungUp(): void {
    this.hungUpCount += 1;
  }

  took(ms: number): void {
    if (ms > this.slowestMs) this.slowestMs = ms;
  }

  wrong(what: string): void {
    if (this.faults.length < 100) this.faults.push(what);
  }

  /** The form of caIPAserviceCert, asked for once. */
  template(place: ClientPlace): Promise<string> {
    this.#template ??= readTemplate(place);
    return this.#template;
  }
}

async function readTemplate(place: ClientPlace): Promise<string> {
  const client = createConversationClient(place);
  try {
    const { status, text } = await client.say({
      shows: 'template',
      method: 'GET',
      target: '/ca/rest/certrequests/profiles/caIPAserviceCert',
      headers: { Accept: 'application/json' },
      identity: 'agent',
    });
    if (status !== 200) throw new Error(`no template: ${status} ${text}`);
    return text;
  } finally {
    client.close();
  }
}
