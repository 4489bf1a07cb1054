// Authorities below others, as every RaClient makes, shows, changes, renews and does away with them.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { authorityId, profileId } from '#ca-core/engine';
import { callers, makeCsr } from '#test/running-authority';
import type { RaContext } from './ra-context.ts';

let count = 0;
const freshName = () => {
  count += 1;
  return `CN=Authority ${count} of the contract,O=EXAMPLE.TEST`;
};

export function describeAuthorities(context: RaContext): void {
  const create = (subject: string, parentId: Parameters<typeof authorityId>[0] | null = null) =>
    context.ra.createAuthority(
      { parentId: parentId === null ? null : authorityId(parentId), subject, description: null },
      callers.agent,
    );

  describe('authorities', () => {
    it('makes one below the host, which issues under its own name', async () => {
      const subject = freshName();
      const made = await create(subject);
      const host = await context.ra.describeAuthority(null);
      assert.deepEqual([made.subject, made.issuer, made.parentId], [subject, host.subject, host.id]);
      assert.deepEqual([made.ready, made.enabled, made.isHostAuthority], [true, true, false]);
      assert.equal(made.chainDer.length, 2);
      // As in Dogtag, a profile that names no algorithm takes the host's, which an RSA key below a host of another kind cannot make.
      if (new X509Certificate(host.certificateDer).publicKey.asymmetricKeyType !== 'rsa') return;
      const inputs = { cert_request_type: 'pkcs10', cert_request: makeCsr('below.example.test') };
      const submission = { profileId: profileId('sampleServiceCert'), authorityId: made.id, inputs, renewalOf: null };
      const [request] = await context.ra.submitEnrollment(submission, callers.registrationAgent);
      const [serial] = request?.certificateSerials ?? [];
      assert.ok(serial !== undefined, `${request?.state}: ${request?.errorMessage}`);
      assert.equal((await context.ra.findCertificate(serial))?.issuer, subject);
    });

    it('gives no name to two, and none below who is nobody or disabled', async () => {
      const subject = freshName();
      const { id } = await create(subject);
      await assert.rejects(create(subject), { code: 'authority-conflict' });
      await assert.rejects(create(freshName(), '11111111-1111-1111-1111-111111111111'), { code: 'unknown-authority' });
      await context.ra.changeAuthority(id, { enabled: false, description: null }, callers.agent);
      await assert.rejects(create(freshName(), id), { code: 'disabled-authority' });
      await assert.rejects(create('nonsense'), { code: 'malformed-request' });
      // What its profile refuses leaves its name free.
      await assert.rejects(create('O=No common name'), { code: 'malformed-request' });
      await assert.rejects(create('O=No common name'), { code: 'malformed-request' });
    });

    it('describes and renews one, under the same name and key', async () => {
      const { id, serialNumber } = await create(freshName());
      const change = { enabled: null, description: 'described' };
      assert.equal((await context.ra.changeAuthority(id, change, callers.agent)).description, 'described');
      await context.ra.renewAuthority(id, callers.agent);
      const renewed = await context.ra.describeAuthority(id);
      assert.notEqual(renewed.serialNumber, serialNumber);
      assert.deepEqual([renewed.ready, renewed.description], [true, 'described']);
    });

    it('deletes one that is disabled and has none below it, and revokes its certificate', async () => {
      const { id, serialNumber } = await create(freshName());
      await assert.rejects(context.ra.deleteAuthority(id, callers.agent), { code: 'authority-conflict' });
      await context.ra.changeAuthority(id, { enabled: false, description: null }, callers.agent);
      await context.ra.deleteAuthority(id, callers.agent);
      await assert.rejects(context.ra.describeAuthority(id), { code: 'unknown-authority' });
      const own = await context.ra.findCertificate(serialNumber as Parameters<typeof context.ra.findCertificate>[0]);
      assert.notEqual(own?.revocation ?? null, null);
    });

    it('neither disables nor deletes nor renews the host', async () => {
      const { id } = await context.ra.describeAuthority(null);
      const refused = { code: 'host-authority-protected' };
      const change = { enabled: false, description: null };
      await assert.rejects(context.ra.changeAuthority(id, change, callers.agent), refused);
      await assert.rejects(context.ra.deleteAuthority(id, callers.agent), refused);
      await assert.rejects(context.ra.renewAuthority(id, callers.agent), refused);
    });
  });
}
