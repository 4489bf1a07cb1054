// The shape of what migration keeps, oldest first.
import type { MigrationPart } from '#platform';
import { shadowJournal } from './0001-shadow-journal.ts';
import { operationModes } from './0002-operation-modes.ts';
import { installationFacts } from './0003-installation-facts.ts';

export const migrationMigrations: MigrationPart = {
  part: 'migration',
  migrations: [shadowJournal, operationModes, installationFacts],
};
