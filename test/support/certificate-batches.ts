// Many certificates as an import brings them, made without their requests: what searches and pages are measured on.
import type { CertificateRecord } from '#ca-core/engine';
import type { SampleAuthority } from './sample-authority.ts';
import { sampleCertificateRecord } from './sample-records.ts';

const batchLength = 1_000;
/** That of number 0; a certificate every five minutes makes a hundred thousand in a year. */
export const firstIssuedMs = Date.UTC(2020, 0, 1);
export const issuedEveryMs = 300_000;

/**
 * `count` certificates with serial numbers from `from` on, for hosts of three kinds, a twentieth of them revoked; `more` are members of each record in
 * place of the usual ones.
 */
export function* makeCertificateBatches(
  authority: SampleAuthority,
  {
    from,
    count,
    more = {},
  }: { readonly from: number; readonly count: number; readonly more?: Partial<CertificateRecord> },
): Generator<readonly { readonly record: CertificateRecord }[]> {
  for (let begun = 0; begun < count; begun += batchLength) {
    const length = Math.min(batchLength, count - begun);
    yield Array.from({ length }, (_, index) => ({ record: makeRecord(authority, from + begun + index, more) }));
  }
}

function makeRecord(authority: SampleAuthority, number: number, more: Partial<CertificateRecord>): CertificateRecord {
  const subject = `CN=host${number}.${['web', 'db', 'mail'][number % 3]}.example.test,O=EXAMPLE.TEST`;
  return sampleCertificateRecord(authority.issue({ serialNumber: BigInt(number), subject }), {
    origin: 'imported',
    issuedAt: new Date(firstIssuedMs + number * issuedEveryMs),
    issuedBy: number % 7 === 0 ? 'admin' : 'ipara',
    revocation:
      number % 20 === 0
        ? { reason: 1, revokedAt: new Date(Date.UTC(2026, 6, 1)), revokedBy: 'admin', invalidityDate: null }
        : null,
    ...more,
  });
}
