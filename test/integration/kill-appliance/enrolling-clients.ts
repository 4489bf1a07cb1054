// Many clients that enrol over HTTPS again and again, as FreeIPA, its installer and certmonger do, and note everything that they are told.
import { setTimeout as delay } from 'node:timers/promises';
import { decodePem } from '#codecs/pem';
import type { ClientPlace, Reply } from '#test/conversation-client';
import { editableValues, fillTemplate, inputsFor, query, serialOf } from '#test/enrollment-forms';
import { JudgedClient, NotServed } from './judged-client.ts';
import type { Received } from './received.ts';

/** Whoever was sent away comes again after this time. */
const returnMs = 250;

const jsonBody = { Accept: 'application/json', 'Content-Type': 'application/json' };
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

type Enroll = (client: EnrollingClient, name: string) => Promise<void>;
/** A client's ways in turn: FreeIPA's over REST, certmonger's over servlets with an agent's review, and that of FreeIPA's installer. */
const ways: readonly Enroll[] = [
  (client, name) => client.enrollOverRest(name),
  (client, name) => client.enrollWithReview(name),
  (client, name) => client.enrollOverRest(name),
  (client, name) => client.enrollAtOnce(name),
];

export class EnrollingClients {
  readonly #place: ClientPlace;
  readonly #received: Received;
  readonly #label: string;
  #isStopping = false;
  #running: Promise<void>[] = [];

  /** `label` is in the names of the certificates that they ask for. */
  constructor(place: ClientPlace, received: Received, label: string) {
    this.#place = place;
    this.#received = received;
    this.#label = label;
  }

  start(count: number): void {
    this.#running = Array.from({ length: count }, (_, index) => this.#live(index));
  }

  /** Settles when each has ended what it was about: by an answer, or by a closed connection. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#running);
  }

  async #live(index: number): Promise<void> {
    const client = new JudgedClient(this.#place, this.#received);
    try {
      const template = await this.#received.template(this.#place);
      const enrolling = new EnrollingClient(client, this.#received, template);
      for (let turn = 0; !this.#isStopping; turn += 1) {
        const name = `n${turn}.c${index}.${this.#label}.example.test`;
        const enroll = ways[(index + turn) % ways.length];
        try {
          await enroll?.(enrolling, name);
        } catch (error) {
          if (!(error instanceof NotServed)) throw error;
          await delay(returnMs);
        }
      }
    } catch (error) {
      this.#received.wrong(`a client ended: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      client.close();
    }
  }
}

class EnrollingClient {
  readonly #client: JudgedClient;
  readonly #received: Received;
  readonly #template: string;
  #unfinished: { readonly requestId: string; readonly name: string } | null = null;

  constructor(client: JudgedClient, received: Received, template: string) {
    this.#client = client;
    this.#received = received;
    this.#template = template;
  }

  /** Submit, and fetch the certificate that the answer names. */
  async enrollOverRest(name: string): Promise<void> {
    const answer = await this.#client.say({
      shows: 'submit over REST',
      method: 'POST',
      target: '/ca/rest/certrequests',
      headers: jsonBody,
      body: fillTemplate(this.#template, inputsFor('caIPAserviceCert', name)),
    });
    const id = this.#client.find(answer, /\/certrequests\/(\d+)"/);
    const certId = this.#client.find(answer, /"certId":"(0x[0-9a-f]+)"/);
    this.#received.promise(BigInt(id), BigInt(certId), name);
    const got = await this.#client.say({
      shows: 'get over REST',
      method: 'GET',
      target: `/ca/rest/certs/${certId}`,
      headers: jsonBody,
    });
    const pem = this.#client
      .find(got, /"Encoded":"([^"]+)"/)
      .replaceAll('\\n', '\n')
      .replaceAll('\\r', '');
    this.#received.certificate(BigInt(certId), decodePem(pem, 'CERTIFICATE'), name);
  }

  /** Submit, review, approve, retrieve; everything in query strings. Who was sent away in between asks what became of the request. */
  async enrollWithReview(name: string): Promise<void> {
    const unfinished = this.#unfinished ?? (await this.#submitForReview(name));
    this.#unfinished = unfinished;
    const { requestId } = unfinished;
    const checked = await this.#get('checkRequest', '/ca/ee/ca/checkRequest', { requestId });
    const status = this.#client.find(checked, /<status>\s*(\w+)/);
    // Approved means that the appliance is about to finish what was interrupted.
    if (status === 'approved') throw new NotServed('not finished yet');
    if (status === 'pending') await this.#approve(requestId);
    else if (status !== 'complete') this.#received.wrong(`request ${requestId} became ${status}`);
    const shown = await this.#get('displayCertFromRequest', '/ca/ee/ca/displayCertFromRequest', {
      requestId,
      importCert: 'true',
    });
    const pem = this.#client.find(shown, /<base64Cert>([^<]+)</).replaceAll('&#13;', '');
    this.#unfinished = null;
    this.#received.promise(BigInt(requestId), serialOf(pem), unfinished.name);
    this.#received.certificate(serialOf(pem), decodePem(pem, 'CERTIFICATE'), unfinished.name);
  }

  async #submitForReview(name: string): Promise<{ readonly requestId: string; readonly name: string }> {
    const inputs = { profileId: 'caServerCert', ...inputsFor('caServerCert', name) };
    const submitted = await this.#get('profileSubmit', '/ca/ee/ca/profileSubmit', inputs);
    const requestId = this.#client.find(submitted, /<RequestId>\s*(\d+)/);
    this.#received.request(BigInt(requestId));
    return { requestId, name };
  }

  async #approve(requestId: string): Promise<void> {
    const review = await this.#get('profileReview', '/ca/agent/ca/profileReview', { requestId });
    const values = { requestId, op: 'approve', ...editableValues(review.text) };
    const processed = await this.#get('profileProcess', '/ca/agent/ca/profileProcess', values);
    this.#client.find(processed, /<requestStatus>\s*(complete)/);
  }

  #get(shows: string, path: string, values: Readonly<Record<string, string>>): Promise<Reply> {
    return this.#client.say({ shows, method: 'GET', target: `${path}?${query({ ...values, xml: 'true' })}` });
  }

  /** The certificate is in the answer to the only request. */
  async enrollAtOnce(name: string): Promise<void> {
    const inputs = inputsFor('caIPAserviceCert', name);
    const request = decodePem(inputs.cert_request ?? '', 'CERTIFICATE REQUEST').toString('base64');
    const answer = await this.#client.say({
      shows: 'profileSubmitSSLClient',
      method: 'POST',
      target: '/ca/eeca/ca/profileSubmitSSLClient',
      headers: form,
      body: query({ profileId: 'caIPAserviceCert', ...inputs, cert_request: request, xmlOutput: 'true' }),
    });
    const requestId = this.#client.find(answer, /<Id>\s*(\d+)/);
    const base64 = this.#client
      .find(answer, /<b64>([^<]+)</)
      .replaceAll('&#13;', '')
      .trim();
    const der = Buffer.from(base64, 'base64');
    const serial = BigInt(`0x${this.#client.find(answer, /<serialno>\s*([0-9a-f]+)/)}`);
    this.#received.promise(BigInt(requestId), serial, name);
    this.#received.certificate(serial, der, name);
  }
}
