// What every RA must do about the switch of the ACME responder.
import assert from 'node:assert/strict';
import { callers } from '#test/running-authority';
import type { RaContext } from './ra-context.ts';

export function describeAcme(context: RaContext): void {
  describe('the ACME responder', () => {
    it('is as it was last switched, and as it is by itself before that', async () => {
      assert.equal(await context.ra.isAcmeEnabled(), null);
      for (const enabled of [false, true, true, false]) {
        await context.ra.switchAcme(enabled, callers.agent);
        assert.equal(await context.ra.isAcmeEnabled(), enabled);
      }
    });
  });
}
