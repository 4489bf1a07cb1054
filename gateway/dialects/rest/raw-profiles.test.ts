// Facts about answers that are octets.
import assert from 'node:assert/strict';
import { systemClock } from '#platform';
import type { Caller, RaClient } from '../../contract.ts';
import type { GatewayRequest } from '../../routing/operation.ts';
import { dogtag10, readDialectSettings } from '../dialect-settings.ts';
import { givingOctets, refusesOctets, takingOctets } from './raw-profiles.ts';
import { createRestRefusalEncoder } from './rest-refusal.ts';

const settings = readDialectSettings({ clock: systemClock, timeZone: 'Etc/UTC', product: dogtag10 });
const encode = createRestRefusalEncoder(settings, 'v1');
const request = (accept?: string, operation = 'rest-get-audit-file') =>
  ({ operation, api: 'v1', headers: accept === undefined ? {} : { accept } }) as unknown as GatewayRequest;
const refusedType = 'application/json';
const takenTypes = [undefined, '*/*', 'application/*', 'application/json;q=0.5, application/octet-stream;q=0.1'];

describe('an answer of octets', () => {
  it('is for those whose Accept has room for octets', () => {
    for (const accept of takenTypes) assert.equal(refusesOctets(accept), false, accept);
    for (const accept of [refusedType, 'text/plain', 'application/xml, text/*'])
      assert.equal(refusesOctets(accept), true);
  });

  it('is refused for its type before anybody asks who may have it', () => {
    const status = (accept?: string, operation?: string) =>
      encode({ kind: 'not-authorized' }, request(accept, operation)).status;
    assert.equal(status(refusedType), 406);
    for (const accept of takenTypes) assert.equal(status(accept), 403, accept);
    assert.equal(status(refusedType, 'rest-list-audit-files'), 403);
  });

  it('is never made for those who want another type', async () => {
    const reached: (string | undefined)[] = [];
    const handle = givingOctets(
      takingOctets(async ({ headers }) => {
        reached.push(headers.accept);
        return { status: 200, headers: {}, body: Buffer.from('x') };
      }),
    );
    const ask = (accept: string) => handle(request(accept), {} as Caller, {} as RaClient);
    assert.equal((await ask(refusedType)).status, 406);
    assert.deepEqual(reached, []);
    const answer = await ask('application/octet-stream');
    assert.deepEqual([answer.status, answer.headers['Content-Type']], [200, 'application/octet-stream']);
    assert.equal(reached.length, 1);
  });
});
