// Facts about the installation that no directory holds: asked of its Dogtag while it lives.
import type { Clock, Database } from '#platform';

/**
 * `product`: what Dogtag tells clients about itself, as JSON. `java-time-zone`: the zone in which it prints dates, such as `Etc/UTC`. `users-place`: the DN
 * below which its directory has users, in the directory's letters. `following`: how close the record was behind the directory when a running appliance
 * last said so, as JSON. `key-references`: keys that stay in hardware, as JSON, for the signer that will use them there.
 */
export type InstallationFactName = 'product' | 'java-time-zone' | 'users-place' | 'following' | 'key-references';

export interface InstallationFacts {
  find(name: InstallationFactName): Promise<string | null>;
  learn(name: InstallationFactName, value: string): Promise<void>;
}

export function createInstallationFacts(database: Database, clock: Clock): InstallationFacts {
  return {
    find: async (name) => {
      const row = await database.findRow<{ value: string }>('select value from installation_fact where name = $1', [
        name,
      ]);
      return row?.value ?? null;
    },
    learn: async (name, value) => {
      await database.execute(
        `insert into installation_fact (name, value, learnt_at) values ($1, $2, $3)
         on conflict (name) do update set value = excluded.value, learnt_at = excluded.learnt_at`,
        [name, value, clock.now()],
      );
    },
  };
}
