// Deeds on authorities that take more than one commit, and the changes that take one: what must hold is looked at in the commit that relies on it.
import {
  type AuthorityChange,
  type AuthorityDescription,
  type AuthorityId,
  type AuthorityIntent,
  type AuthorityOutcome,
  authorityId,
  CaError,
} from '#ca-core/engine';
import { type Database, statement, type Transaction } from '#platform';
import { claimAuthority, lockAuthorities, replaceAuthority } from './authorities.ts';
import { storableText, storableTextOrNull } from './search-text.ts';

interface IntentRow {
  readonly authority_id: string;
  readonly deed: AuthorityIntent['deed'];
  readonly key_id: string;
  readonly parent_id: string | null;
  readonly subject: string;
  readonly description: string | null;
  readonly begun_by: string;
  readonly begun_at: Date;
}

const readAll = statement(
  'authority-intents.read-all',
  `select authority_id, deed, key_id, parent_id, subject, description, begun_by, begun_at
   from authority_intents order by begun_at, authority_id`,
);
const insert = statement(
  'authority-intents.insert',
  `insert into authority_intents (authority_id, deed, key_id, parent_id, subject, description, begun_by, begun_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (authority_id) do nothing returning authority_id`,
);
const findUserOfSubject = statement(
  'authority-intents.find-user-of-subject',
  `select id from authorities where subject = $1 and not is_former
   union all select authority_id from authority_intents where subject = $1 and deed = 'create' limit 1`,
);
const findParent = statement(
  'authority-intents.find-parent',
  'select enabled from authorities where id = $1 and not is_former',
);
// An authority that is disabled and has none below it; its certificates stay, and its name with them.
const retire = statement(
  'authority-intents.retire',
  `update authorities a set is_former = true
   where id = $1 and not is_former and not is_host_authority and not enabled
     and not exists (select from authorities c where c.parent_id = a.id and not c.is_former)
     and not exists (select from authority_intents i where i.parent_id = a.id and i.deed = 'create')
   returning id`,
);
const change = statement(
  'authority-intents.change',
  `update authorities set enabled = coalesce($2, enabled),
     description = case when $3::text is null then description when $3 = '' then null else $3 end
   where id = $1 and not is_former returning id`,
);

export async function readAuthorityIntents(database: Pick<Database, 'query'>): Promise<readonly AuthorityIntent[]> {
  const rows = await database.query<IntentRow>(readAll);
  return rows.map((row) => ({
    authorityId: authorityId(row.authority_id),
    deed: row.deed,
    keyId: row.key_id,
    parentId: row.parent_id === null ? null : authorityId(row.parent_id),
    subject: row.subject,
    description: row.description,
    begunBy: row.begun_by,
    begunAt: row.begun_at,
  }));
}

/**
 * Throws CaError `authority-conflict`: the subject is in use, the authority may not be deleted as it stands, something else is under way
 * with it; `unknown-authority`, `disabled-authority` for the parent.
 */
export async function insertAuthorityIntent(transaction: Transaction, intent: AuthorityIntent): Promise<void> {
  await lockAuthorities(transaction);
  const { deed, authorityId: id, parentId, subject } = intent;
  if (deed === 'create') {
    await assertParent(transaction, parentId);
    if ((await transaction.findRow(findUserOfSubject, [storableText(subject)])) !== null)
      throw new CaError('authority-conflict', `DN '${subject}' is used by an existing authority`, { subject });
  }
  if (deed === 'delete' && (await transaction.findRow(retire, [id])) === null)
    throw new CaError('authority-conflict', 'The authority cannot be deleted as it stands now', { subject: id });
  if (deed === 'delete') await claimAuthority(transaction, id);
  const inserted = await transaction.findRow(insert, [
    id,
    deed,
    intent.keyId,
    parentId,
    storableText(subject),
    storableTextOrNull(intent.description),
    intent.begunBy,
    intent.begunAt,
  ]);
  if (inserted === null)
    throw new CaError('authority-conflict', 'Something else is under way with this authority', { subject: id });
}

async function assertParent(transaction: Transaction, parentId: AuthorityId | null): Promise<void> {
  const parent = await transaction.findRow<{ enabled: boolean }>(findParent, [parentId]);
  const subject = parentId ?? '';
  if (parent === null) throw new CaError('unknown-authority', `CA not found: ${subject}`, { subject });
  if (!parent.enabled) throw new CaError('disabled-authority', 'Authority is disabled', { subject });
}

/** Throws CaError `internal` when there is no such intent: somebody else has ended it. */
export async function resolveAuthorityIntent(
  transaction: Transaction,
  id: AuthorityId,
  outcome: AuthorityOutcome,
): Promise<void> {
  await lockAuthorities(transaction);
  const resolved = await transaction.findRow(
    'delete from authority_intents where authority_id = $1 returning authority_id',
    [id],
  );
  if (resolved === null) throw new CaError('internal', `There is no intent for authority ${id}`, { subject: id });
  if (outcome === null) return;
  await replaceAuthority(transaction, outcome);
  await claimAuthority(transaction, id);
}

/** Throws CaError `unknown-authority`. */
export async function changeAuthority(
  transaction: Transaction,
  id: AuthorityDescription['id'],
  { enabled, description }: AuthorityChange,
): Promise<void> {
  await lockAuthorities(transaction);
  if ((await transaction.findRow(change, [id, enabled, storableTextOrNull(description)])) === null)
    throw new CaError('unknown-authority', `CA not found: ${id}`, { subject: id });
  await claimAuthority(transaction, id);
}
