// What Dogtag's Python client, and FreeIPA from 4.13 with it, says to a server: it asks for version 2 first, and says everything in the version
// that is there. Said to an installation that was cut over, as 10.10.2 and as 11.10.1.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import type { ApplianceBesideRecording } from '#test/appliance-beside-recording';
import { fillTemplate, inputsFor } from '#test/enrollment-forms';
import { openNativeInstallation } from '../kill-appliance/native-installation.ts';

interface Said {
  readonly status: number;
  readonly type: string;
  readonly cookie: string | null;
  readonly text: string;
}

interface Request {
  readonly requestID?: string;
  readonly requestStatus?: string;
  readonly requestType?: string;
  readonly certId?: string;
  readonly operationResult?: string;
}

describe('A client that knows version 2', function () {
  this.timeout(180_000);
  let installation: ApplianceBesideRecording;
  /** What requests.Session keeps. */
  let cookie: string | null = null;

  before(async () => {
    installation = await openNativeInstallation();
    await installation.appliance.start();
  });
  after(() => installation?.close());

  async function say(method: string, path: string, body: string | null = null, isAgent = true): Promise<Said> {
    const { appliance, agent } = installation;
    const headers = {
      Accept: 'application/json',
      ...(body === null ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
      ...(cookie === null ? {} : { Cookie: cookie }),
    };
    const tls = isAgent ? { cert: agent.certificatePem, key: agent.keyPem } : {};
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: appliance.ports.https,
          method,
          path,
          headers,
          ...tls,
          rejectUnauthorized: false,
          agent: false,
        },
        (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject);
          response.on('end', () => {
            const type = response.headers['content-type'] ?? '';
            const set = response.headers['set-cookie']?.[0]?.split(';')[0] ?? null;
            const text = Buffer.concat(pieces).toString(type.includes('8859-1') ? 'latin1' : 'utf8');
            resolve({ status: response.statusCode ?? 0, type, cookie: set, text });
          });
        },
      );
      sent.on('error', reject).end(body ?? undefined);
    });
  }

  async function saySo<T>(method: string, path: string, body: string | null = null): Promise<T> {
    const said = await say(method, path, body);
    assert.equal(said.status, 200, `${method} ${path}: ${said.status} ${said.text.slice(0, 300)}`);
    return JSON.parse(said.text) as T;
  }

  /** The enrolment of FreeIPA's `ra.request_certificate`: template, request, what became of it, certificate. */
  async function enroll(api: string, name: string): Promise<string> {
    const profile = 'caIPAserviceCert';
    const template = await say('GET', `/ca/${api}/certrequests/profiles/${profile}`);
    assert.equal(template.status, 200);
    const filled = fillTemplate(template.text, inputsFor(profile, name));
    const { entries } = await saySo<{ entries: Request[] }>('POST', `/ca/${api}/certrequests`, filled);
    const [entry] = entries;
    assert.equal(entry?.requestStatus, 'complete', JSON.stringify(entry));
    const certificate = await saySo<{ id: string; Encoded: string }>('GET', `/ca/${api}/certs/${entry?.certId}`);
    assert.equal(certificate.id, entry?.certId);
    assert.match(certificate.Encoded, /^-----BEGIN CERTIFICATE-----/);
    return certificate.id;
  }

  describe('at a server of 10.10.2', () => {
    it('is told that there is none, and takes version 1', async () => {
      const probe = await say('GET', '/pki/v2/info', null, false);
      assert.equal(probe.status, 404);
      const { Version } = await saySo<{ Version: string }>('GET', '/pki/rest/info');
      assert.equal(Version, '10.10.2');
      await enroll('rest', 'version-one.example.test');
    });
  });

  describe('at a server of 11.10.1', () => {
    before(async () => {
      const { appliance } = installation;
      await appliance.stop();
      const settings = JSON.parse(readFileSync(appliance.configFile, 'utf8'));
      writeFileSync(
        appliance.configFile,
        JSON.stringify({ ...settings, dogtag: { ...settings.dogtag, version: '11.10.1' } }),
        { mode: 0o600 },
      );
      await appliance.start();
    });

    it('is told the version, and logs in', async () => {
      const { Version } = await saySo<{ Version: string }>('GET', '/pki/v2/info');
      assert.equal(Version, '11.10.1');
      const login = await say('GET', '/ca/v2/account/login');
      assert.equal(login.status, 200);
      assert.ok((JSON.parse(login.text) as { Roles: string[] }).Roles.includes('Certificate Manager Agents'));
      cookie = login.cookie;
      assert.match(cookie ?? '', /^JSESSIONID=/);
    });

    it('gets a certificate, holds, releases and revokes it, and finds it', async () => {
      const id = await enroll('v2', 'version-two.example.test');
      const serial = String(BigInt(id));
      await saySo('GET', `/ca/v2/agent/certs/${serial}`);
      const change = (deed: string, body: string | null) =>
        saySo<Request>('POST', `/ca/v2/agent/certs/${serial}/${deed}`, body);
      const held = await change('revoke', '{"Nonce":null,"Reason":"Certificate_Hold"}');
      assert.equal(held.operationResult, 'success');
      assert.equal((await change('unrevoke', null)).requestType, 'unrevocation');
      await change('revoke', '{"Reason":"Superseded"}');
      const again = await say('POST', `/ca/v2/agent/certs/${serial}/revoke`, '{"Reason":"Superseded"}');
      assert.equal(again.status, 400);
      assert.equal(
        (JSON.parse(again.text) as { Message: string }).Message,
        `certificate #${id.slice(2)} has already been revoked`,
      );
      const shown = await saySo<{ RevocationReason: number; NotBefore: string }>('GET', `/ca/v2/certs/${serial}`);
      assert.equal(shown.RevocationReason, 4);
      assert.match(shown.NotBefore, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}$/);
      const search = `{"serialFrom":"${serial}","serialTo":"${serial}"}`;
      const found = await saySo<{ total?: number; entries: { id: string; Status: string; NotValidAfter: number }[] }>(
        'POST',
        '/ca/v2/certs/search?size=2147483647',
        search,
      );
      assert.equal(found.total, undefined);
      assert.deepEqual(
        found.entries.map(({ id: one, Status }) => [one, Status]),
        [[id, 'REVOKED']],
      );
      assert.equal(typeof found.entries[0]?.NotValidAfter, 'number');
    });

    it('asks for a certificate that an agent approves with what he reviewed', async () => {
      const template = await say('GET', '/ca/v2/certrequests/profiles/caServerCert');
      const filled = fillTemplate(template.text, inputsFor('caServerCert', 'reviewed-in-two.example.test'));
      const { entries } = await saySo<{ entries: Request[] }>('POST', '/ca/v2/certrequests', filled);
      const number = String(BigInt(entries[0]?.requestID ?? '0'));
      assert.equal(entries[0]?.requestStatus, 'pending');
      const review = await say('GET', `/ca/v2/agent/certrequests/${number}`);
      const approved = await say('POST', `/ca/v2/agent/certrequests/${number}/approve`, review.text);
      assert.equal(approved.status, 204, approved.text);
      const done = await saySo<Request>('GET', `/ca/v2/certrequests/${number}`);
      assert.equal(done.requestStatus, 'complete');
      assert.match(done.certId ?? '', /^0x/);
    });

    it('reads and writes profiles', async () => {
      const { total } = await saySo<{ total: number }>('GET', '/ca/v2/profiles');
      assert.ok(total > 20);
      const raw = await say('GET', '/ca/v2/profiles/caIPAserviceCert/raw');
      assert.equal(raw.type, 'application/octet-stream');
      const text = raw.text.replace('profileId=caIPAserviceCert', 'profileId=versionTwo');
      const created = await say('POST', '/ca/v2/profiles/raw', text);
      assert.equal(created.status, 201, created.text);
      assert.equal((await say('POST', '/ca/v2/profiles/versionTwo?action=enable')).status, 204);
      assert.equal((await say('POST', '/ca/v2/profiles/versionTwo?action=enable')).status, 409);
      assert.equal((await say('POST', '/ca/v2/profiles/versionTwo?action=disable')).status, 204);
      assert.equal((await say('DELETE', '/ca/v2/profiles/versionTwo')).status, 204);
    });

    it('is refused as version 2 refuses', async () => {
      const bad = await say('GET', '/ca/v2/certs/zzz');
      assert.equal(bad.status, 400);
      assert.match(bad.text, /"Message" : "Id not valid: zzz"/);
      assert.equal((await say('GET', '/ca/v2/certs/99999999')).status, 404);
      assert.equal((await say('GET', '/ca/v2/nosuch')).status, 404);
    });

    it('is told in version 1 that it goes', async () => {
      const { Version } = await saySo<{ Version: string }>('GET', '/pki/rest/info');
      assert.equal(Version, '11.10.1');
      await enroll('rest', 'version-one-of-eleven.example.test');
    });

    it('logs out', async () => {
      assert.equal((await say('GET', '/ca/v2/account/logout')).status, 204);
    });
  });
});
