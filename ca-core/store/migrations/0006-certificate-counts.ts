// Totals of searches that everybody makes (all, by issuer, by status) without counting a million rows each time.
import type { Migration } from '#platform';

export const certificateCounts: Migration = {
  name: '0006-certificate-counts',
  sql: `
    create table certificate_counts (
      issuer_digest bigint not null,
      -- Day of notAfter in UTC: the day on which its certificates go over from valid to expired is counted row by row.
      expiry_day date not null,
      is_revoked boolean not null,
      certificates bigint not null,
      primary key (issuer_digest, expiry_day, is_revoked)
    ) with (fillfactor = 50);

    -- Whatever changes certificates keeps the counts right, in the same transaction.
    create function count_certificates() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'INSERT' then
        insert into certificate_counts as counts
          select issuer_digest, (not_after at time zone 'UTC')::date, revoked_at is not null, -count(*)
          from gone group by 1, 2, 3 order by 1, 2, 3
        on conflict (issuer_digest, expiry_day, is_revoked)
          do update set certificates = counts.certificates + excluded.certificates;
      end if;
      if tg_op <> 'DELETE' then
        insert into certificate_counts as counts
          select issuer_digest, (not_after at time zone 'UTC')::date, revoked_at is not null, count(*)
          from come group by 1, 2, 3 order by 1, 2, 3
        on conflict (issuer_digest, expiry_day, is_revoked)
          do update set certificates = counts.certificates + excluded.certificates;
      end if;
      return null;
    end
    $$;
    create trigger certificates_inserted after insert on certificates referencing new table as come
      for each statement execute function count_certificates();
    create trigger certificates_updated after update on certificates referencing old table as gone new table as come
      for each statement execute function count_certificates();
    create trigger certificates_deleted after delete on certificates referencing old table as gone
      for each statement execute function count_certificates();
    insert into certificate_counts
      select issuer_digest, (not_after at time zone 'UTC')::date, revoked_at is not null, count(*)
      from certificates group by 1, 2, 3;
  `,
};
