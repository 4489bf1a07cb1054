// Which certificates of a web server's clients count: those that our own TLS listener would take, and no others.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { systemClock } from '#platform';
import { createSampleAuthority } from '#test/sample-authority';
import { NotVouchedFor, VouchedCertificates } from './vouched-certificates.ts';

const authority = createSampleAuthority();
const other = createSampleAuthority('CN=Other Authority,O=OTHER');
const subordinate = createSampleAuthority('CN=Subordinate,O=SAMPLE');
const pem = (der: Buffer) => new X509Certificate(der).toString();
const clientAuthentication = '1.3.6.1.5.5.7.3.2';
const serverAuthentication = '1.3.6.1.5.5.7.3.1';
const year = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };

describe('a certificate that a web server vouches for', () => {
  let now = new Date('2026-06-01T00:00:00Z');
  const certificates = new VouchedCertificates([pem(authority.certificateDer)], { ...systemClock, now: () => now });
  const refused = (text: string, why: RegExp) =>
    assert.throws(
      () => certificates.accept(text),
      (error) => error instanceof NotVouchedFor && why.test(error.message),
    );

  beforeEach(() => {
    now = new Date('2026-06-01T00:00:00Z');
  });

  it('counts when the authority issued it, with its exact bytes', () => {
    for (const more of [
      {},
      { purposes: [clientAuthentication] },
      { purposes: [serverAuthentication, clientAuthentication] },
    ]) {
      const der = authority.issue({ serialNumber: 5n, ...year, ...more });
      const accepted = certificates.accept(pem(der));
      assert.ok(accepted.der.equals(der));
      assert.equal(accepted.fingerprint, new X509Certificate(der).fingerprint256.replaceAll(':', '').toLowerCase());
    }
  });

  it('counts through a certificate that came with it, which is trusted in nothing itself', () => {
    const leaf = pem(subordinate.issue({ serialNumber: 6n, ...year }));
    refused(leaf, /does not verify/);
    const between = pem(
      authority.issue({ serialNumber: 7n, subject: subordinate.name, isAuthority: true, of: subordinate, ...year }),
    );
    assert.ok(certificates.accept(`${leaf}${between}`));
    refused(`${leaf}${pem(subordinate.certificateDer)}`, /does not verify/);
    const noAuthority = pem(authority.issue({ serialNumber: 8n, subject: subordinate.name, of: subordinate, ...year }));
    refused(`${leaf}${noAuthority}`, /does not verify/);
  });

  it('counts for nothing when somebody else issued it, even under our name', () => {
    refused(pem(other.issue({ serialNumber: 5n, ...year })), /does not verify/);
    refused(pem(other.issue({ serialNumber: 5n, issuer: authority.name, ...year })), /does not verify/);
  });

  it('counts within its dates only, also when it is known already', () => {
    const text = pem(authority.issue({ serialNumber: 9n, ...year }));
    assert.ok(certificates.accept(text));
    for (const moment of ['2025-12-31T23:59:59Z', '2027-01-01T00:00:01Z']) {
      now = new Date(moment);
      refused(text, /not valid now/);
    }
  });

  it('counts only when it is for client authentication', () => {
    refused(pem(authority.issue({ serialNumber: 5n, ...year, purposes: [serverAuthentication] })), /not for client/);
  });

  it('counts for nothing when it cannot be read', () => {
    for (const text of ['', 'garbage', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])
      refused(text, /cannot be read/);
  });

  it('takes no more of a chain than eight certificates', () => {
    const loop = pem(subordinate.certificateDer);
    refused(pem(subordinate.issue({ serialNumber: 6n, ...year })) + loop.repeat(50), /does not verify/);
  });
});
