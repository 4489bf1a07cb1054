// Opens the authority of a prepared database and enrols with many callers at once until it is killed. Each certificate that a caller was
// given is one line on standard output: serial number in hexadecimal and DER in base64.

import { writeSync } from 'node:fs';
import { profileId } from '#ca-core/engine';
import { createDatabase, DatabaseAddress, silentLog } from '#platform';
import { callers, openAuthority } from '#test/running-authority';

interface Orders {
  readonly database: Readonly<Record<string, string & number>>;
  readonly keyFolder: string;
  readonly csr: string;
  readonly clients: number;
}

const orders: Orders = JSON.parse(process.env.KILL_ENROLLMENT ?? '');
const { connectionString, host, port, user, database: databaseName } = orders.database;
const address =
  connectionString === undefined
    ? DatabaseAddress.onSocket({
        folder: host ?? '',
        port: port ?? 0,
        user: user ?? '',
        databaseName: databaseName ?? '',
      })
    : DatabaseAddress.fromUrl(connectionString);
const database = createDatabase({ address, log: silentLog });
const { authority, signer } = await openAuthority({ database, keyFolder: orders.keyFolder, log: silentLog });
const report = await authority.start();
/** Synchronous, so that nothing that was said is lost with the process. */
const say = (...words: readonly (string | number | null)[]) => writeSync(1, `${words.join(' ')}\n`);
say('ready', report.finished, report.abandoned, report.open, signer.processId());
const inputs = { cert_request_type: 'pkcs10', cert_request: orders.csr };
const submission = { profileId: profileId('sampleServiceCert'), authorityId: null, inputs, renewalOf: null };
const client = async () => {
  for (;;) {
    try {
      const [request] = await authority.submitEnrollment(submission, callers.registrationAgent);
      const [serial] = request?.certificateSerials ?? [];
      const certificate = serial === undefined ? null : await authority.findCertificate(serial);
      if (certificate === null) say('pending', request?.state ?? 'none');
      else
        say(
          'issued',
          certificate.serialNumber.toString(16),
          Buffer.from(certificate.certificateDer).toString('base64'),
        );
    } catch (error) {
      say('failed', error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
    }
  }
};
await Promise.all(Array.from({ length: orders.clients }, client));
