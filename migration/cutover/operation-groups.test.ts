// Facts about which operations move together.
import assert from 'node:assert/strict';
import { allTargets, withCompanions, withDependents } from './operation-groups.ts';

const names = (targets: readonly { operation: string; profileId: string | null }[]) =>
  targets.map(({ operation, profileId }) => `${operation}${profileId === null ? '' : `:${profileId}`}`);

describe('operations that move together', () => {
  it('moves a standing operation alone', () => {
    assert.deepEqual(names(withCompanions([{ operation: 'rest-pki-info', profileId: null }])), ['rest-pki-info']);
  });

  it('moves the whole conversation of one profile, and with it reading and status for all', () => {
    const moved = names(withCompanions([{ operation: 'rest-submit-request', profileId: 'caServerCert' }]));
    assert.ok(moved.includes('servlet-profile-process:caServerCert'));
    assert.ok(!moved.includes('servlet-profile-process'));
    assert.ok(moved.includes('rest-get-certificate'));
    assert.ok(moved.includes('ocsp'));
    assert.ok(moved.indexOf('rest-get-certificate') < moved.indexOf('rest-submit-request:caServerCert'));
  });

  it('lets reading move without issuing', () => {
    assert.ok(
      !names(withCompanions([{ operation: 'rest-get-certificate', profileId: null }])).includes('rest-submit-request'),
    );
  });

  it('brings issuing back before what reads it', () => {
    const back = names(withDependents([{ operation: 'rest-get-certificate', profileId: null }]));
    assert.ok(back.indexOf('rest-submit-request') < back.indexOf('rest-get-certificate'));
    assert.ok(back.includes('rest-revoke-certificate'));
  });

  it('brings one profile back without the others', () => {
    const back = names(withDependents([{ operation: 'rest-submit-request', profileId: 'caServerCert' }]));
    assert.ok(back.every((name) => name.endsWith(':caServerCert')));
  });

  it('keeps login and logout together', () => {
    assert.deepEqual(names(withCompanions([{ operation: 'rest-account-logout', profileId: null }])), [
      'rest-account-logout',
      'rest-account-login',
    ]);
  });

  it('refuses an unknown operation', () => {
    assert.throws(() => withCompanions([{ operation: 'nosuch', profileId: null }]), RangeError);
  });

  it('counts every operation in "all"', () => {
    assert.equal(allTargets().length, 33);
  });
});
