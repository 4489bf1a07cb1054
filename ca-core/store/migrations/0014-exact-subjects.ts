// Finds subjects that hold an exact value, which trigrams find slowly where all values have most of their letters in common.
import type { Migration } from '#platform';

/** Gives every certificate the digests that subjectValueDigests of search-text.ts gives new ones. */
export const fillSubjectValues = `
  update certificates set subject_values = (
    select coalesce(
      array_agg(distinct ('x' || left(encode(sha256(convert_to(value, 'UTF8')), 'hex'), 16))::bit(64)::bigint), '{}')
    from unnest(string_to_array(regexp_replace(subject_folded, '[^,]*=', '', 'g'), ',')) value
    where value <> ''
  )`;

export const exactSubjects: Migration = {
  name: '0014-exact-subjects',
  sql: `
    alter table certificates add column subject_values bigint[] not null default '{}';
    ${fillSubjectValues};
    create index certificates_subject_values on certificates using gin (subject_values)
      with (fastupdate = on, gin_pending_list_limit = 512);
  `,
};
