// Users and groups with all that those who administer them see, in the order in which they came to be, and what was changed of them here.
import type { Migration } from '#platform';

export const roster: Migration = {
  name: '0012-roster',
  sql: `
    create sequence users_added;
    alter table users
      add column phone text,
      add column type text,
      add column state text,
      -- Only of passwords that were set here; those of the other side are not imported.
      add column password_hash text,
      -- True until the other side's directory has the entry as it is here (or has it no longer).
      add column changed_natively boolean not null default false,
      -- Removed here: the row stays until the other side has been told, so that following it does not bring the user back.
      add column removed boolean not null default false,
      -- Place in the list of the source; null for those that were made here, which come behind, in the order of 'added'.
      add column position bigint,
      add column added bigint not null default nextval('users_added');
    create sequence groups_added;
    alter table groups
      add column description text,
      add column changed_natively boolean not null default false,
      add column removed boolean not null default false,
      add column position bigint,
      add column added bigint not null default nextval('groups_added');
    update users set changed_natively = true where origin = 'native';
    update groups set changed_natively = true where origin = 'native';
  `,
};
