// Brings one profile that was changed or removed here into Dogtag's directory, where Dogtag, if it runs, takes it up at once.
import { decodeProfileEntry, escapeNameValue } from '#codecs/dogtag-directory';
import { DirectoryEntry } from '#codecs/ldif';
import { DirectoryWriteError } from './directory-writer.ts';
import type { EntryServices, HandedBack } from './hand-back-entries.ts';
import type { HandBackFinding } from './hand-back-finding.ts';

export interface NativeProfile {
  readonly id: string;
  readonly classId: string;
  /** Null for one that was removed. */
  readonly configurationText: string | null;
  readonly revision: bigint;
}

/** Somebody else changes the entry while we look at it; never that often. */
const attemptsMax = 6;

/** Ours stands, whatever the directory has: profiles are written on one side alone. Rejects with DirectoryWriteError. */
export async function handBackProfile(profile: NativeProfile, services: EntryServices): Promise<HandedBack> {
  const dn = `cn=${escapeNameValue(profile.id)},${services.layout.profiles}`;
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const outcome = await settle(dn, profile, services);
      if (outcome !== null) return { outcome, findings: [] };
    }
  } catch (error) {
    if (!(error instanceof DirectoryWriteError) || error.code !== 'invalid-entry') throw error;
    return { outcome: 'not-taken', findings: [refused(dn, error.message)] };
  }
  return { outcome: 'not-taken', findings: [refused(dn, 'something else changes this entry again and again')] };
}

/** Null when the entry is no longer what was read. */
async function settle(
  dn: string,
  { classId, configurationText, id }: NativeProfile,
  { writer, layout }: EntryServices,
): Promise<HandedBack['outcome'] | null> {
  const entry = await writer.findEntry(dn);
  if (configurationText === null) {
    if (entry === null) return 'unchanged';
    await writer.removeEntry(dn);
    return 'changed';
  }
  const text = (value: string) => [Buffer.from(value, 'utf8')];
  if (entry === null) {
    const added = new DirectoryEntry(dn, [
      ['objectClass', [...text('top'), ...text('certProfile')]],
      ['cn', text(id)],
      ['classId', text(classId)],
      ['certProfileConfig', text(configurationText)],
    ]);
    return (await writer.addEntry(added)) === 'added' ? 'added' : null;
  }
  const theirs = decodeProfileEntry(entry, layout.profiles).value;
  if (theirs?.classId === classId && theirs.configurationText === configurationText) return 'unchanged';
  const replaced = await writer.replaceAttributes(
    dn,
    [
      ['classId', text(classId)],
      ['certProfileConfig', text(configurationText)],
    ],
    [['certProfileConfig', entry.values('certProfileConfig')]],
  );
  return replaced === 'replaced' ? 'changed' : null;
}

function refused(entry: string, message: string): HandBackFinding {
  return { kind: 'entry-refused', stands: 'none', message, entry };
}
