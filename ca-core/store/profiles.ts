// Certificate profiles as configured text, each with the revision at which its text last changed.
import { type ProfileId, profileId, type Store, type StoredProfile } from '#ca-core/engine';
import { type Database, statement, type Transaction } from '#platform';
import { growRevision, readRevision } from './revisions.ts';

interface ProfileRow {
  readonly id: string;
  readonly class_id: string;
  readonly configuration_text: string;
  readonly revision: bigint;
}

const columns = 'id, class_id, configuration_text, revision';
const find = statement('profiles.find', `select ${columns} from profiles where id = $1 and not removed`);
const list = statement(
  'profiles.list',
  `select ${columns} from profiles where not removed order by position nulls last, added`,
);
const write = statement(
  'profiles.write',
  `insert into profiles (id, class_id, configuration_text, revision, origin, changed_natively) values ($1, $2, $3, $4, $5, $5 = 'native')
   on conflict (id) do update set class_id = excluded.class_id, configuration_text = excluded.configuration_text,
     revision = excluded.revision, origin = excluded.origin, changed_natively = excluded.changed_natively, removed = false`,
);
const replace = statement(
  'profiles.replace',
  `update profiles set class_id = $2, configuration_text = $3, revision = $4, origin = 'native', changed_natively = true
   where id = $1 and revision = $5 and not removed`,
);
// Made again after it was removed here, it stands at the end of the list, as a new one does.
const add = statement(
  'profiles.add',
  `insert into profiles (id, class_id, configuration_text, revision, origin, changed_natively)
   select $1, $2, $3, $4, 'native', true
   where not exists (select from profiles where lower(id) = lower($1) and not removed)
   on conflict (id) do update set class_id = excluded.class_id, configuration_text = excluded.configuration_text,
     revision = excluded.revision, origin = 'native', changed_natively = true, removed = false, position = null,
     added = nextval('profiles_added')
   where profiles.removed`,
);
const remove = statement(
  'profiles.remove',
  `update profiles set configuration_text = '', revision = $2, origin = 'native', changed_natively = true, removed = true
   where id = $1 and revision = $3 and not removed`,
);

export function createProfileReader(database: Database): Omit<Store['profiles'], 'change'> {
  return {
    find: async (id) => {
      const row = await database.findRow<ProfileRow>(find, [id]);
      return row === null ? null : profileFromRow(row);
    },
    list: async () => (await database.query<ProfileRow>(list)).map(profileFromRow),
    revision: () => readRevision(database, 'profiles'),
  };
}

export type ProfileContent = Omit<StoredProfile, 'revision'>;

/** Inserts or replaces. Text with NUL can't be stored: throws DatabaseQueryError. */
export async function writeProfile(
  transaction: Transaction,
  profile: ProfileContent,
  origin: 'native' | 'imported',
): Promise<void> {
  const revision = await growRevision(transaction, 'profiles');
  await transaction.execute(write, [profile.id, profile.classId, profile.configurationText, revision, origin]);
}

/**
 * Makes the profile what `content` says (null: removed) if it has the revision seen still (null: if there is none, not even one whose id
 * differs in case only). False when not; then nothing was written.
 */
export async function changeProfile(
  transaction: Transaction,
  id: ProfileId,
  seenRevision: bigint | null,
  content: ProfileContent | null,
): Promise<boolean> {
  await transaction.lock(profilesLock);
  const revision = await growRevision(transaction, 'profiles');
  const values = content === null ? [] : [id, content.classId, content.configurationText, revision];
  if (content !== null && seenRevision === null) return (await transaction.execute(add, values)) > 0;
  if (content !== null) return (await transaction.execute(replace, [...values, seenRevision])) > 0;
  return (await transaction.execute(remove, [id, revision, seenRevision])) > 0;
}

/** Writers of profiles come one after another; there are few of them. */
export const profilesLock = 'retag profiles';

/** Puts profiles in this order; those that are not named come behind. Writes nothing where they stand so already. */
export async function orderProfiles(transaction: Transaction, names: readonly string[]): Promise<void> {
  const moved = await transaction.execute(
    `update profiles p set position = given.position
     from unnest($1::text[]) with ordinality as given (id, position)
     where p.id = given.id and p.position is distinct from given.position`,
    [names],
  );
  if (moved > 0) await growRevision(transaction, 'profiles');
}

/** False when there was none. */
export async function deleteProfile(transaction: Transaction, id: ProfileId): Promise<boolean> {
  await growRevision(transaction, 'profiles');
  return (await transaction.execute('delete from profiles where id = $1', [id])) > 0;
}

function profileFromRow(row: ProfileRow): StoredProfile {
  return {
    id: profileId(row.id),
    classId: row.class_id,
    configurationText: row.configuration_text,
    revision: row.revision,
  };
}
