// The in-process RA client keeps the contract on a real record with a real signer, and never lets a stranger's error out.
import assert from 'node:assert/strict';
import { type AuthorityOperations, CaError } from '#ca-core/engine';
import { storeMigrations } from '#ca-core/store';
import { createLog, silentLog } from '#platform';
import { foundAuthority, makeKeyFolder, movePen, openAuthority, type RunningAuthority } from '#test/running-authority';
import { withTestDatabase } from '#test/test-database';
import { describeRaClient } from '../../test/contract/ra-client/ra-client.ts';
import { createInProcessRaClient } from './in-process.ts';

for (const keyKind of [
  { type: 'rsa', bits: 2048 },
  { type: 'ec', curve: 'P-384' },
] as const)
  describe(`an authority with a key of kind ${keyKind.type}`, () => {
    const test = withTestDatabase([storeMigrations]);
    const keys = makeKeyFolder();
    let running: RunningAuthority | null = null;
    after(async () => {
      await running?.stop();
      keys.remove();
    });
    describeRaClient('in process', async () => {
      const place = { database: test.database, keyFolder: keys.keyFolder, log: silentLog };
      await foundAuthority(place, keyKind);
      running = await openAuthority(place);
      const { authority, store } = running;
      return {
        ra: createInProcessRaClient(authority, silentLog),
        movePen: (scope, holder) => movePen(store, scope, holder),
      };
    });
  });

describe('the in-process RA client', () => {
  it('turns a fault into one that edges know, and tells the log what it was', async () => {
    const lines: string[] = [];
    const broken = {
      findRequest: async () => {
        throw new TypeError('a detail that no client may read');
      },
      findCertificate: async () => {
        throw new CaError('store-unavailable', 'later');
      },
    } as unknown as AuthorityOperations;
    const ra = createInProcessRaClient(
      broken,
      createLog('info', (line) => lines.push(line)),
    );
    const { findRequest, findCertificate } = ra;
    await assert.rejects(findRequest(1n as Parameters<typeof findRequest>[0]), {
      code: 'internal',
      message: 'Internal Error',
    });
    assert.match(lines.join(), /a detail that no client may read/);
    await assert.rejects(findCertificate(1n as Parameters<typeof findCertificate>[0]), { code: 'store-unavailable' });
  });
});
