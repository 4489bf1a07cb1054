// Findings of imports: each stands once, and goes when its entry is judged again without it.
import { hash } from 'node:crypto';
import type { FindingPlace, StoredFinding } from '#ca-core/engine';
import { type Database, statement, type Transaction } from '#platform';
import { storableText } from './search-text.ts';

interface FindingRow {
  readonly kind: string;
  readonly verdict: 'accepted' | 'refused';
  readonly message: string;
  readonly source: string;
  readonly entry: string;
}

const insert = statement(
  'findings.insert',
  `insert into findings (fingerprint, kind, verdict, message, source, entry)
   select * from unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
   on conflict (fingerprint) do nothing`,
);
const dropStale = statement(
  'findings.drop-stale',
  `delete from findings f using unnest($1::text[], $2::text[]) as judged (source, entry)
   where md5(f.entry) = md5(judged.entry) and md5(f.source) = md5(judged.source)
     and f.entry = judged.entry and f.source = judged.source and f.fingerprint <> all ($3::bytea[])`,
);
const anyFinding = statement('findings.any', 'select exists (select from findings) as found');
const newest = statement(
  'findings.newest',
  'select kind, verdict, message, source, entry from findings order by id desc limit $1::bigint',
);

const aboutEntries = statement(
  'findings.about-entries',
  `select f.kind, f.verdict, f.message, f.source, f.entry
   from findings f join (select distinct entry from unnest($2::text[]) as asked (entry)) asked
     on md5(f.entry) = md5(asked.entry) and md5(f.source) = md5($1) and f.entry = asked.entry and f.source = $1`,
);

/** A long text in a message helps nobody and could fill the table. */
const textLengthMax = 4_000;

export async function writeFindings(
  transaction: Transaction,
  entries: readonly FindingPlace[],
  findings: readonly StoredFinding[],
): Promise<void> {
  const rows = [
    ...new Map(findings.map((finding) => rowOf(finding)).map((row) => [row.fingerprint.toString('hex'), row])),
  ]
    .map(([, row]) => row)
    .toSorted((a, b) => Buffer.compare(a.fingerprint, b.fingerprint));
  // Nearly always there are none, and the look for stale ones costs more than the question.
  const hasSome = (await transaction.findRow<{ found: boolean }>(anyFinding))?.found === true;
  if (hasSome)
    await transaction.execute(dropStale, [
      entries.map(({ source }) => textOf(source)),
      entries.map(({ entry }) => textOf(entry)),
      rows.map(({ fingerprint }) => fingerprint),
    ]);
  if (rows.length === 0) return;
  await transaction.execute(insert, [
    rows.map(({ fingerprint }) => fingerprint),
    rows.map(({ kind }) => kind),
    rows.map(({ verdict }) => verdict),
    rows.map(({ message }) => message),
    rows.map(({ source }) => source),
    rows.map(({ entry }) => entry),
  ]);
}

export async function readFindings(database: Database, limit: number): Promise<readonly StoredFinding[]> {
  return (await database.query<FindingRow>(newest, [Math.max(limit, 0)])).map(findingFromRow);
}

export async function findFindings(
  database: Database,
  source: string,
  entries: readonly string[],
): Promise<readonly StoredFinding[]> {
  if (entries.length === 0) return [];
  return (await database.query<FindingRow>(aboutEntries, [textOf(source), entries.map(textOf)])).map(findingFromRow);
}

function findingFromRow({ kind, verdict, message, source, entry }: FindingRow): StoredFinding {
  return { kind, verdict, message, provenance: { source, entry } };
}

function rowOf({ kind, verdict, message, provenance }: StoredFinding) {
  const texts = [kind, verdict, message, provenance.source, provenance.entry].map(textOf);
  return {
    fingerprint: hash('sha256', JSON.stringify(texts), 'buffer'),
    kind: textOf(kind),
    verdict,
    message: textOf(message),
    source: textOf(provenance.source),
    entry: textOf(provenance.entry),
  };
}

const textOf = (text: string): string => storableText(text.slice(0, textLengthMax));
