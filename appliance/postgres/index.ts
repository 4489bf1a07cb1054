// The database server of the appliance: embedded by default, or one's own.
export { EmbeddedDatabaseError } from './embedded-database-error.ts';
export { type OpenedDatabase, openDatabase } from './open-database.ts';
export { isEmbeddedServerInUse } from './server-use.ts';
