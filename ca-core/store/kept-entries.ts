// Entries of the other side that are kept as they came: a few columns to search by, and the whole entry as LDIF.
import type { ImportWriter, KeptEntry, KeptEntryFacets, KeptEntryLine, KeptKind, Store } from '#ca-core/engine';
import { decodeLdif, encodeLdifEntry } from '#codecs/ldif';
import { type Database, statement, type Transaction } from '#platform';
import { storableText, storableTextOrNull } from './search-text.ts';

interface LineRow extends KeptEntryFacets {
  readonly name: string;
  readonly digest: string;
  readonly bytes: number;
}

// What is the same already is not written again, so that following a busy source costs next to nothing.
const write = statement(
  'kept-entries.write',
  `insert into kept_entries as kept (kind, name, source, entry, state, owner, algorithm, size, content)
   select $1, given.* from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::numeric[], $9::bytea[])
     as given (name, source, entry, state, owner, algorithm, size, content)
   order by given.name
   on conflict (kind, name) do update set source = excluded.source, entry = excluded.entry, state = excluded.state,
     owner = excluded.owner, algorithm = excluded.algorithm, size = excluded.size, content = excluded.content, recorded_at = now()
   where (kept.source, kept.content, kept.state, kept.owner, kept.algorithm, kept.size) is distinct from
     (excluded.source, excluded.content, excluded.state, excluded.owner, excluded.algorithm, excluded.size)
   returning name, xmax = 0 as is_new`,
);
const removeNamed = statement(
  'kept-entries.remove-named',
  'delete from kept_entries where kind = $1 and name = any($2) and name <> all($3)',
);
const removeOthers = statement(
  'kept-entries.remove-others',
  'delete from kept_entries where kind = $1 and source = $2 and name <> all($3)',
);
const list = statement(
  'kept-entries.list',
  `select name, state, owner, algorithm, size, encode(sha256(content), 'hex') as digest, length(content) as bytes
   from kept_entries where kind = $1 and ($2::text is null or name > $2) order by name limit $3::bigint`,
);
const find = statement(
  'kept-entries.find',
  'select name, state, owner, algorithm, size, content from kept_entries where kind = $1 and name = $2',
);

export function createKeptEntryReader(database: Database): Store['keptEntries'] {
  return {
    list: async (kind, after, limit) => {
      const rows = await database.query<LineRow>(list, [kind, after, Math.max(limit, 0)]);
      return rows.map(
        ({ digest, bytes, ...shown }): KeptEntryLine => ({ ...shown, contentDigest: digest, contentBytes: bytes }),
      );
    },
    find: async (kind, name) => {
      const row = await database.findRow<KeptEntryFacets & { name: string; content: Buffer }>(find, [kind, name]);
      if (row === null) return null;
      const { content, ...shown } = row;
      const [entry] = decodeLdif(content);
      return entry === undefined ? null : { ...shown, content: entry };
    },
  };
}

export function createKeptEntryWriter(transaction: Transaction): ImportWriter['keptEntries'] {
  return {
    write: async (kind, source, entries) => {
      if (entries.length === 0) return new Map();
      const rows = await transaction.query<{ name: string; is_new: boolean }>(write, [
        kind,
        entries.map(({ name }) => storableText(name)),
        entries.map(() => storableText(source)),
        entries.map(({ content }) => storableText(content.dn)),
        entries.map(({ state }) => storableTextOrNull(state)),
        entries.map(({ owner }) => storableTextOrNull(owner)),
        entries.map(({ algorithm }) => storableTextOrNull(algorithm)),
        entries.map(({ size }) => size),
        entries.map(contentOf),
      ]);
      const written = new Map(rows.map((row) => [row.name, row.is_new]));
      return new Map(
        entries.map(({ name }) => {
          const isNew = written.get(storableText(name));
          return [name, isNew === undefined ? 'unchanged' : isNew ? 'inserted' : 'updated'];
        }),
      );
    },
    retain: (kind, source, looked, present) => remove(transaction, kind, source, looked, present),
  };
}

function contentOf({ content }: KeptEntry): Buffer {
  return Buffer.from(encodeLdifEntry(content), 'utf8');
}

async function remove(
  transaction: Transaction,
  kind: KeptKind,
  source: string,
  looked: readonly string[] | null,
  present: readonly string[],
): Promise<number> {
  const kept = present.map(storableText);
  return looked === null
    ? transaction.execute(removeOthers, [kind, storableText(source), kept])
    : transaction.execute(removeNamed, [kind, looked.map(storableText), kept]);
}
