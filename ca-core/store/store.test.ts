// The PostgreSQL store keeps the contract, and its audit chain stays whole.
import { strict as assert } from 'node:assert';
import { auditKeyFromBytes, profileId, verifyAuditChain } from '#ca-core/engine';
import { silentLog, systemClock } from '#platform';
import { withTestDatabase } from '#test/test-database';
import { describeStore, type OpenedStore } from '../../test/contract/store.ts';
import { storeMigrations } from './migrations/index.ts';
import { openStore, type PostgresStore } from './open-store.ts';

const auditKey = auditKeyFromBytes(Buffer.alloc(32, 1));

describe('PostgreSQL store', () => {
  const test = withTestDatabase([storeMigrations]);
  const stores: PostgresStore[] = [];

  const open = async (): Promise<OpenedStore> => {
    const store = await openStore(test.database, { auditKey, clock: systemClock, log: silentLog });
    stores.push(store);
    return {
      store,
      readAuditNames: async () => {
        const rows = await test.database.query<{ name: string }>('select name from audit_records order by sequence');
        return rows.map(({ name }) => name);
      },
      setRange: (authorityId, first, last) => store.numberRanges.set(authorityId, { first, last }, []),
      movePen: (authorityId, scope, holder) =>
        store.pens.move([{ authorityId, scope, holder, movedBy: 'admin', remoteAddress: null, reason: 'a test' }]),
      writeProfile: (id, configurationText) =>
        store.profiles.record({ id: profileId(id), classId: 'caEnrollImpl', configurationText }, []),
    };
  };

  describeStore('PostgreSQL', open);

  describe('after all that', () => {
    it('leaves an audit chain that verifies', async () => {
      const store = await openStore(test.database, { auditKey, clock: systemClock, log: silentLog });
      const result = await store.audit.withSnapshot((snapshot) => verifyAuditChain(snapshot, auditKey));
      assert.deepEqual(result.problems, []);
      assert.ok(result.recordsChecked > 30n);
      for (const opened of stores) await opened.close();
    });
  });
});
