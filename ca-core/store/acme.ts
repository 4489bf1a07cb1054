// Whether the ACME responder beside the authority is to answer its clients: one row, or none where nobody has said so.
import type { AuditEvent, Store } from '#ca-core/engine';
import { type Database, statement, type Transaction } from '#platform';

const find = statement('acme.find', 'select enabled from acme_responder');
const write = statement(
  'acme.write',
  `insert into acme_responder (enabled) values ($1)
   on conflict (is_the_one) do update set enabled = excluded.enabled`,
);

/** `inTransaction` adds the audit records to what it commits. */
export function createAcme(
  database: Database,
  inTransaction: (
    auditEvents: readonly AuditEvent[],
    work: (transaction: Transaction) => Promise<void>,
  ) => Promise<void>,
): Store['acme'] {
  return {
    isEnabled: () => readAcme(database),
    switch: (enabled, auditEvents) => inTransaction(auditEvents, (transaction) => writeAcme(transaction, enabled)),
  };
}

export async function readAcme(database: Pick<Database, 'findRow'>): Promise<boolean | null> {
  return (await database.findRow<{ enabled: boolean }>(find, []))?.enabled ?? null;
}

export async function writeAcme(transaction: Transaction, enabled: boolean): Promise<void> {
  await transaction.execute(write, [enabled]);
}
