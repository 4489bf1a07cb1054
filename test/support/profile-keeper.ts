// The part of an authority that keeps profiles, over a record in memory: what those who administer profiles ask, answered by the engine itself.
import { CertificationAuthority, type ProfileSettings, type StoredProfile, standardCrlSchedule } from '#ca-core/engine';
import { createInProcessRaClient, type RaClient } from '#ca-core/ra-client';
import { type Clock, silentLog } from '#platform';
import { createRehearsalRecord } from '#test/rehearsal-record';
import { createKeylessSigner, describeHost } from '#test/rehearsed-dogtag';

export type ProfileKeeper = Pick<RaClient, 'listProfiles' | 'findProfile' | 'defineProfile' | 'administerProfile'>;

export function createProfileKeeper(
  authorityCertificateDer: Buffer,
  profiles: readonly Omit<StoredProfile, 'revision'>[],
  settings: ProfileSettings,
  clock: Clock,
): ProfileKeeper {
  const record = createRehearsalRecord(describeHost(authorityCertificateDer));
  for (const profile of profiles) record.addProfile(profile);
  const authority = new CertificationAuthority(
    { store: record.store, signer: createKeylessSigner(authorityCertificateDer), clock, log: silentLog },
    {
      profiles: settings,
      crl: { schedule: standardCrlSchedule, signatureAlgorithm: null, includeExpired: false },
      ocsp: { delegate: null, signatureAlgorithm: null },
      hostSigningAlgorithm: null,
    },
  );
  const { listProfiles, findProfile, defineProfile, administerProfile } = createInProcessRaClient(authority, silentLog);
  return { listProfiles, findProfile, defineProfile, administerProfile };
}
