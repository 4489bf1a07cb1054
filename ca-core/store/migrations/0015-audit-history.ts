// What Dogtag's signed audit logs say, line by line, and what of it can be searched for.
import type { Migration } from '#platform';

export const auditHistory: Migration = {
  name: '0015-audit-history',
  sql: `
    create table audit_history_files (
      id bigint generated always as identity primary key,
      log text not null,
      name text not null,
      -- Dogtag renames files, but their first line stays.
      first_line_digest bytea not null,
      line_count integer not null default 0,
      digest bytea not null,
      accounted_lines integer not null default 0,
      unique (log, first_line_digest)
    );
    create table audit_history (
      file_id bigint not null references audit_history_files (id),
      line_number integer not null,
      time_micros bigint not null,
      event text,
      subject text,
      outcome text,
      signature text not null check (signature in ('good', 'bad', 'none', 'unchecked', 'open')),
      -- Octets, not text: what Dogtag signed must come back as it was, whatever is in it.
      line bytea not null,
      primary key (file_id, line_number)
    );
    create index audit_history_time on audit_history (time_micros, file_id, line_number);
    create index audit_history_event on audit_history (event, time_micros, file_id, line_number);
    create index audit_history_subject on audit_history (md5(subject), time_micros, file_id, line_number);
    create index audit_history_failures on audit_history (outcome, time_micros, file_id, line_number)
      where outcome is not null and outcome <> 'success';
    create index audit_history_signature on audit_history (signature, time_micros, file_id, line_number)
      where signature <> 'good';
    create table audit_history_references (
      kind text not null check (kind in ('certificate', 'request')),
      number numeric not null,
      file_id bigint not null,
      line_number integer not null,
      primary key (kind, number, file_id, line_number),
      foreign key (file_id, line_number) references audit_history (file_id, line_number)
    );
    create function refuse_history_change() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and tg_level = 'ROW' then
        if old.signature <> 'good' and (new.file_id, new.line_number, new.time_micros, new.event, new.subject, new.outcome, new.line)
               is not distinct from
               (old.file_id, old.line_number, old.time_micros, old.event, old.subject, old.outcome, old.line) then
          return new;
        end if;
      end if;
      raise exception 'the audit history is never changed or deleted';
    end
    $$;
    create trigger audit_history_stays before delete or truncate on audit_history
      for each statement execute function refuse_history_change();
    create trigger audit_history_lines_stay before update on audit_history
      for each row execute function refuse_history_change();
    create trigger audit_history_references_stay before update or delete or truncate on audit_history_references
      for each statement execute function refuse_history_change();
    -- The trail of both sides is read in the order of time.
    create index audit_records_time on audit_records (time_micros, sequence);
  `,
};
