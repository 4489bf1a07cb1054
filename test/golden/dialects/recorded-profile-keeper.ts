// The profiles of the recorded installation, kept by the engine itself: what was recorded of those who administer them is answered from the texts
// in its directory.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { profileId, type StoredProfile } from '#ca-core/engine';
import { openRecordedDogtagDirectory } from '#importers';
import { systemClock } from '#platform';
import { createProfileKeeper, type ProfileKeeper } from '#test/profile-keeper';
import { type Release, readRecordedExchanges } from './recorded-exchanges.ts';
import { authorityDer } from './scripted-facts.ts';

const packedDirectory = new URL('../../../compat-fixtures/trial/directory.ldif.gz', import.meta.url);

/** Made for the trial after the exchanges were recorded. */
const later: ReadonlySet<string> = new Set(['trialAgentCert']);

/** One that was there when the lists were recorded; more of it is not known. */
const leftOver = {
  id: profileId('heldout3300dbd8'),
  classId: 'caEnrollImpl',
  configurationText:
    'desc=This certificate profile is for enrolling server certificates with IPA-RA agent authentication.\nenable=false\nname=IPA-RA Agent-Authenticated Server Certificate Enrollment\nvisible=false\n',
};

/** The texts that were recorded themselves, where a release ships others than those in the directory. */
function recordedTexts(release: Release): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  if (release === '10.10.2') return texts;
  for (const { operation, request, response } of readRecordedExchanges('v1-json', release)) {
    const id = /\/profiles\/(\w+)\/raw$/.exec(request.target)?.[1];
    if (operation !== 'rest-get-raw-profile' || id === undefined || response.status !== 200 || texts.has(id)) continue;
    texts.set(id, response.body.toString().replaceAll(/^(?:profileId|classId)=.*\n/gm, ''));
  }
  return texts;
}

export async function keepRecordedProfiles(release: Release): Promise<ProfileKeeper> {
  const texts = recordedTexts(release);
  const profiles: Omit<StoredProfile, 'revision'>[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'retag-profiles-'));
  const file = join(folder, 'directory.ldif');
  writeFileSync(file, gunzipSync(readFileSync(packedDirectory)));
  const source = await openRecordedDogtagDirectory(file, { base: 'o=ipaca', timeZone: 'UTC' });
  for await (const { records } of source.read('profile', null))
    for (const record of records)
      if (record.kind === 'profile' && !later.has(record.value.id))
        profiles.push({
          ...record.value,
          id: profileId(record.value.id),
          configurationText: texts.get(record.value.id) ?? record.value.configurationText,
        });
  rmSync(folder, { recursive: true });
  profiles.push(leftOver);
  return createProfileKeeper(
    authorityDer,
    profiles,
    {
      timeZone: 'UTC',
      dogtagVersion: release,
      defaultOcspUrl: 'http://pki.example.test:18080/ca/ocsp',
      subjectAltNameEntries: 4,
      peopleDn: 'ou=People,o=ipaca',
      runExternalCheck: null,
    },
    systemClock,
  );
}
