// Counters that grow with every change of what others cache: profiles, and who may do what.
import { type Database, statement, type Transaction } from '#platform';

const read = statement('revisions.read', 'select revision from revisions where subject = $1');
const grow = statement(
  'revisions.grow',
  'update revisions set revision = revision + 1 where subject = $1 returning revision',
);

type Subject = 'profiles' | 'access';

export async function readRevision(database: Pick<Database, 'findRow'>, subject: Subject): Promise<bigint> {
  return (await database.findRow<{ revision: bigint }>(read, [subject]))?.revision ?? 0n;
}

/** The new revision. Other writers of the same subject wait until the transaction ends. */
export async function growRevision(transaction: Transaction, subject: Subject): Promise<bigint> {
  return (await transaction.findRow<{ revision: bigint }>(grow, [subject]))?.revision ?? 0n;
}
