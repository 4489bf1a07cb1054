// Users, groups and rules: read as a whole whenever their revision has grown.
import type { AccessClause, AccessDirectory, AccessRule, Store } from '#ca-core/engine';
import type { Database, Transaction } from '#platform';
import { growRevision, readRevision } from './revisions.ts';

interface UserRow {
  readonly user_id: string;
  readonly full_name: string;
  readonly email: string | null;
  readonly certificates_der: readonly Buffer[];
  readonly certificate_claims: readonly string[];
  readonly groups: readonly string[];
}

interface RuleRow {
  readonly resource: string;
  readonly operations: readonly string[];
  readonly clauses: readonly AccessClause[];
  readonly comment: string;
}

const userRows = `
  select user_id, full_name, email, certificates_der, certificate_claims,
         array(select g.name from groups g
               where not g.removed and exists (select from unnest(g.member_user_ids) member where lower(member) = lower(u.user_id))
               order by g.name collate "C") as groups
  from users u where not removed order by user_id collate "C"`;
const ruleRows = 'select resource, operations, clauses, comment from access_rules order by resource collate "C"';

export function createAccessReader(database: Database): Store['access'] {
  return {
    read: async (seenRevision) => {
      if (seenRevision !== null && (await readRevision(database, 'access')) === seenRevision) return null;
      return database.transaction(readDirectory, { isolation: 'repeatable-read', readOnly: true });
    },
  };
}

export async function readDirectory(transaction: Transaction): Promise<AccessDirectory> {
  const revision = await readRevision(transaction, 'access');
  const users = await transaction.query<UserRow>(userRows);
  const rules = await transaction.query<RuleRow>(ruleRows);
  return {
    revision,
    users: users.map((row) => ({
      userId: row.user_id,
      fullName: row.full_name,
      email: row.email,
      certificatesDer: row.certificates_der,
      certificateClaims: row.certificate_claims,
      groups: row.groups,
    })),
    rules: rules.map(({ resource, operations, clauses, comment }) => ({ resource, operations, clauses, comment })),
  };
}

type Origin = 'native' | 'imported';

export async function writeAccessRule(transaction: Transaction, rule: AccessRule, origin: Origin): Promise<void> {
  await growRevision(transaction, 'access');
  await transaction.execute(
    `insert into access_rules (resource, operations, clauses, comment, origin) values ($1, $2::text[], $3::json, $4, $5)
     on conflict (resource) do update set operations = excluded.operations, clauses = excluded.clauses,
       comment = excluded.comment, origin = excluded.origin`,
    [rule.resource, rule.operations, JSON.stringify(rule.clauses), rule.comment, origin],
  );
}
