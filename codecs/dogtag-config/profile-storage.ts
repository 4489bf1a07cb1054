// Where a Dogtag CA keeps its profiles: in the directory, or in files that CS.cfg lists (ProfileSubsystem.java).
import type { ProfileSection } from '#codecs/dogtag-profile';

export interface ProfileFileReference {
  readonly id: string;
  readonly classId: string;
  /** Path on Dogtag's machine; null where CS.cfg names none. */
  readonly file: string | null;
}

export interface ProfileStorage {
  readonly place: 'directory' | 'files';
  /** What CS.cfg lists, which counts where the place is files, and is a leftover of the installation elsewhere. */
  readonly listed: readonly ProfileFileReference[];
}

export function readProfileStorage(configuration: ProfileSection): ProfileStorage {
  const classes = configuration
    .section('subsystem')
    .entries()
    .filter(({ key, value }) => key.endsWith('.class') && /ProfileSubsystem$/.test(value.trim()));
  const inDirectory = classes.some(({ value }) => value.trim().endsWith('.LDAPProfileSubsystem'));
  const listed = configuration.list('profile.list').map((name) => {
    const id = name.trim();
    return {
      id,
      classId: configuration.findText(`profile.${id}.class_id`) ?? 'caEnrollImpl',
      file: configuration.findText(`profile.${id}.config`) || null,
    };
  });
  return { place: inDirectory ? 'directory' : 'files', listed };
}
