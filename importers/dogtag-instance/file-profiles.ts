// Profiles that a Dogtag keeps in files rather than in its directory, as CS.cfg lists them.
import { readFile } from 'node:fs/promises';
import type { ProfileStorage } from '#codecs/dogtag-config';
import { decodeProfileText } from '#codecs/dogtag-profile';
import type { SourceFinding, SourceRecordOf } from '../records.ts';
import type { InstanceFolder } from './instance-folder.ts';

export interface FileProfiles {
  readonly records: readonly SourceRecordOf<'profile'>[];
  readonly findings: readonly SourceFinding[];
}

/** In the order of CS.cfg, which is the order in which Dogtag shows them. Nothing where profiles are in the directory. */
export async function readFileProfiles(storage: ProfileStorage, instance: InstanceFolder): Promise<FileProfiles> {
  const records: SourceRecordOf<'profile'>[] = [];
  const findings: SourceFinding[] = [];
  for (const { id, classId, file } of storage.place === 'files' ? storage.listed : []) {
    const entry = file ?? `CS.cfg profile.${id}`;
    const refuse = (message: string) =>
      findings.push({ kind: 'profile-file-unreadable', verdict: 'refused', message, entry });
    const found =
      (file === null ? null : await instance.find(file)) ?? (await instance.find(`/pki/x/ca/profiles/ca/${id}.cfg`));
    if (found === null) {
      refuse(`the file of profile ${id} is not here`);
      continue;
    }
    try {
      const configurationText = decodeProfileText(await readFile(found));
      records.push({ kind: 'profile', entry: found, value: { id, classId, configurationText } });
    } catch (error) {
      refuse(`profile ${id} cannot be read: ${(error as Error).message}`);
    }
  }
  return { records, findings };
}
