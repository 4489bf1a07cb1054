// The lab's Dogtag and our gateway over the same profiles, asked the same one after the other, with a session each.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { profileId, type StoredProfile } from '#ca-core/engine';
import { openDogtagDirectory } from '#importers';
import { silentLog, systemClock } from '#platform';
import { createProfileKeeper } from '#test/profile-keeper';
import { compareAnswers } from '../../golden/dialects/compare-answers.ts';
import { findHeader, type Identity, type RecordedExchange } from '../../golden/dialects/recorded-exchanges.ts';
import { ReplayGateway, type Reply } from '../../golden/dialects/replay-gateway.ts';
import { askDogtag } from '../dialects/ask-dogtag.ts';
import { LabDogtag, listOf, member, readLabIdentity, readLabVariable, textOf } from '../profiles/lab-dogtag.ts';

export interface Step {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly target: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
}

export interface LabProfile extends Omit<StoredProfile, 'revision'> {
  readonly isStored: boolean;
}

export interface BothAnswers {
  readonly theirs: Reply;
  readonly ours: Reply;
  /** None when a client cannot tell one from the other. */
  readonly differences: readonly string[];
}

const host = `${readLabVariable('DOGTAG_HOST')}:${new URL(readLabVariable('DOGTAG_URL')).port}`;
const json = ['Accept', 'application/json'] as const;

export class TwoSides {
  readonly #gateway = new ReplayGateway();
  readonly #cookies = new Map<Identity, string>();
  profiles: readonly LabProfile[] = [];

  async open(): Promise<void> {
    await this.#gateway.open('10.10.2');
    await this.read();
    for (const identity of ['ipara', 'caadmin'] as const) await this.#logIn(identity);
  }

  /** What the lab has now, for our side. */
  async read(): Promise<void> {
    this.profiles = await readProfiles();
    const authority = new X509Certificate(readFileSync(readLabVariable('DOGTAG_CA_CERT'))).raw;
    this.#gateway.script = createProfileKeeper(
      authority,
      this.profiles,
      {
        timeZone: 'UTC',
        defaultOcspUrl: `http://${readLabVariable('DOGTAG_HOST')}:${new URL(readLabVariable('DOGTAG_HTTP_URL')).port}/ca/ocsp`,
        subjectAltNameEntries: 4,
        peopleDn: `ou=People,${readLabVariable('DOGTAG_LDAP_BASE')}`,
        runExternalCheck: null,
      },
      systemClock,
    );
  }

  /** Takes away at Dogtag what runs that were broken off have left there. */
  async removeLeftOvers(prefix: string): Promise<void> {
    for (const { id } of this.profiles) {
      if (!id.startsWith(prefix)) continue;
      const target = `/ca/rest/profiles/${encodeURIComponent(id)}`;
      for (const [method, query] of [
        ['POST', '?action=disable'],
        ['DELETE', ''],
      ] as const)
        await this.ask({ method, target: `${target}${query}` });
    }
  }

  async close(): Promise<void> {
    for (const identity of this.#cookies.keys())
      await this.#askDogtag(
        { method: 'GET', target: '/ca/rest/account/logout' },
        identity,
        this.#cookies.get(identity),
      );
    await this.#gateway.close();
  }

  /** With the session of `identity`, or with its certificate alone. */
  async ask(step: Step, identity: Identity = 'ipara', hasSession = true): Promise<BothAnswers> {
    const cookie = hasSession ? this.#cookies.get(identity) : undefined;
    const theirs = await this.#askDogtag(step, identity, cookie);
    this.#gateway.clock.set(systemClock.now());
    const ours = await this.#gateway.send(theirs);
    return {
      theirs: theirs.response,
      ours,
      differences: compareAnswers(
        { ...theirs, response: { ...theirs.response, body: undated(theirs.response.body) } },
        { ...ours, body: undated(ours.body) },
      ).filter((difference) => !difference.startsWith('session cookie')),
    };
  }

  async #logIn(identity: Identity): Promise<void> {
    const login = await this.#askDogtag({ method: 'GET', target: '/ca/rest/account/login' }, identity, undefined);
    await this.#gateway.send(login);
    const cookie = /JSESSIONID=[0-9A-F]+/.exec(findHeader(login.response.headers, 'set-cookie') ?? '')?.[0];
    if (cookie === undefined) throw new Error(`the lab gave ${identity} no session`);
    this.#cookies.set(identity, cookie);
  }

  async #askDogtag(step: Step, identity: Identity, cookie: string | undefined): Promise<RecordedExchange> {
    const { method, target, headers = [json], body = '' } = step;
    const request = {
      method,
      target,
      headers: [['Host', host] as const, ...headers, ...(cookie === undefined ? [] : [['Cookie', cookie] as const])],
      body: Buffer.from(body),
    };
    const length = method === 'PUT' ? [['Content-Length', String(request.body.length)] as const] : [];
    const lab = identity === 'none' ? null : readLabIdentity(identity === 'caadmin' ? 'ADMIN' : 'AGENT');
    const response = await askDogtag({ ...request, headers: [...request.headers, ...length] }, lab, true);
    return {
      release: '10.10.2',
      dialect: 'v1-json',
      operation: '',
      name: target,
      identity,
      shows: '',
      request,
      response,
    };
  }
}

/** The line that says when it was written is a second off now and then; the lab's key recovery authority is not the one that our side has. */
function undated(body: Buffer): Buffer {
  const text = body.toString('latin1');
  const transport = /<transportCert>\n[^\n]*/;
  if (transport.test(text)) return Buffer.from(text.replace(transport, '<transportCert>\n'), 'latin1');
  return text.startsWith('#') ? Buffer.from(text.replace(/^#[^\n]*\n/, '#\n'), 'latin1') : body;
}

/**
 * As the directory has them, in the order in which Dogtag lists them. It lists such as it failed to store until it is started again; of these
 * only their lines are known.
 */
async function readProfiles(): Promise<readonly LabProfile[]> {
  const source = openDogtagDirectory(
    {
      url: new URL(readLabVariable('DOGTAG_LDAP_URL')),
      bindDn: readLabVariable('DOGTAG_LDAP_BIND_DN'),
      password: readLabVariable('DOGTAG_LDAP_PASSWORD'),
      startTls: false,
      caCertificatePem: null,
      base: readLabVariable('DOGTAG_LDAP_BASE'),
      timeZone: 'UTC',
    },
    { log: silentLog, clock: systemClock },
  );
  const stored = new Map<string, Omit<StoredProfile, 'revision'>>();
  for await (const { records } of source.read('profile', null))
    for (const record of records)
      if (record.kind === 'profile') stored.set(record.value.id, { ...record.value, id: profileId(record.value.id) });
  await source.close();
  const agent = new LabDogtag(readLabIdentity('AGENT'));
  await agent.login();
  const listed = listOf(member(await agent.getJson('/ca/rest/profiles?size=10000'), 'entries'));
  await agent.logout();
  agent.close();
  return listed.map((entry) => {
    const id = textOf(member(entry, 'profileId')) ?? '';
    const isStored = stored.has(id);
    const name = textOf(member(entry, 'profileName')) ?? '';
    const text = textOf(member(entry, 'profileDescription')) ?? '';
    const shown = { id: profileId(id), classId: 'caEnrollImpl', configurationText: `name=${name}\ndesc=${text}\n` };
    return { ...(stored.get(id) ?? shown), isStored };
  });
}
