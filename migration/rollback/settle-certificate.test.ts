// Facts of settling a certificate that both sides may have changed: nothing that either side revoked for good comes back to life.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Revocation, revocationReasons } from '#ca-core/engine';
import { directoryTimeZone, formatDirectoryDate, parseDirectoryDate } from '#codecs/dogtag-directory';
import { createSampleAuthority } from '#test/sample-authority';
import { sampleCertificateRecord } from '#test/sample-records';
import { type NativeCertificate, settleCertificate, settleStatus } from './settle-certificate.ts';

const { certificateHold, keyCompromise, superseded, affiliationChanged } = revocationReasons;
const asKept = (date: Date) => new Date(Math.floor(date.getTime() / 1000) * 1000);
const at = (time: string) => new Date(`2026-03-01T${time}Z`);
const revoked = (reason: Revocation['reason'], time: string): Revocation => ({
  reason,
  revokedAt: at(time),
  revokedBy: 'ipara',
  invalidityDate: null,
});

const authority = createSampleAuthority();
const certificateDer = authority.issue({ serialNumber: 12n });
const ours = (given: Partial<NativeCertificate['record']> = {}): NativeCertificate => ({
  record: sampleCertificateRecord(certificateDer, given),
  statusChangedAt: null,
  version: '1',
});
const theirs = (given: { readonly certificateDer?: Uint8Array; readonly revocation?: Revocation | null } = {}) => ({
  serialNumber: 12n,
  certificateDer,
  status: 'VALID',
  revocation: null,
  issuedAt: null,
  modifiedAt: null,
  issuedBy: null,
  requestId: null,
  profileId: null,
  ...given,
});

describe('settling a certificate', () => {
  it('adds what Dogtag does not have', () => {
    assert.deepEqual(settleCertificate(ours(), null, asKept), { deed: 'add', finding: null });
    const { deed, finding } = settleCertificate(ours({ origin: 'imported' }), null, asKept);
    assert.deepEqual([deed, finding?.kind], ['add', 'entry-was-missing']);
  });

  it('stops at another certificate under the same serial number', () => {
    const other = authority.issue({ serialNumber: 12n, subject: 'CN=another,O=SAMPLE' });
    const { deed, finding } = settleCertificate(ours(), theirs({ certificateDer: other }), asKept);
    assert.deepEqual([deed, finding?.kind, finding?.stands], ['stop', 'serial-number-taken', 'none']);
  });

  it('leaves an authority’s own certificate out: its number may be Dogtag’s to give', () => {
    const own = ours({ requestId: null });
    const other = authority.issue({ serialNumber: 12n, subject: 'CN=another,O=SAMPLE' });
    assert.deepEqual(settleCertificate(own, null, asKept), { deed: 'leave-out', finding: null });
    assert.equal(settleCertificate(own, theirs({ certificateDer: other }), asKept).deed, 'leave-out');
    assert.equal(settleCertificate(own, theirs(), asKept).deed, 'keep');
  });

  for (const [fact, ourStatus, changedAt, theirStatus, deed, kind] of [
    ['both valid', null, null, null, 'keep', null],
    ['revoked here', revoked(superseded, '10:00:00'), at('10:00:00'), null, 'write-status', null],
    ['held here', revoked(certificateHold, '10:00:00'), at('10:00:00'), null, 'write-status', null],
    ['released here', null, at('11:00:00'), revoked(certificateHold, '10:00:00'), 'write-status', null],
    [
      'held in Dogtag after the release here',
      null,
      at('11:00:00'),
      revoked(certificateHold, '12:00:00'),
      'keep',
      'revoked-by-dogtag',
    ],
    [
      'held in Dogtag and never released here',
      null,
      null,
      revoked(certificateHold, '10:00:00'),
      'keep',
      'revoked-by-dogtag',
    ],
    [
      'released here, revoked for good in Dogtag before',
      null,
      at('11:00:00'),
      revoked(superseded, '10:00:00'),
      'keep',
      'revoked-by-dogtag',
    ],
    [
      'the same on both sides',
      revoked(superseded, '10:00:00'),
      at('10:00:00'),
      revoked(superseded, '10:00:00'),
      'keep',
      null,
    ],
    [
      'held in Dogtag, revoked here',
      revoked(superseded, '11:00:00'),
      at('11:00:00'),
      revoked(certificateHold, '10:00:00'),
      'write-status',
      null,
    ],
    [
      'held again here',
      revoked(certificateHold, '11:00:00'),
      at('11:00:00'),
      revoked(certificateHold, '10:00:00'),
      'write-status',
      null,
    ],
    [
      'held here, revoked in Dogtag',
      revoked(certificateHold, '10:00:00'),
      at('10:00:00'),
      revoked(superseded, '11:00:00'),
      'keep',
      'revoked-on-both-sides',
    ],
    [
      'revoked here first',
      revoked(superseded, '10:00:00'),
      at('10:00:00'),
      revoked(affiliationChanged, '11:00:00'),
      'write-status',
      'revoked-on-both-sides',
    ],
    [
      'revoked in Dogtag first',
      revoked(superseded, '11:00:00'),
      at('11:00:00'),
      revoked(affiliationChanged, '10:00:00'),
      'keep',
      'revoked-on-both-sides',
    ],
    [
      'compromised here, later',
      revoked(keyCompromise, '11:00:00'),
      at('11:00:00'),
      revoked(superseded, '10:00:00'),
      'write-status',
      'revoked-on-both-sides',
    ],
    [
      'compromised in Dogtag, later',
      revoked(superseded, '10:00:00'),
      at('10:00:00'),
      revoked(keyCompromise, '11:00:00'),
      'keep',
      'revoked-on-both-sides',
    ],
  ] as const)
    it(`${fact}: ${deed}${kind === null ? '' : `, noted as ${kind}`}`, () => {
      const settled = settleStatus(ourStatus, changedAt, theirStatus, asKept);
      assert.deepEqual([settled.deed, settled.finding?.kind ?? null], [deed, kind]);
    });

  const anyRevocation = fc.option(
    fc.record({
      reason: fc.constantFrom(...Object.values(revocationReasons)),
      revokedAt: fc.integer({ min: 0, max: 9 }).map((hour) => at(`0${hour}:00:00`)),
      revokedBy: fc.constantFrom('ipara', null),
      invalidityDate: fc.constantFrom(null, at('00:00:00')),
    }),
  );

  it('never lets a revocation for good go, nor makes a hold of it, nor forgets a compromise', () => {
    const changed = fc.option(fc.integer({ min: 0, max: 9 }).map((hour) => at(`0${hour}:00:00`)));
    fc.assert(
      fc.property(anyRevocation, changed, anyRevocation, (left, changedAt, right) => {
        const settled = settleStatus(left, changedAt, right, asKept);
        const stands = settled.deed === 'write-status' ? left : right;
        const isFinal = (revocation: Revocation | null) => revocation !== null && revocation.reason !== certificateHold;
        if (isFinal(left) || isFinal(right)) assert.ok(isFinal(stands));
        const isCompromise = (revocation: Revocation | null) => revocation?.reason === keyCompromise;
        const wasCompromised = isCompromise(left) || isCompromise(right);
        const compromises: readonly number[] = [
          keyCompromise,
          revocationReasons.cACompromise,
          revocationReasons.aACompromise,
        ];
        if (wasCompromised) assert.ok(stands !== null && compromises.includes(stands.reason));
      }),
    );
  });

  it('settles again what it has settled without writing', () => {
    fc.assert(
      fc.property(anyRevocation, anyRevocation, (left, right) => {
        const changedAt = at('23:00:00');
        if (settleStatus(left, changedAt, right, asKept).deed !== 'write-status') return;
        assert.equal(settleStatus(left, changedAt, left, asKept).deed, 'keep');
      }),
    );
  });

  it('takes a date in the hour that winter time repeats for the same when it comes back from the directory', () => {
    const zone = directoryTimeZone('Europe/Berlin');
    const kept = (date: Date) => parseDirectoryDate(formatDirectoryDate(date, zone), zone) ?? date;
    const first = { ...revoked(superseded, '00:00:00'), revokedAt: new Date('2026-10-25T00:30:00Z') };
    const readBack = { ...first, revokedAt: kept(first.revokedAt) };
    assert.notDeepEqual(readBack.revokedAt, first.revokedAt);
    assert.deepEqual(settleStatus(first, first.revokedAt, readBack, kept), { deed: 'keep', finding: null });
  });
});
