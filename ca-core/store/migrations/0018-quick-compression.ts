// What a request holds is compressed by a method that costs next to nothing, where the server has one: its own takes longer than all else that is done with a row.
import type { Migration } from '#platform';

export const quickCompression: Migration = {
  name: '0018-quick-compression',
  sql: `
    do $quick$
    declare
      place record;
    begin
      for place in
        select c.table_name, c.column_name
        from information_schema.columns c
        where c.table_schema = current_schema()
          and (c.table_name, c.column_name) in (
            ('requests', 'inputs'), ('requests', 'attributes'), ('requests', 'draft_der'),
            ('certificate_contents', 'certificate_der'), ('kept_entries', 'content'))
      loop
        execute format('alter table %I alter column %I set compression lz4', place.table_name, place.column_name);
      end loop;
    exception
      -- Servers before 14 do not know the words, and those that were built without it not the method; the rows are the same for who reads them.
      when syntax_error or feature_not_supported then null;
    end
    $quick$;
  `,
};
