// What a token processor is told, and what the authority is asked to do for it.
import assert from 'node:assert/strict';
import { CaError, type CaErrorCode } from '#ca-core/engine';
import { systemClock } from '#platform';
import type { Caller, CertificateRecord, RaClient, RevocationOrder, SerialNumber } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { dogtag10, readDialectSettings } from '../dialect-settings.ts';
import { tokenHandler } from './token-servlet.ts';
import { releaseForToken, revokeForToken } from './token-status.ts';

const settings = readDialectSettings({ clock: systemClock, timeZone: 'Etc/UTC', product: dogtag10 });
const caller = { userId: 'TPS-1', groups: ['Registration Manager Agents'] } as unknown as Caller;

interface Asked {
  readonly orders: RevocationOrder[];
  readonly released: SerialNumber[];
}

/** Certificates up to 99 are there; `faults` are what some of them are refused with. */
async function say(
  operation: typeof revokeForToken,
  fields: Record<string, string>,
  faults: Record<string, CaErrorCode> = {},
) {
  const asked: Asked = { orders: [], released: [] };
  const refuse = (serial: SerialNumber) => {
    const code = faults[String(serial)];
    if (code !== undefined) throw new CaError(code, 'told');
  };
  const ra = {
    findCertificate: async (serialNumber: SerialNumber) =>
      serialNumber < 100n
        ? ({ serialNumber, notBefore: new Date(0), notAfter: new Date(0), revocation: null } as CertificateRecord)
        : null,
    revokeCertificate: async (order: RevocationOrder) => {
      refuse(order.serialNumber);
      asked.orders.push(order);
    },
    releaseCertificate: async (serial: SerialNumber) => {
      refuse(serial);
      asked.released.push(serial);
    },
  } as unknown as RaClient;
  const form = new Map(Object.entries(fields).map(([name, value]) => [name, [value]]));
  const { status, body } = await tokenHandler(operation, settings)({ form } as unknown as GatewayRequest, caller, ra);
  return { ...asked, said: status === 200 ? body.toString() : String(status) };
}

const revoke = (fields: Record<string, string>, faults?: Record<string, CaErrorCode>) =>
  say(revokeForToken, { revocationReason: '1', ...fields }, faults);
const several = '(|(certRecordId=9)(certRecordId=0xA)(certRecordId=500)(certRecordId=3))';

describe('Revocation for a token', () => {
  it('orders every certificate that is named and there, ascending, with what came along', async () => {
    const fields = { revokeAll: several, csrRequestorComments: 'lost', invalidityDate: '1700000000000' };
    const { orders, said } = await revoke(fields);
    assert.equal(said, 'status=0&error=');
    assert.deepEqual(
      orders.map(({ serialNumber }) => serialNumber),
      [3n, 9n, 10n],
    );
    const invalidityDate = new Date(1_700_000_000_000);
    const more = { reason: 1, invalidityDate, comments: 'lost', isByTokenProcessor: true };
    assert.deepEqual(orders[0], { serialNumber: 3n, ...more });
  });

  it('looks at the other conditions of the filter', async () => {
    const { orders } = await revoke({ revokeAll: '(&(|(certRecordId=3)(certRecordId=4))(!(certRecordId=4)))' });
    assert.deepEqual(
      orders.map(({ serialNumber }) => serialNumber),
      [3n],
    );
    const { said } = await revoke({ revokeAll: '(&(certRecordId=3)(certStatus=VALID))' });
    assert.equal(said, 'status=3&error=Error encountered while marking certificate revoked.');
  });

  it('takes no more than it was told to', async () => {
    const { orders } = await revoke({ revokeAll: several, totalRecordCount: '2' });
    assert.deepEqual(
      orders.map(({ serialNumber }) => serialNumber),
      [3n, 9n],
    );
    const none = 'status=3&error=Error encountered while marking certificate revoked.';
    assert.equal((await revoke({ revokeAll: several, totalRecordCount: '0' })).said, none);
  });

  it('is done where a certificate is revoked already, and not where nothing was to be had but what may not be revoked', async () => {
    const done = 'status=0&error=';
    const notDone = 'status=3&error=Error encountered while marking certificate revoked.';
    const of = (...serials: number[]) => ({
      revokeAll: `(|${serials.map((serial) => `(certRecordId=${serial})`).join('')})`,
    });
    assert.equal((await revoke(of(3), { 3: 'already-revoked' })).said, done);
    assert.equal((await revoke(of(1), { 1: 'not-authorized' })).said, notDone);
    assert.equal((await revoke(of(1, 3), { 1: 'not-authorized' })).said, done);
    assert.equal((await revoke(of(1, 3), { 1: 'not-authorized', 3: 'already-revoked' })).said, notDone);
    assert.equal((await revoke(of(500))).said, notDone);
    // Somebody else has released it meanwhile: the others are revoked all the same.
    const raced = await revoke(of(1, 3), { 1: 'not-on-hold' });
    assert.deepEqual([raced.orders.map(({ serialNumber }) => serialNumber), raced.said], [[3n], done]);
    assert.equal((await revoke(of(1), { 1: 'not-on-hold' })).said, notDone);
  });

  it('orders nothing where the order cannot be read', async () => {
    const refusals: readonly (readonly [Record<string, string>, string])[] = [
      [{ revocationReason: '7' }, 'Invalid revocation reason: 7'],
      [{ revocationReason: '8' }, 'Invalid revocation reason: 8'],
      [{ revocationReason: '-1' }, 'Missing revocation reason'],
      [{ revocationReason: '' }, 'Invalid number format.'],
      [{ totalRecordCount: 'x' }, 'Invalid number format.'],
      [{ invalidityDate: '1e3' }, 'Invalid number format.'],
      [{ revokeAll: 'all' }, 'Invalid filter item ='],
      [{ revokeAll: '(certStatus=VALID)' }, 'The filter must name certificates by certRecordId.'],
      [{ revokeAll: '(certRecordId>=1)' }, 'The filter must name certificates by certRecordId.'],
      [{ revokeAll: '(|(certRecordId=3)(certStatus=VALID))' }, 'The filter must name certificates by certRecordId.'],
      [{ revokeAll: '(certRecordId=*)' }, 'The filter must name certificates by certRecordId.'],
      [{ revokeAll: '(&(certRecordId=3)(cn=x))' }, 'A condition of the filter is not supported here: cn'],
      [{ invalidityDate: '253402300800000' }, 'Invalid invalidity date.'],
      [{}, 'Error encountered while marking certificate revoked.'],
    ];
    for (const [fields, words] of refusals) {
      const { orders, said } = await revoke({
        revokeAll: '(certRecordId=3)',
        ...(Object.keys(fields).length === 0 ? { revokeAll: '(certRecordId=)' } : fields),
      });
      assert.deepEqual([orders, said], [[], `status=3&error=${words}`], JSON.stringify(fields));
    }
  });

  it('is tried again later where the record cannot be reached', async () => {
    assert.equal((await revoke({ revokeAll: '(certRecordId=3)' }, { 3: 'store-unavailable' })).said, '503');
  });
});

describe('Release for a token', () => {
  const release = (serialNumber: string, faults?: Record<string, CaErrorCode>) =>
    say(releaseForToken, { serialNumber }, faults);

  it('tries every certificate, and tells of success whatever they were', async () => {
    const { released, said } = await release('0x18  25', { 24: 'unknown-certificate' });
    assert.deepEqual([released, said], [[25n], 'status=0&error=']);
  });

  it('tries none where one of the numbers is none', async () => {
    for (const text of ['', ' ', 'zz', '5 x', '-1', '0x', '5,6']) {
      const { released, said } = await release(text);
      assert.deepEqual([released, said], [[], 'status=3&error=Invalid number format'], text);
    }
  });
});
