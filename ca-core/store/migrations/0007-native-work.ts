// What this side has done since the other side last knew, so that it can be handed back.
import type { Migration } from '#platform';

export const nativeWork: Migration = {
  name: '0007-native-work',
  sql: `
    -- True once the other side's directory holds this certificate too, so that it can answer for it.
    alter table certificates add column handed_back boolean not null default false;
    create index certificates_to_hand_back on certificates (serial_number)
      where (origin = 'native' and not handed_back) or status_changed_natively_at is not null;
    create index requests_to_hand_back on requests (id) where changed_natively;
  `,
};
