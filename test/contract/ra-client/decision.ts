// What every RA must do when agents review, decide, and when certificates are renewed.
import assert from 'node:assert/strict';
import { requestId, type SerialNumber, serialNumber } from '#ca-core/engine';
import { callers } from '#test/running-authority';
import type { RaContext } from './ra-context.ts';
import { pkcs10, publicKeyOf } from './sample-inputs.ts';

export function describeDecision(context: RaContext): void {
  const { submit, certificateOf, issue, submitPending, decide, refuses, revoke, editsOf, shownName } = context;
  describe('review and decision', () => {
    it('shows an agent what would be in the certificate', async () => {
      const request = await submitPending('shown.example.test');
      const review = await context.ra.reviewEnrollment(request.id, callers.agent);
      const values = new Map(
        review.policies.flatMap(({ values: found }) => found.map((value) => [value.name, value.value])),
      );
      assert.equal(values.get('name'), 'CN=shown.example.test,O=EXAMPLE.TEST');
      assert.equal(values.get('keyUsageDigitalSignature'), 'true');
      assert.equal(review.profileName, 'Server certificates that an agent approves');
      assert.equal(review.inputs[0]?.given.cert_request_type, 'pkcs10');
      await refuses(context.ra.reviewEnrollment(requestId(987_654_321n), callers.agent), 'unknown-request');
    });

    it('shows the content of what was issued at once, too', async () => {
      const request = await submit({ inputs: pkcs10('done.example.test') });
      assert.equal(await shownName(request), 'CN=done.example.test,O=EXAMPLE.TEST');
    });

    it('issues what an agent approves, in the agent’s name', async () => {
      const request = await submitPending();
      const approved = await decide(request, 'approve', null, 'looks good');
      assert.equal(approved.state, 'complete');
      assert.equal(approved.attributes.requestNotes, 'looks good');
      assert.equal((await certificateOf(approved)).issuedBy, 'caadmin');
      await refuses(decide(request, 'approve'), 'wrong-request-state');
      await refuses(decide(request, 'reject'), 'wrong-request-state');
    });

    it('issues with the values that an agent has changed', async () => {
      const request = await submitPending('asked.example.test');
      const edits = await editsOf(request, { name: 'CN=given.example.test,O=Somewhere' });
      const { subject } = await certificateOf(await decide(request, 'approve', edits));
      assert.equal(subject, 'CN=given.example.test,O=Somewhere');
    });

    it('keeps updated values until the approval, and validates without keeping any', async () => {
      const request = await submitPending('first.example.test');
      await decide(request, 'validate', await editsOf(request, { name: 'CN=validated.example.test,O=X' }));
      assert.equal(await shownName(request), 'CN=first.example.test,O=EXAMPLE.TEST');
      await decide(request, 'update', await editsOf(request, { name: 'CN=updated.example.test,O=X' }));
      assert.equal(await shownName(request), 'CN=updated.example.test,O=X');
      assert.equal((await certificateOf(await decide(request, 'approve'))).subject, 'CN=updated.example.test,O=X');
    });

    it('leaves the request as it was when an edit is refused', async () => {
      const request = await submitPending('kept.example.test');
      for (const action of ['validate', 'update', 'approve'] as const) {
        const unknownAlgorithm = await editsOf(request, { signingAlg: 'nonsense' });
        await refuses(decide(request, action, unknownAlgorithm), 'malformed-edit', 'Invalid Property signingAlg');
        const foreignName = await editsOf(request, { name: 'O=no common name' });
        await refuses(decide(request, action, foreignName), 'edit-rejected', /^Subject Name Not Matched/);
      }
      assert.equal((await context.ra.findRequest(request.id))?.state, 'pending');
      assert.equal(await shownName(request), 'CN=kept.example.test,O=EXAMPLE.TEST');
    });

    it('rejects and cancels for good', async () => {
      for (const [action, state] of [
        ['reject', 'rejected'],
        ['cancel', 'canceled'],
      ] as const) {
        const request = await submitPending();
        assert.equal((await decide(request, action, null, 'no')).state, state);
        const kept = await context.ra.findRequest(request.id);
        assert.equal(kept?.state, state);
        assert.equal(kept?.attributes.requestNotes, 'no');
        await refuses(decide(request, 'approve'), 'wrong-request-state');
      }
    });

    it('assigns to the agent who asks, and takes that back', async () => {
      const request = await submitPending();
      assert.equal((await decide(request, 'assign')).owner, 'caadmin');
      assert.equal((await context.ra.findRequest(request.id))?.owner, 'caadmin');
      await decide(request, 'unassign');
      assert.equal((await context.ra.findRequest(request.id))?.owner, null);
    });

    it('issues once when several agents approve at the same moment', async () => {
      const request = await submitPending();
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => decide(request, 'approve')));
      const issued = outcomes.filter(({ status }) => status === 'fulfilled');
      assert.equal(issued.length, 1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'wrong-request-state');
      assert.equal((await context.ra.findRequest(request.id))?.certificateSerials.length, 1);
    });

    it('knows no request that it never took', () =>
      refuses(decide({ id: requestId(987_654_321n) }, 'approve'), 'unknown-request'));
  });

  describe('renewal', () => {
    const renew = (serial: SerialNumber, profile = 'sampleAgentRenewal') =>
      submit({ profile, inputs: { serial_num: String(serial) }, renewalOf: serial });

    it('issues the same name and key again, under a new serial number', async () => {
      const original = await issue('renewed.example.test');
      const request = await renew(original.serialNumber);
      assert.equal(request.kind, 'renewal');
      assert.equal(request.profileId, 'sampleServiceCert');
      const renewed = await certificateOf(request);
      assert.notEqual(renewed.serialNumber, original.serialNumber);
      assert.equal(renewed.subject, original.subject);
      assert.deepEqual(publicKeyOf(renewed), publicKeyOf(original));
    });

    it('waits for an agent when the renewal profile does', async () => {
      const original = await issue('waiting.example.test');
      const request = await renew(original.serialNumber, 'sampleRenewal');
      assert.equal(request.state, 'pending');
      assert.equal((await certificateOf(await decide(request, 'approve'))).subject, original.subject);
    });

    it('renews neither revoked nor unknown certificates', async () => {
      const { serialNumber: serial } = await issue();
      await revoke(serial, 'superseded');
      await refuses(renew(serial), 'already-revoked');
      await refuses(renew(serialNumber(123n)), 'unknown-certificate');
    });
  });
}
