// What is told of the certificate that somebody shows, and what is done for nobody. No recorded client can be replayed here: its certificate is its own.
import assert from 'node:assert/strict';
import { decodeCertificate, formatName } from '#codecs/x509';
import { frozenClock } from '#platform';
import { makeRequestPem } from '#test/make-request';
import { createSampleAuthority } from '#test/sample-authority';
import { rehearsedNonces } from '../../access/nonces.ts';
import type { CertificateRecord, RaClient } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { dogtag10, readDialectSettings } from '../dialect-settings.ts';
import { confirmOwnRevocation } from './ee/confirm-own-revocation.ts';
import { refuseEnrollment, refuseRenewal } from './refused-servlets.ts';
import { revokeAsOwner } from './revoke-certificates.ts';
import type { ServletCall } from './servlet-call.ts';

const now = new Date('2026-11-27T12:00:00Z');
const settings = readDialectSettings({ clock: frozenClock(now), timeZone: 'Etc/UTC', product: dogtag10 });
const authority = createSampleAuthority();
const certificateDer = authority.issue({ serialNumber: 26n, subject: 'CN=w9.example.test,OU=pki-ipa,O=IPA' });

function recordOf(der: Buffer, more: Partial<CertificateRecord> = {}): CertificateRecord {
  const { serialNumber, issuerDer, subjectDer, notBefore, notAfter } = decodeCertificate(der);
  const names = { issuer: formatName(issuerDer), subject: formatName(subjectDer) };
  return {
    serialNumber,
    certificateDer: der,
    ...names,
    notBefore,
    notAfter,
    revocation: null,
    ...more,
  } as CertificateRecord;
}

/** Whoever calls has shown `certificateDer`; anything but a look at the record fails. */
function callWith(
  record: CertificateRecord | null,
  more: Partial<GatewayRequest> = {},
  shown: Buffer | null = certificateDer,
) {
  return {
    request: { form: new Map(), nonces: null, ...more },
    caller: { userId: null, groups: [], certificateDer: shown },
    ra: {
      findCertificate: async () => record,
      describeAuthority: async () => ({ subject: authority.name }),
    } as unknown as RaClient,
    settings,
  } as unknown as ServletCall;
}

const form = (fields: Record<string, string>) => ({
  form: new Map(Object.entries(fields).map(([name, value]) => [name, [value]])),
});

describe("Somebody's own certificate", () => {
  it('is shown in a page, with the numbers that the next form sends', async () => {
    const { body, headers } = await confirmOwnRevocation(
      callWith(recordOf(certificateDer), form({ reasonCode: '3', xml: 'true' })),
    );
    assert.equal(headers['Content-Type'], 'text/html');
    // As Dogtag 10.10.2 was seen to write them.
    const lines = [
      'header.serialNumberDecimal = "26";',
      'header.verifiedRecordCount = 1;',
      'header.serialNumber = "1a";',
      'header.reason = 3;',
      'header.totalRecordCount = 1;',
      'record.serialNumberDecimal="26";',
      'record.subject="CN=w9.example.test,OU=pki-ipa,O=IPA";',
      'record.validNotBefore="1767225600";',
      'record.serialNumber="1a";',
      'record.validNotAfter="1846022400";',
    ];
    const said = body.toString().split('\n');
    assert.deepEqual(
      said.filter((line) => /^(?:header|record)\./.test(line) && !line.includes('b64eCertificate')).toSorted(),
      lines.toSorted(),
    );
    assert.ok(
      body
        .toString()
        .includes(`header.b64eCertificate = "${certificateDer.toString('base64').slice(0, 20).replaceAll('/', '\\/')}`),
    );
  });

  it('comes with a nonce where nonces are in use, and with reason 0 where none is a number', async () => {
    const call = callWith(recordOf(certificateDer), { ...form({ reasonCode: 'x' }), nonces: rehearsedNonces });
    const { body } = await confirmOwnRevocation(call);
    assert.match(body.toString(), /^header\.nonce = "26:\d+";$/m);
    assert.match(body.toString(), /^header\.reason = 0;$/m);
  });

  it('must be the one that the host authority has issued under its number, and valid', async () => {
    const toRevoke = form({ serialNumber: '1a', revocationReason: '1', revokeAll: '(certRecordId=27)' });
    const refused = (record: CertificateRecord | null, message: string, shown: Buffer | null = certificateDer) =>
      Promise.all(
        [confirmOwnRevocation, refuseRenewal, revokeAsOwner].map((servlet) =>
          assert.rejects(async () => servlet(callWith(record, toRevoke, shown)), { message }),
        ),
      );
    const own = recordOf(certificateDer);
    await refused(own, 'You did not provide a valid certificate for this operation', null);
    await refused(null, 'Certificate not found or invalid');
    const revocation = { reason: 6, revokedAt: now, revokedBy: null, invalidityDate: null } as const;
    await refused({ ...own, revocation }, 'Invalid certificate status: REVOKED');
    await refused({ ...own, notAfter: new Date(0) }, 'Invalid certificate status: EXPIRED');
    await refused({ ...own, notBefore: new Date('2027-01-01') }, 'Invalid certificate status: INVALID');
    const notOurs = 'The client certificate was not issued from this CA';
    await refused({ ...own, issuer: 'CN=Other' }, notOurs);
    const another = recordOf(authority.issue({ serialNumber: 26n }));
    await refused({ ...another, serialNumber: own.serialNumber }, notOurs);
  });

  it('revokes others of its subject, where its own number comes along', async () => {
    const orders: unknown[] = [];
    const { ra, ...call } = callWith(recordOf(certificateDer), {
      ...form({ serialNumber: '1a', revocationReason: '1', revokeAll: '(certRecordId=26)' }),
    });
    const revoking = { ...ra, revokeCertificate: async (order: unknown) => orders.push(order) } as unknown as RaClient;
    const { body } = await revokeAsOwner({ ...call, ra: revoking });
    assert.match(body.toString(), /^header\.revoked = "yes";$/m);
    const order = { serialNumber: 26n, reason: 1, invalidityDate: null, comments: null, isAuthorityMeant: false };
    assert.deepEqual(orders, [order]);
    const other = callWith(recordOf(certificateDer), form({ serialNumber: '1b', revocationReason: '1' }));
    assert.equal((await revokeAsOwner(other)).body.length, 0);
  });

  it('is not renewed without a profile, and no request is enrolled without one', async () => {
    const withoutForm = { message: 'Error encountered while rendering a response.' };
    await assert.rejects(async () => refuseRenewal(callWith(recordOf(certificateDer))), withoutForm);
    const sound = form({ pkcs10Request: makeRequestPem('anybody') });
    await assert.rejects(async () => refuseEnrollment(callWith(null, sound)), withoutForm);
    const missing = { message: 'Missing or malformed KeyGen, PKCS #10 or CRMF request.' };
    for (const pkcs10Request of ['', 'AAAA', '<b>', 'MAA='])
      await assert.rejects(async () => refuseEnrollment(callWith(null, form({ pkcs10Request }))), missing);
  });
});
