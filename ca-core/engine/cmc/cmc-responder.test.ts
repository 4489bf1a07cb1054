// Nothing leaves that is not on record: every CMC response, a refusal too, is noted before it is given.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { storeMigrations } from '#ca-core/store';
import { encodeNameText } from '#codecs/x509';
import { silentLog } from '#platform';
import { encodeCertificationRequest, generateEcKey } from '#test/certificate-request-builder';
import { callers, foundAuthority, makeKeyFolder, openAuthority, type RunningAuthority } from '#test/running-authority';
import { withTestDatabase } from '#test/test-database';
import type { AuditEvent } from '../audit/audit-event.ts';
import { CertificationAuthority } from '../certification-authority.ts';
import { CaError } from '../errors.ts';
import { profileId } from '../model/index.ts';

describe('the record of CMC responses', function () {
  this.timeout(60_000);
  const test = withTestDatabase([storeMigrations]);
  const keys = makeKeyFolder();
  let running: RunningAuthority;
  before(async () => {
    const place = { database: test.database, keyFolder: keys.keyFolder, log: silentLog };
    await foundAuthority(place);
    running = await openAuthority(place);
  });
  after(async () => {
    await running.stop();
    keys.remove();
  });

  /** The same authority, whose audit is listened to. */
  const listenTo = (take: (event: AuditEvent) => void): CertificationAuthority => {
    const { services, settings } = running.authority;
    const { audit } = services.store;
    const record = async (events: readonly AuditEvent[]) => {
      events.forEach(take);
      await audit.record(events);
    };
    return new CertificationAuthority(
      { ...services, store: { ...services.store, audit: { ...audit, record } } },
      settings,
    );
  };
  const request = (profile: string) => ({
    profileId: profileId(profile),
    kind: 'simple' as const,
    requestDer: encodeCertificationRequest({ subjectDer: encodeNameText('CN=audit'), key: generateEcKey('P-256') }),
    inputs: {},
    signer: null,
  });

  it('has digests of what was asked and said', async () => {
    for (const [profile, outcome] of [
      ['sampleServiceCert', 'success'],
      ['nosuch', 'failure'],
    ] as const) {
      const events: AuditEvent[] = [];
      const asked = request(profile);
      const responseDer = await listenTo((event) => events.push(event)).answerCmc(asked, callers.registrationAgent);
      const digest = (bytes: Uint8Array | null) =>
        createHash('sha256')
          .update(bytes ?? '')
          .digest('hex');
      const answered = events.filter(({ name }) => name === 'cmc-answered');
      assert.equal(answered.length, 1);
      assert.deepEqual([answered[0]?.outcome, answered[0]?.actor], [outcome, 'ipara']);
      assert.equal(answered[0]?.details.requestSha256, digest(asked.requestDer));
      assert.equal(answered[0]?.details.responseSha256, digest(responseDer));
    }
  });

  it('comes before the response: without one there is none', async () => {
    const full = listenTo(({ name }) => {
      if (name === 'cmc-answered') throw new CaError('store-unavailable', 'later');
    });
    await assert.rejects(full.answerCmc(request('nosuch'), callers.anonymous), { code: 'store-unavailable' });
  });
});
