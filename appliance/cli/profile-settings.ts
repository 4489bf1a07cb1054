// What profiles are told of an installation, by its settings and by what was learnt of its Dogtag.
import type { ApplianceSettings } from '#appliance/settings';
import type { ProfileSettings } from '#ca-core/engine';
import { dogtag10 } from '#gateway';

interface LearntOfDogtag {
  readonly timeZone: string;
  readonly version: string;
  /** Null: not learnt; Dogtag's own name of it counts then. */
  readonly usersPlace: string | null;
}

export function profileSettings(
  settings: ApplianceSettings,
  { timeZone, version, usersPlace }: LearntOfDogtag = { timeZone: 'UTC', version: dogtag10.version, usersPlace: null },
): ProfileSettings {
  return {
    ...installationlessProfileSettings,
    timeZone,
    dogtagVersion: settings.authority.dogtagVersion ?? settings.dogtag?.version ?? version,
    defaultOcspUrl: defaultOcspUrl(settings),
    peopleDn: usersPlace ?? (settings.dogtag === null ? null : `ou=People,${settings.dogtag.directory.base}`),
  };
}

/** For a profile that is looked at where there is no installation: nothing is signed under it. */
export const installationlessProfileSettings: ProfileSettings = {
  timeZone: 'UTC',
  defaultOcspUrl: 'http://localhost/ca/ocsp',
  subjectAltNameEntries: 4,
  peopleDn: null,
  runExternalCheck: null,
};

/** What Dogtag writes where a profile leaves the location out: its own host name and HTTP port. */
export function defaultOcspUrl({ authority, dogtag, hostNames }: ApplianceSettings): string {
  if (authority.defaultOcspUrl !== null) return authority.defaultOcspUrl.href;
  if (dogtag === null) return `http://${hostNames[0] ?? 'localhost'}/ca/ocsp`;
  const port = dogtag.httpUrl.port === '' ? '80' : dogtag.httpUrl.port;
  return `http://${dogtag.hostName}:${port}/ca/ocsp`;
}
