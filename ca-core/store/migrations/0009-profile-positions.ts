// The order in which the source keeps its profiles, which clients that list them see.
import type { Migration } from '#platform';

export const profilePositions: Migration = {
  name: '0009-profile-positions',
  sql: `
    -- Null for a profile made here, which comes after those of the source.
    alter table profiles add column position integer;
    create sequence profiles_added;
    alter table profiles add column added bigint not null default nextval('profiles_added');
  `,
};
