// What must hold of the record after a kill, asked of the database itself, of the command line, and of the appliance over REST.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '#appliance/postgres';
import { decodePem } from '#codecs/pem';
import { createDatabase, type Database, silentLog } from '#platform';
import type { ApplianceUnderTest } from '#test/appliance-under-test';
import type { ClientPlace } from '#test/conversation-client';
import { JudgedClient } from './judged-client.ts';
import type { Received } from './received.ts';

/** Seconds on an idle machine. */
const finishedLimitMs = 60_000;
const readersAtOnce = 16;

/** Lets `use` ask the embedded database. As long as it does, the database stays up even when the appliance goes. */
export async function withDatabase<Result>(
  appliance: ApplianceUnderTest,
  use: (database: Database) => Promise<Result>,
): Promise<Result> {
  const dataFolder = join(appliance.folder, 'retag-data/database');
  const opened = await openDatabase({ databaseUrl: null, dataFolder, log: silentLog });
  const database = createDatabase({ address: opened.address, log: silentLog, connectionsMax: 2 });
  try {
    return await use(database);
  } finally {
    await database.close();
    await opened.release();
  }
}

/** Waits until nothing is unfinished any more. */
export async function untilFinished(database: Database): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 100) {
    const row = await database.findRow<{ intents: bigint; approved: bigint }>(
      `select (select count(*) from issuance_intents where state = 'open') as intents,
              (select count(*) from requests where state in ('approved', 'begin', 'svc_pending')) as approved`,
    );
    if (row?.intents === 0n && row.approved === 0n) return;
    assert(waitedMs < finishedLimitMs, `${row?.intents} intents and ${row?.approved} requests stay unfinished`);
    await delay(100);
  }
}

/** Sums over all that was ever issued here: one request, one certificate, one content, one audit record for each. */
export async function assertSums(database: Database): Promise<void> {
  const row = await database.findRow<Record<string, bigint>>(
    `with native as (select serial_number, request_id from certificates where origin = 'native' and request_id is not null)
     select (select count(*) from native) as certificates,
            (select count(distinct request_id) from native) as certified_requests,
            (select count(*) from native join certificate_contents using (serial_number)) as contents,
            (select count(*) from requests r join native on native.request_id = r.id
               where r.state = 'complete' and r.certificate_serials = array[native.serial_number]) as completed_requests,
            (select count(*) from requests where origin = 'native' and state = 'complete'
               and kind in ('enrollment', 'renewal')) as all_completed_requests,
            (select count(*) from audit_records where name in ('certificate-issued', 'issuance-resumed')) as issue_records,
            (select count(distinct details ->> 'serialNumber') from audit_records
               where name in ('certificate-issued', 'issuance-resumed')) as audited_serials,
            (select count(*) from requests where origin = 'native' and profile_id = 'caServerCert' and state = 'complete') as approved_requests,
            (select count(distinct details ->> 'requestId') from audit_records
               where name = 'enrollment-decided' and details ->> 'action' = 'approve') as approval_records,
            (select count(*) from requests where origin = 'native' and state not in ('complete', 'pending')
               and kind in ('enrollment', 'renewal')) as odd_requests`,
  );
  assert(row !== null && (row.certificates ?? 0n) > 0n);
  const { certificates } = row;
  for (const name of [
    'certified_requests',
    'contents',
    'completed_requests',
    'all_completed_requests',
    'issue_records',
    'audited_serials',
  ])
    assert.equal(row[name], certificates, `${name}: ${row[name]} for ${certificates} certificates`);
  assert.equal(row.odd_requests, 0n);
  assert.equal(
    row.approval_records,
    row.approved_requests,
    'an approval is missing in the audit chain, or one too many',
  );
}

/** What clients were told of requests and serial numbers is so. */
export async function assertTold(database: Database, { promised, requestIds }: Received): Promise<void> {
  const rows = await database.query<{ id: bigint; state: string; certificate_serials: bigint[] }>(
    'select id, state, certificate_serials from requests where id = any($1::numeric[])',
    [[...requestIds]],
  );
  assert.equal(rows.length, requestIds.size, 'a request that a client was told of is missing');
  const serials = new Map(rows.map(({ id, certificate_serials }) => [id, certificate_serials]));
  for (const [serial, { requestId }] of promised) assert.deepEqual(serials.get(requestId), [serial]);
}

/** Every certificate that came in an answer, and every one whose number did, is to be had over REST, byte for byte. */
export async function assertRetrievable(place: ClientPlace, received: Received): Promise<number> {
  const waiting = [...received.promised].values();
  const faultsBefore = received.faults.length;
  let count = 0;
  const read = async () => {
    const client = new JudgedClient(place, received);
    try {
      for (const [serial, { name }] of waiting) {
        const target = `/ca/rest/certs/0x${serial.toString(16)}`;
        const answer = await client.say({
          shows: 'get',
          method: 'GET',
          target,
          headers: { Accept: 'application/json' },
        });
        const { Encoded } = JSON.parse(answer.text) as { Encoded: string };
        const der = decodePem(Encoded, 'CERTIFICATE');
        const known = received.certificates.get(serial);
        if (known !== undefined) assert(der.equals(known.certificateDer), `certificate ${serial} is another one now`);
        assert(der.includes(name), `certificate ${serial} does not name ${name}`);
        count += 1;
      }
    } finally {
      client.close();
    }
  };
  await Promise.all(Array.from({ length: readersAtOnce }, read));
  assert.deepEqual(received.faults.slice(faultsBefore), []);
  assert.equal(count, received.promised.size);
  for (const serial of received.certificates.keys()) assert(received.promised.has(serial));
  return count;
}
