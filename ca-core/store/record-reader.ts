// Reads certificates and requests page by page in the order of their numbers; unlike searches, it counts nothing.
import { type NamedObjectKind, type RecordReader, requestId, serialNumber } from '#ca-core/engine';
import { type Database, statement } from '#platform';
import { type CertificateRow, certificateFromRow, certificateRowColumns } from './certificate-columns.ts';
import { type RequestRow, requestColumns, requestFromRow } from './requests.ts';

const certificatesAfter = statement(
  'record.certificates-after',
  `select ${certificateRowColumns}
   from (select * from certificates where serial_number > coalesce($1, '-Infinity'::numeric)
         order by serial_number limit $2::bigint) c
   left join certificate_contents t using (serial_number) order by c.serial_number`,
);
const requestsAfter = statement(
  'record.requests-after',
  `select ${requestColumns} from requests where id > coalesce($1, '-Infinity'::numeric) order by id limit $2::bigint`,
);
const madeHere = statement(
  'record.made-here',
  `select 'profile' as kind, id as name from profiles where changed_natively
   union all select 'user', user_id from users where changed_natively
   union all select 'group', name from groups where changed_natively
   union all select 'access-rule', resource from access_rules where origin = 'native'
   union all select 'domain-host', name from security_domain_hosts where changed_natively
   union all select 'authority', id from authorities where origin = 'native'`,
);

export function createRecordReader(database: Database): RecordReader {
  return {
    certificatesAfter: async (after, limit) => {
      const rows = await database.query<CertificateRow>(certificatesAfter, [after, limit]);
      const last = rows.at(-1);
      return {
        // A row whose bytes are gone is no certificate, but the page goes on behind it.
        entries: rows.filter(({ certificate_der }) => certificate_der !== null).map(certificateFromRow),
        next: last === undefined || rows.length < limit ? null : serialNumber(last.serial_number),
      };
    },
    requestsAfter: async (after, limit) => {
      const rows = await database.query<RequestRow>(requestsAfter, [after, limit]);
      const last = rows.at(-1);
      return {
        entries: rows.map(requestFromRow),
        next: last === undefined || rows.length < limit ? null : requestId(last.id),
      };
    },
    listMadeHere: () => database.query<{ kind: NamedObjectKind; name: string }>(madeHere),
  };
}
