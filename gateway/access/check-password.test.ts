// Facts about who is asked for a password.
import assert from 'node:assert/strict';
import type { PasswordVerdict } from '../contract.ts';
import { createPasswordCheck } from './check-password.ts';

const given = (verdict: PasswordVerdict, dogtagKnows: boolean | null) => {
  const asked: string[] = [];
  const dogtag =
    dogtagKnows === null
      ? null
      : {
          checkPassword: async (userId: string) => {
            asked.push(userId);
            return dogtagKnows ? userId : null;
          },
        };
  return { check: createPasswordCheck({ checkPassword: async () => verdict }, dogtag), asked };
};

describe('createPasswordCheck', () => {
  it('lets our own word stand where a password was set here, whatever Dogtag still knows', async () => {
    for (const [verdict, user] of [
      ['right', 'u'],
      ['wrong', null],
    ] as const) {
      const { check, asked } = given(verdict, true);
      assert.equal(await check('u', 'p'), user);
      assert.deepEqual(asked, []);
    }
  });

  it('asks Dogtag for the others, while there is one', async () => {
    assert.equal(await given('unknown', true).check('u', 'p'), 'u');
    assert.equal(await given('unknown', false).check('u', 'p'), null);
    assert.equal(await given('unknown', null).check('u', 'p'), null);
  });

  it('does not trouble anybody with endless passwords', async () => {
    assert.equal(await given('right', true).check('u', 'x'.repeat(1_025)), null);
  });
});
