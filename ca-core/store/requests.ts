// Requests: reading, and the one statement that inserts or replaces them.
import {
  authorityId,
  profileId,
  type RequestId,
  type RequestPage,
  type RequestQuery,
  type RequestRecord,
  type RequestState,
  requestId,
  type Store,
  serialNumber,
} from '#ca-core/engine';
import { type Database, type SqlValue, statement, type Transaction, textArray } from '#platform';
import { storableTextOrNull } from './search-text.ts';

export interface RequestRow {
  readonly id: bigint;
  readonly kind: RequestRecord['kind'];
  readonly state: RequestRecord['state'];
  readonly created_at: Date;
  readonly modified_at: Date;
  readonly owner: string | null;
  readonly authority_id: string | null;
  readonly profile_id: string | null;
  readonly policy_set_id: string | null;
  readonly inputs: Record<string, string>;
  readonly attributes: Record<string, string>;
  readonly draft_der: Buffer | null;
  readonly error_message: string | null;
  readonly failed: boolean;
  readonly certificate_serials: readonly bigint[];
  readonly origin: RequestRecord['origin'];
}

export const requestColumns = `id, kind, state, created_at, modified_at, owner, authority_id, profile_id, policy_set_id, inputs,
  attributes, draft_der, error_message, failed, certificate_serials, origin`;

const find = statement('requests.find', `select ${requestColumns} from requests where id = $1`);
const lockStates = statement(
  'requests.lock-states',
  'select id, state from requests where id = any($1) order by id for update',
);
/** Of the parameters of the statement below but its last, in their order. */
const upsertTypes = `numeric text text float8 float8 text text text text text text bytea text boolean text text`.split(
  ' ',
);
const upsert = statement(
  'requests.upsert',
  `insert into requests (${requestColumns}, changed_natively)
   select id, kind, state, to_timestamp(created_at_ms / 1000), to_timestamp(modified_at_ms / 1000), owner,
          authority_id, profile_id, policy_set_id, inputs::json, attributes::json, draft_der, error_message, failed,
          certificate_serials::numeric[], origin, $17::boolean
   from unnest(${upsertTypes.map((type, index) => `$${index + 1}::${type}[]`).join(', ')})
     as given (id, kind, state, created_at_ms, modified_at_ms, owner, authority_id, profile_id, policy_set_id, inputs,
               attributes, draft_der, error_message, failed, certificate_serials, origin)
   on conflict (id) do update set
     kind = excluded.kind, state = excluded.state, created_at = excluded.created_at,
     modified_at = excluded.modified_at, owner = excluded.owner, authority_id = excluded.authority_id,
     profile_id = excluded.profile_id, policy_set_id = excluded.policy_set_id, inputs = excluded.inputs,
     attributes = excluded.attributes, draft_der = excluded.draft_der, error_message = excluded.error_message,
     failed = excluded.failed, certificate_serials = excluded.certificate_serials, origin = excluded.origin,
     changed_natively = requests.changed_natively or excluded.changed_natively`,
);

const complete = statement(
  'requests.complete',
  `update requests r set state = given.state, modified_at = to_timestamp(given.modified_at_ms / 1000),
     error_message = given.error_message, failed = given.failed,
     certificate_serials = given.certificate_serials::numeric[], changed_natively = true
   from unnest($1::numeric[], $2::text[], $3::float8[], $4::text[], $5::boolean[], $6::text[])
     as given (id, state, modified_at_ms, error_message, failed, certificate_serials)
   where r.id = given.id returning r.id`,
);

/** Below every id; request ids of old installations begin at 1. */
const lowestId = -(10n ** 40n);

export function createRequestReader(database: Database): Pick<Store['requests'], 'find' | 'list'> {
  return {
    find: async (id) => {
      const row = await database.findRow<RequestRow>(find, [id]);
      return row === null ? null : requestFromRow(row);
    },
    list: (query) => listRequests(database, query),
  };
}

async function listRequests(database: Database, query: RequestQuery): Promise<RequestPage> {
  const values: SqlValue[] = [];
  const place = (value: SqlValue) => `$${values.push(value)}`;
  // Written out for each combination, because a plan that fits all of them would read every request for the few that wait.
  const conditions = ['true'];
  if (query.state !== undefined) conditions.push(`state = ${place(query.state)}`);
  if (query.kind !== undefined) conditions.push(`kind = ${place(query.kind)}`);
  if (query.createdFrom !== undefined) conditions.push(`created_at >= ${place(query.createdFrom)}`);
  if (query.createdTo !== undefined) conditions.push(`created_at <= ${place(query.createdTo)}`);
  const all = conditions.join(' and ');
  const filterValues = [...values];
  const direction = query.newestFirst === true ? 'desc' : 'asc';
  const before = query.beforeId === undefined ? '' : ` and id < ${place(query.beforeId)}`;
  const rows = await database.query<RequestRow>(
    `select ${requestColumns} from requests where ${all}${before} and id >= ${place(query.fromId ?? lowestId)}
     order by id ${direction} limit ${place(Math.max(query.limit, 0))}::bigint`,
    values,
  );
  const requests = rows.map(requestFromRow);
  const isWhole = query.fromId === undefined && query.beforeId === undefined && requests.length < query.limit;
  if (isWhole || query.countTotal === false) return { requests, total: requests.length, precedingCount: 0 };
  const counted = await database.findRow<{ total: bigint; preceding: bigint }>(
    `select count(*) as total, count(*) filter (where id < $${filterValues.length + 1}) as preceding
     from requests where ${all}`,
    [...filterValues, query.fromId ?? lowestId],
  );
  return { requests, total: Number(counted?.total ?? 0n), precedingCount: Number(counted?.preceding ?? 0n) };
}

/**
 * Inserts or replaces, ascending by id so that two processes can't wait for each other in a circle; one record per id.
 * `changedNatively` says which side decided.
 */
export async function upsertRequests(
  transaction: Transaction,
  requests: readonly RequestRecord[],
  changedNatively: boolean,
): Promise<void> {
  if (requests.length === 0) return;
  const rows = requests.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(valuesOf);
  const parameters = upsertTypes.map((type, column) => {
    const values = rows.map((row) => row[column] ?? null);
    return type === 'text' ? textArray(values as (string | null)[]) : values;
  });
  await transaction.execute(upsert, [...parameters, changedNatively]);
}

/**
 * What an issuance changes of a request that was stored with its intent: inputs, attributes and draft are the same, and writing them again
 * would double what an enrolment costs the database. A request that is not there is stored whole.
 */
export async function completeRequests(transaction: Transaction, requests: readonly RequestRecord[]): Promise<void> {
  if (requests.length === 0) return;
  const sorted = requests.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const rows = await transaction.query<{ id: bigint }>(complete, [
    sorted.map(({ id }) => id),
    sorted.map(({ state }) => state),
    sorted.map(({ modifiedAt }) => modifiedAt.getTime()),
    sorted.map(({ errorMessage }) => storableTextOrNull(errorMessage)),
    sorted.map(({ failed }) => failed),
    sorted.map(({ certificateSerials }) => `{${certificateSerials.join(',')}}`),
  ]);
  if (rows.length === sorted.length) return;
  const known = new Set<bigint>(rows.map(({ id }) => id));
  await upsertRequests(
    transaction,
    sorted.filter(({ id }) => !known.has(id)),
    true,
  );
}

function valuesOf(request: RequestRecord): SqlValue[] {
  return [
    request.id,
    request.kind,
    request.state,
    request.createdAt.getTime(),
    request.modifiedAt.getTime(),
    storableTextOrNull(request.owner),
    request.authorityId,
    storableTextOrNull(request.profileId),
    storableTextOrNull(request.policySetId),
    JSON.stringify(request.inputs),
    JSON.stringify(request.attributes),
    request.draftDer,
    storableTextOrNull(request.errorMessage),
    request.failed,
    `{${request.certificateSerials.join(',')}}`,
    request.origin,
  ];
}

export function requestFromRow(row: RequestRow): RequestRecord {
  return {
    id: requestId(row.id),
    kind: row.kind,
    state: row.state,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    owner: row.owner,
    authorityId: row.authority_id === null ? null : authorityId(row.authority_id),
    profileId: row.profile_id === null ? null : profileId(row.profile_id),
    policySetId: row.policy_set_id,
    inputs: row.inputs,
    attributes: row.attributes,
    draftDer: row.draft_der,
    errorMessage: row.error_message,
    failed: row.failed,
    certificateSerials: row.certificate_serials.map(serialNumber),
    origin: row.origin,
  };
}

/** States of those that exist, which stay as they are until the transaction ends. */
export async function lockRequestStates(
  transaction: Transaction,
  ids: readonly RequestId[],
): Promise<Map<RequestId, RequestState>> {
  if (ids.length === 0) return new Map();
  const rows = await transaction.query<{ id: bigint; state: RequestState }>(lockStates, [[...new Set(ids)]]);
  return new Map(rows.map((row) => [requestId(row.id), row.state]));
}
