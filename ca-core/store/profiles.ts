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
const find = statement('profiles.find', `select ${columns} from profiles where id = $1`);
const list = statement('profiles.list', `select ${columns} from profiles order by position nulls last, added`);
const write = statement(
  'profiles.write',
  `insert into profiles (id, class_id, configuration_text, revision, origin) values ($1, $2, $3, $4, $5)
   on conflict (id) do update set class_id = excluded.class_id, configuration_text = excluded.configuration_text,
     revision = excluded.revision, origin = excluded.origin`,
);

export function createProfileReader(database: Database): Store['profiles'] {
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
