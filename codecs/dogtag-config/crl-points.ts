// CRL issuing points as CS.cfg configures them (`ca.crl.<id>.*`, CRLIssuingPoint.java): when, what and how a CRL is made.
import type { ProfileSection } from '#codecs/dogtag-profile';

export interface CrlPointConfiguration {
  readonly id: string;
  readonly isEnabled: boolean;
  /** Whether CRLs are made at all, or the last one stands. */
  readonly isUpdated: boolean;
  readonly description: string | null;
  readonly signatureAlgorithm: string | null;
  /** After each revocation. */
  readonly updatesAlways: boolean;
  /** Times of the day as `1:00`, in the server's own time zone; empty when switched off. */
  readonly dailyUpdates: readonly string[];
  /** Minutes between two CRLs; null when switched off. */
  readonly intervalMinutes: number | null;
  readonly graceMinutes: number;
  /** Every how manieth CRL is a full one; 1 where there are no delta CRLs. */
  readonly fullEvery: number;
  readonly hasDelta: boolean;
  readonly includesExpired: boolean;
  readonly onlyAuthorities: boolean;
  /** Profiles whose certificates alone are listed; empty for all. */
  readonly onlyProfiles: readonly string[];
  /** Extensions that are switched on. */
  readonly extensions: readonly string[];
}

export function readCrlPoints(configuration: ProfileSection): readonly CrlPointConfiguration[] {
  const ids = configuration
    .section('ca.crl')
    .entries()
    .flatMap(({ key }) => /^([^._][^.]*)\.class$/.exec(key)?.[1] ?? []);
  return [...new Set(ids)].map((id) => readPoint(id, configuration.section(`ca.crl.${id}`)));
}

function readPoint(id: string, point: ProfileSection): CrlPointConfiguration {
  const isOn = (key: string, fallback = false) => point.findFlag(key) ?? fallback;
  const number = (key: string, fallback: number) => {
    const text = point.findText(key) ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : fallback;
  };
  const extensions = point
    .section('extension')
    .entries()
    .flatMap(({ key, value }) => (/^true$/i.test(value.trim()) ? (/^([^.]+)\.enable$/.exec(key)?.[1] ?? []) : []));
  const minutes = number('autoUpdateInterval', 0);
  const fullEvery = Math.max(1, number('updateSchema', 1));
  return {
    id,
    isEnabled: isOn('enable', true),
    isUpdated: isOn('enableCRLUpdates', true),
    description: point.findText('description'),
    signatureAlgorithm: point.findText('signingAlgorithm'),
    updatesAlways: isOn('alwaysUpdate'),
    dailyUpdates: isOn('enableDailyUpdates') ? point.list('dailyUpdates').map((time) => time.trim()) : [],
    intervalMinutes: isOn('enableUpdateInterval', true) && minutes > 0 ? minutes : null,
    graceMinutes: number('nextUpdateGracePeriod', 0),
    fullEvery,
    hasDelta: extensions.includes('DeltaCRLIndicator') && fullEvery > 1,
    includesExpired: isOn('includeExpiredCerts'),
    onlyAuthorities: isOn('caCertsOnly'),
    onlyProfiles: isOn('profileCertsOnly') ? point.list('profileList').map((name) => name.trim()) : [],
    extensions: [...extensions].sort(),
  };
}

/** For people, in one line. */
export function describeSchedule(point: CrlPointConfiguration): string {
  if (!point.isEnabled || !point.isUpdated) return 'switched off';
  const parts = [
    ...(point.updatesAlways ? ['after each revocation'] : []),
    ...(point.dailyUpdates.length > 0 ? [`daily at ${point.dailyUpdates.join(', ')}`] : []),
    ...(point.intervalMinutes === null ? [] : [`every ${point.intervalMinutes} minutes`]),
  ];
  const delta = point.hasDelta
    ? `, a full one every ${point.fullEvery} times and delta CRLs between`
    : ', no delta CRLs';
  return `${parts.length === 0 ? 'only when told to' : parts.join(' and ')}${delta}`;
}
