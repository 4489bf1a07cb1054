// Facts of bringing Dogtag's CRL number beyond ours: as often as needed, never without end, and with what was revoked here on it.
import assert from 'node:assert/strict';
import { type Revocation, serialNumber } from '#ca-core/engine';
import { silentLog } from '#platform';
import { SampleIssuer } from '#test/sample-issuer';
import { type BringCrlServices, bringCrlBeyond } from './bring-crl-beyond.ts';
import { DogtagCrlError } from './dogtag-crl.ts';

const issuer = new SampleIssuer('CN=Certificate Authority,O=SAMPLE');
const start = new Date('2026-06-01T00:00:00Z').getTime();
const revocation: Revocation = {
  reason: 1,
  revokedAt: new Date(start - 60_000),
  revokedBy: null,
  invalidityDate: null,
};
const revokedHere = (serial: bigint, notAfter = '2028-01-01') => ({
  serialNumber: serialNumber(serial),
  revocation,
  notAfter: new Date(notAfter),
});

/** A Dogtag whose CRL lists `directory` once it was told to clear its cache, and `remembered` else. */
class FakeDogtag {
  crlNumber = 10n;
  remembered: readonly bigint[] = [];
  directory: readonly bigint[] = [5n, 7n];
  orders: boolean[] = [];
  onOrder: (order: number) => 'make' | 'busy' | 'make-silently' | 'fail' | 'ignore' = () => 'make';
  nowMs = start;
  revoked: ReturnType<typeof revokedHere>[] = [revokedHere(5n), revokedHere(7n)];

  services(given: Partial<BringCrlServices> = {}): BringCrlServices {
    return {
      dogtagCrl: {
        read: async () => ({
          issuingPoint: 'MasterCRL',
          crlNumber: this.crlNumber,
          crlDer: issuer.crl({ crlNumber: this.crlNumber, serials: this.remembered }),
          deltaNumber: null,
          deltaCrlDer: null,
          thisUpdate: null,
          nextUpdate: null,
          entryCount: null,
        }),
        update: async ({ clearCache }) => {
          this.orders.push(clearCache);
          const deed = this.onOrder(this.orders.length);
          if (deed === 'fail') throw new DogtagCrlError('Dogtag will not');
          if (deed === 'make' || deed === 'make-silently') {
            this.crlNumber += 1n;
            if (clearCache) this.remembered = this.directory;
          }
          if (deed === 'make-silently') throw new Error('socket hang up');
          return deed === 'busy' ? 'inProgress' : 'Success';
        },
        describeLeap: (number) => `set it to ${number}`,
      },
      readRevoked: () => this.#batches(),
      clock: { now: () => new Date(this.nowMs), nowMicros: () => BigInt(this.nowMs) * 1000n },
      log: silentLog,
      wait: async (ms) => {
        this.nowMs += ms;
      },
      ...given,
    };
  }

  async *#batches() {
    for (const one of this.revoked) yield [one];
  }
}

describe('bringing Dogtag’s CRL beyond ours', () => {
  let dogtag: FakeDogtag;
  beforeEach(() => {
    dogtag = new FakeDogtag();
  });
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof DogtagCrlError, String(error));
    return error.message;
  };

  it('makes as many as it takes, the last one from the directory', async () => {
    const progress: bigint[] = [];
    const brought = await bringCrlBeyond(
      13n,
      dogtag.services({ onProgress: ({ crlNumber }) => progress.push(crlNumber) }),
    );
    assert.deepEqual([brought.dogtagNumberBefore, brought.dogtagNumberAfter, brought.crlsMade], [10n, 14n, 4]);
    assert.deepEqual(dogtag.orders, [false, false, false, true]);
    assert.deepEqual(progress, [11n, 12n, 13n, 14n]);
    assert.deepEqual([brought.entryCount, brought.missing], [2, []]);
  });

  it('makes one from the directory even when Dogtag is ahead already', async () => {
    const brought = await bringCrlBeyond(3n, dogtag.services());
    assert.deepEqual([brought.dogtagNumberAfter, dogtag.orders], [11n, [true]]);
  });

  it('makes it anew when it lacks something, but not without end', async () => {
    dogtag.onOrder = (order) => {
      if (order === 2) dogtag.directory = [5n, 7n];
      return 'make';
    };
    dogtag.directory = [5n];
    assert.deepEqual((await bringCrlBeyond(10n, dogtag.services())).missing, []);
    assert.equal(dogtag.orders.length, 2);
    dogtag.revoked = [revokedHere(5n), revokedHere(99n), revokedHere(98n, '2026-01-01')];
    assert.deepEqual(
      (await bringCrlBeyond(10n, dogtag.services())).missing,
      [99n],
      'what has expired need not be on it',
    );
    assert.equal(dogtag.orders.length, 5);
  });

  it('waits while Dogtag is busy, and takes a CRL for made although the answer was lost', async () => {
    dogtag.onOrder = (order) => (order < 4 ? 'busy' : order === 4 ? 'make-silently' : 'make');
    const brought = await bringCrlBeyond(11n, dogtag.services());
    assert.deepEqual([brought.dogtagNumberAfter, brought.crlsMade], [12n, 2]);
  });

  it('gives up on a Dogtag that makes none', async () => {
    dogtag.onOrder = () => 'ignore';
    const message = await refusal(bringCrlBeyond(10n, dogtag.services({ updateTimeoutMs: 3_000 })));
    assert.match(message, /no new CRL in 3 seconds; it said Success/);
    dogtag.onOrder = () => 'fail';
    assert.equal(await refusal(bringCrlBeyond(10n, dogtag.services())), 'Dogtag will not');
  });

  it('says what to do when the numbers are too far apart, and makes none', async () => {
    const message = await refusal(bringCrlBeyond(5_000n, dogtag.services()));
    assert.match(message, /number 10, ours 5000: too far apart .* Set it to 5000\. Then do this again/);
    assert.deepEqual(dogtag.orders, []);
  });
});
