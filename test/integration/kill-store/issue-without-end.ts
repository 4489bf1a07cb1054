// Child of kill-store.test.ts: issues into the record until it is killed, and writes a line for every promise that settled.
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { auditKeyFromBytes } from '#ca-core/engine';
import { openStore } from '#ca-core/store';
import { createDatabase, silentLog, systemClock } from '#platform';
import { addressFromEnvironment } from '#test/child-database';
import { createSampleAuthority } from '#test/sample-authority';
import {
  sampleAuthorityId,
  sampleCertificateRecord,
  sampleEvent,
  sampleIntent,
  sampleRequest,
} from '#test/sample-records';

const clients = 12;
/** Synchronous, so that nothing that was said is lost with the process. */
const say = (...words: (string | bigint)[]) => writeSync(1, `${words.join(' ')}\n`);

const database = createDatabase({ address: addressFromEnvironment(), log: silentLog });
const auditKey = auditKeyFromBytes(Buffer.alloc(32, 1));
const store = await openStore(database, { auditKey, clock: systemClock, log: silentLog });
const authority = createSampleAuthority();

async function issueOne(): Promise<void> {
  const id = await store.issuance.reserveRequestId();
  say('request', id);
  const serial = await store.issuance.reserveSerialNumber(sampleAuthorityId);
  say('serial', serial);
  const request = sampleRequest(id, { state: 'approved' });
  await store.issuance.recordIntent(sampleIntent(serial, id), request, []);
  say('intent', serial);
  const certificateDer = authority.issue({ serialNumber: serial });
  await store.issuance.recordIssuance({
    certificate: sampleCertificateRecord(certificateDer, { requestId: id }),
    request: { ...request, state: 'complete', certificateSerials: [serial] },
    auditEvents: [sampleEvent({ serialNumber: String(serial) })],
  });
  say('issued', serial, createHash('sha256').update(certificateDer).digest('hex'));
}

say('ready');
await Promise.all(
  Array.from({ length: clients }, async () => {
    for (;;) await issueOne();
  }),
);
