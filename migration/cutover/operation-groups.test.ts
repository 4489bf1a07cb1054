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

  it('brings one profile back without the others, but nobody may write profiles any more that Dogtag enrols with', () => {
    const back = names(withDependents([{ operation: 'rest-submit-request', profileId: 'caServerCert' }]));
    const ofProfiles = back.filter(
      (name) => !name.endsWith(':caServerCert') && !name.endsWith('-authority') && !name.endsWith('-authority-state'),
    );
    assert.deepEqual(ofProfiles, [
      'servlet-profile-approve',
      'rest-delete-profile',
      'rest-change-profile-state',
      'rest-modify-raw-profile',
      'rest-modify-profile',
      'rest-create-raw-profile',
      'rest-create-profile',
    ]);
    assert.ok(back.indexOf('rest-delete-profile') < back.indexOf('rest-submit-request:caServerCert'));
  });

  it('lets profiles be written here only with everything that enrols, and shown where they are written', () => {
    const moved = names(withCompanions([{ operation: 'rest-create-raw-profile', profileId: null }]));
    for (const operation of ['rest-submit-request', 'rest-get-template', 'rest-get-raw-profile', 'rest-delete-profile'])
      assert.ok(moved.includes(operation), operation);
    assert.ok(!moved.includes('rest-pki-info'));
  });

  it('lets authorities be made here only with everything that issues, and shown where they are made', () => {
    const moved = names(withCompanions([{ operation: 'rest-create-authority', profileId: null }]));
    for (const operation of ['rest-submit-request', 'rest-list-authorities', 'rest-delete-authority', 'ocsp'])
      assert.ok(moved.includes(operation), operation);
    assert.ok(!moved.includes('rest-create-profile'));
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
    assert.equal(allTargets().length, 163);
  });
});
