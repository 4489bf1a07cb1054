// Profiles that were changed or removed here, which the other side's directory still has as they were.
import type { Migration } from '#platform';

export const nativeProfileChanges: Migration = {
  name: '0010-native-profile-changes',
  sql: `
    -- True until the other side's directory has the profile as it is here (or has it no longer).
    alter table profiles add column changed_natively boolean not null default false;
    -- Removed here: the row stays until the other side has been told, so that following it does not bring the profile back.
    alter table profiles add column removed boolean not null default false;
    update profiles set changed_natively = true where origin = 'native';
    create index profiles_to_hand_back on profiles (id) where changed_natively;
  `,
};
