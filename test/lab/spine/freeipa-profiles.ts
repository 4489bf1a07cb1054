// FreeIPA's `certprofile-import` and what follows it: a session, a profile sent raw, switched on, used, switched off and deleted.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConversationClient, Reply } from '#test/conversation-client';
import { fillTemplate, inputsFor } from '#test/enrollment-forms';

const json = { Accept: 'application/json' };
const jsonBody = { ...json, 'Content-Type': 'application/json' };
/** The record follows Dogtag within seconds; a loaded machine takes longer. */
const followTimeoutMs = 30_000;

export class FreeIpaProfiles {
  readonly #client: ConversationClient;
  readonly #profileId: string;
  #cookie = '';

  constructor(client: ConversationClient, profileId: string) {
    this.#client = client;
    this.#profileId = profileId;
  }

  /** FreeIPA wants status 200 and a cookie, and sends that cookie with every call that administers. */
  async logIn(): Promise<void> {
    const reply = await this.#call('log in', 'GET', '/ca/rest/account/login');
    assert.equal(reply.status, 200);
    const at = reply.rawHeaders.findIndex((name) => name.toLowerCase() === 'set-cookie');
    assert.ok(at >= 0, 'no Set-Cookie');
    this.#cookie = reply.rawHeaders[at + 1]?.split(';')[0] ?? '';
  }

  async logOut(): Promise<void> {
    assert.equal((await this.#call('log out', 'GET', '/ca/rest/account/logout')).status, 204);
  }

  /** A copy of caIPAserviceCert under our own name, sent as FreeIPA sends it. */
  async importProfile(): Promise<void> {
    const template = await this.#call('raw profile', 'GET', '/ca/rest/profiles/caIPAserviceCert/raw');
    assert.equal(template.status, 200, template.text);
    const own = template.text
      .split('\n')
      .filter((line) => !/^(?:profileId|classId|enable|enableBy)=/.test(line))
      .join('\n');
    const body = `profileId=${this.#profileId}\nclassId=caEnrollImpl\n${own}`;
    const created = await this.#call('create', 'POST', '/ca/rest/profiles/raw', body, {
      ...json,
      'Content-Type': 'application/xml',
    });
    assert.equal(created.status, 201, created.text);
  }

  async enable(): Promise<void> {
    const reply = await this.#call('enable', 'POST', `/ca/rest/profiles/${this.#profileId}?action=enable`, '');
    assert.ok(reply.status < 300, `${reply.status} ${reply.text}`);
  }

  async disable(): Promise<void> {
    const reply = await this.#call('disable', 'POST', `/ca/rest/profiles/${this.#profileId}?action=disable`, '');
    assert.ok(reply.status < 300, `${reply.status} ${reply.text}`);
  }

  async delete(): Promise<void> {
    const reply = await this.#call('delete', 'DELETE', `/ca/rest/profiles/${this.#profileId}`);
    assert.ok(reply.status < 300, `${reply.status} ${reply.text}`);
  }

  /** Enrols with the new profile as soon as the record knows it; the certificate's serial number. */
  async enroll(name: string): Promise<bigint> {
    const template = await this.#untilTemplate(200);
    const body = fillTemplate(template.text, inputsFor('caIPAserviceCert', name));
    const reply = await this.#call('enroll', 'POST', '/ca/rest/certrequests', body, jsonBody);
    const serial = /"certId":"(0x[0-9a-f]+)"/.exec(reply.text)?.[1];
    assert.ok(serial, `${reply.status} ${reply.text}`);
    return BigInt(serial);
  }

  /** Resolves when the profile is not offered any more. */
  async untilGone(): Promise<void> {
    await this.#untilTemplate(400);
  }

  async #untilTemplate(status: number): Promise<Reply> {
    for (let waitedMs = 0; ; waitedMs += 500) {
      const reply = await this.#call('template', 'GET', `/ca/rest/certrequests/profiles/${this.#profileId}`);
      if (reply.status === status) return reply;
      assert.ok(waitedMs < followTimeoutMs, `after ${followTimeoutMs / 1000} s still ${reply.status} ${reply.text}`);
      await delay(500);
    }
  }

  #call(
    shows: string,
    method: string,
    target: string,
    body?: string,
    headers: Readonly<Record<string, string>> = json,
  ): Promise<Reply> {
    return this.#client.say({
      shows,
      method,
      target,
      identity: 'agent',
      headers: this.#cookie === '' ? headers : { ...headers, Cookie: this.#cookie },
      ...(body === undefined ? {} : { body }),
    });
  }
}
