// The profiles that a later Dogtag ships, read and compiled: the list of those that cannot be run here is what it is said to be. The texts are Dogtag's
// and not in here: DOGTAG_LATER_PROFILES names a folder with them (base/ca/shared/profiles/ca of the tag v11.10.1).
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkProfile } from '#ca-core/engine';
import { profileSettings } from '#test/profile-settings';
import { skipBecause } from '#test/skip-because';

/** What `retag profiles check` says of those of 11.10.1. */
const notSupported: Readonly<Record<string, string>> = {
  caAgentFileSigning: 'input.i2.class_id: Fetching a file to be signed is not supported',
  caDirBasedDualCert: 'auth.instance_id: authentication by UserDirEnrollment is not supported',
  caDirPinUserCert: 'auth.instance_id: authentication by PinDirEnrollment is not supported',
  caDirUserCert: 'auth.instance_id: authentication by UserDirEnrollment is not supported',
  caDirUserRenewal: 'auth.instance_id: authentication by UserDirEnrollment is not supported',
  caECDirPinUserCert: 'auth.instance_id: authentication by PinDirEnrollment is not supported',
  caECDirUserCert: 'auth.instance_id: authentication by UserDirEnrollment is not supported',
  caServerKeygen_DirUserCert: 'input.i1.class_id: Server-side key generation is not supported',
  caServerKeygen_UserCert: 'input.i1.class_id: Server-side key generation is not supported',
  caTokenMSLoginEnrollment:
    'profile caTokenMSLoginEnrollment, line 22, policyset.set1.p1.default.params.ldap.enable: users cannot be looked up in a directory here',
};
/** As many as 11.10.1 ships: a folder that was copied in part must not pass. */
const profilesLeast = 109;

describe('the profiles that Dogtag 11.10.1 ships', () => {
  it('can be run here, but for those of a list that says why', function () {
    const folder = process.env.DOGTAG_LATER_PROFILES ?? '';
    if (folder === '') return skipBecause(this, 'DOGTAG_LATER_PROFILES names no folder with them');
    const files = readdirSync(folder).filter((name) => name.endsWith('.cfg'));
    assert(files.length >= profilesLeast, `only ${files.length} profiles`);
    const found: Record<string, string> = {};
    for (const file of files) {
      const id = basename(file, '.cfg');
      const configurationText = readFileSync(join(folder, file), 'utf8');
      const { obstacle } = checkProfile(
        { id, classId: 'caEnrollImpl', configurationText },
        { ...profileSettings, dogtagVersion: '11.10.1' },
      );
      if (obstacle !== null) found[id] = obstacle;
    }
    assert.deepEqual(found, notSupported);
  });
});
