// Holds the place of a step that is made elsewhere and comes before the next one.
import type { Migration } from '#platform';

export const placeHeld: Migration = { name: '0014-place-held', sql: 'select 1' };
