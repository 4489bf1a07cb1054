// The test database of a suite, handed to a child process of its own through the environment.
import { DatabaseAddress } from '#platform';

const variable = 'RETAG_TEST_CHILD_DATABASE';

/** Environment for a child that calls addressFromEnvironment. */
export function childDatabaseEnvironment(address: DatabaseAddress): NodeJS.ProcessEnv {
  return { ...process.env, [variable]: JSON.stringify(address.toClientConfig()) };
}

export function addressFromEnvironment(): DatabaseAddress {
  const config = JSON.parse(process.env[variable] ?? '{}') as Record<string, never>;
  if ('connectionString' in config) return DatabaseAddress.fromUrl(config.connectionString);
  const { host = '', port = 0, user = '', database: databaseName = '' } = config;
  return DatabaseAddress.onSocket({ folder: host, port, user, databaseName });
}
