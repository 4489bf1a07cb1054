// What was issued, decided and revoked here that the other side's directory does not hold yet; for the fence check and for going back.
import type { CertificateRecord, RequestRecord } from '#ca-core/engine';
import { type Database, statement } from '#platform';
import { type CertificateRow, certificateFromRow, certificateRowColumns } from './certificate-columns.ts';
import { createNativeRoster, type NativeRoster } from './native-roster.ts';
import { type RequestRow, requestColumns, requestFromRow } from './requests.ts';

export interface NativeCertificate {
  readonly record: CertificateRecord;
  /** When this side last revoked, held or released it, as far as the other side may not know; null when it never did. */
  readonly statusChangedAt: Date | null;
  /** Of its row, as it was read. */
  readonly version: string;
}

export interface NativeRequest {
  readonly record: RequestRecord;
  readonly version: string;
}

export interface NativeProfile {
  readonly id: string;
  readonly classId: string;
  /** Null for one that was removed here. */
  readonly configurationText: string | null;
  readonly revision: bigint;
}

export interface NativeWork extends NativeRoster {
  /** Certificates issued here that were never handed back, and any whose status was changed here since; ascending behind `after`. */
  listCertificates(after: bigint | null, limit: number): Promise<readonly NativeCertificate[]>;
  /** Requests about which something was decided here since they were last handed back; ascending behind `after`. */
  listRequests(after: bigint | null, limit: number): Promise<readonly NativeRequest[]>;
  count(): Promise<{ readonly certificates: number; readonly requests: number }>;
  /** Says that the other side holds these as they were read; those that changed meanwhile stay on the lists. */
  markHandedBack(certificates: readonly NativeCertificate[], requests: readonly NativeRequest[]): Promise<void>;
  /** Profiles changed or removed here since the other side last knew. */
  listProfiles(): Promise<readonly NativeProfile[]>;
  /** Says that the other side has these as they were read; those that changed meanwhile stay on the list. */
  markProfilesHandedBack(profiles: readonly NativeProfile[]): Promise<void>;
  /** Highest numbers that came from the other side; null when there are none. */
  highestImported(): Promise<{ readonly serialNumber: bigint | null; readonly requestId: bigint | null }>;
  /** Numbers given here that lie outside of every range that was ever set; at most 100 of each. None, unless something is badly wrong. */
  numbersOutsideRanges(): Promise<{
    readonly serialNumbers: readonly bigint[];
    readonly requestIds: readonly bigint[];
  }>;
  /** Numbers of the other side that lie inside of a range of ours; at most 100 of each. */
  importedInsideRanges(): Promise<{
    readonly serialNumbers: readonly bigint[];
    readonly requestIds: readonly bigint[];
  }>;
}

const isWork = `((c.origin = 'native' and not c.handed_back) or c.status_changed_natively_at is not null)`;
const listCertificates = statement(
  'native-work.certificates',
  `select ${certificateRowColumns}, c.status_changed_natively_at, c.xmin::text as version
   from certificates c join certificate_contents t using (serial_number)
   where ${isWork} and ($1::numeric is null or c.serial_number > $1) order by c.serial_number limit $2`,
);
const listRequests = statement(
  'native-work.requests',
  `select ${requestColumns}, xmin::text as version from requests
   where changed_natively and ($1::numeric is null or id > $1) order by id limit $2`,
);
// Every change of a row gives it another xmin: what was decided after it was read is still to be handed back.
const markCertificates = statement(
  'native-work.mark-certificates',
  `update certificates c set handed_back = (c.handed_back or c.origin = 'native'), status_changed_natively_at = null
   from unnest($1::numeric[], $2::text[]) as given (serial_number, version)
   where c.serial_number = given.serial_number and c.xmin::text = given.version`,
);
const markRequests = statement(
  'native-work.mark-requests',
  `update requests r set changed_natively = false
   from unnest($1::numeric[], $2::text[]) as given (id, version) where r.id = given.id and r.xmin::text = given.version`,
);

const listProfiles = statement(
  'native-work.profiles',
  `select id, class_id, case when removed then null else configuration_text end as configuration_text, revision
   from profiles where changed_natively order by id`,
);
// What the other side has, too, is followed from there again.
const markProfiles = statement(
  'native-work.mark-profiles',
  `update profiles p set changed_natively = false, origin = 'imported'
   from unnest($1::text[], $2::bigint[]) as given (id, revision) where p.id = given.id and p.revision = given.revision`,
);
const forgetRemoved = statement(
  'native-work.forget-removed-profiles',
  'delete from profiles where removed and not changed_natively',
);

export function createNativeWork(database: Database): NativeWork {
  return {
    ...createNativeRoster(database),
    listCertificates: async (after, limit) => {
      type Row = CertificateRow & { readonly status_changed_natively_at: Date | null; readonly version: string };
      const rows = await database.query<Row>(listCertificates, [after, limit]);
      return rows.map((row) => ({
        record: certificateFromRow(row),
        statusChangedAt: row.status_changed_natively_at,
        version: row.version,
      }));
    },
    listRequests: async (after, limit) => {
      const rows = await database.query<RequestRow & { readonly version: string }>(listRequests, [after, limit]);
      return rows.map((row) => ({ record: requestFromRow(row), version: row.version }));
    },
    count: async () => {
      const row = await database.findRow<{ certificates: bigint; requests: bigint }>(
        `select (select count(*) from certificates c where ${isWork}) as certificates,
                (select count(*) from requests where changed_natively) as requests`,
      );
      return { certificates: Number(row?.certificates ?? 0), requests: Number(row?.requests ?? 0) };
    },
    markHandedBack: async (certificates, requests) => {
      await database.transaction(async (transaction) => {
        await transaction.execute(markRequests, [
          requests.map(({ record }) => record.id),
          requests.map(({ version }) => version),
        ]);
        await transaction.execute(markCertificates, [
          certificates.map(({ record }) => record.serialNumber),
          certificates.map(({ version }) => version),
        ]);
      });
    },
    listProfiles: async () => {
      type Row = { id: string; class_id: string; configuration_text: string | null; revision: bigint };
      const rows = await database.query<Row>(listProfiles);
      return rows.map(({ id, class_id, configuration_text, revision }) => ({
        id,
        classId: class_id,
        configurationText: configuration_text,
        revision,
      }));
    },
    markProfilesHandedBack: async (profiles) => {
      await database.transaction(async (transaction) => {
        await transaction.execute(markProfiles, [
          profiles.map(({ id }) => id),
          profiles.map(({ revision }) => revision),
        ]);
        await transaction.execute(forgetRemoved, []);
      });
    },
    highestImported: async () => {
      const row = await database.findRow<{ serial_number: bigint | null; request_id: bigint | null }>(
        `select (select max(serial_number) from certificates where origin = 'imported') as serial_number,
                (select max(id) from requests where origin = 'imported') as request_id`,
      );
      return { serialNumber: row?.serial_number ?? null, requestId: row?.request_id ?? null };
    },
    numbersOutsideRanges: () => numbersByRange(database, 'native', 'not exists'),
    importedInsideRanges: () => numbersByRange(database, 'imported', 'exists'),
  };
}

/** An authority's own certificate made here has the number that whoever made it chose, from no range. */
async function numbersByRange(database: Database, origin: 'native' | 'imported', relation: 'exists' | 'not exists') {
  const serials = await database.query<{ number: bigint }>(
    `select c.serial_number as number from certificates c
     where c.origin = $1 and not exists (select from authorities a where a.serial_number = c.serial_number and a.id = c.authority_id)
       and ${relation} (select from number_ranges n where n.kind = 'serial-number' and c.serial_number between n.first_number and n.last_number)
     limit 100`,
    [origin],
  );
  const requests = await database.query<{ number: bigint }>(
    `select r.id as number from requests r
     where r.origin = $1 and ${relation} (select from number_ranges n where n.kind = 'request-id' and r.id between n.first_number and n.last_number)
     limit 100`,
    [origin],
  );
  return { serialNumbers: serials.map((row) => row.number), requestIds: requests.map((row) => row.number) };
}
