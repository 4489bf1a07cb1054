// What a house rule is: it looks at the project, counts what it looked at, and says for each offense where and what to do instead.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createImportResolver } from '../support/import-graph.ts';
import {
  blankOut,
  type ImportStatement,
  importsOf,
  lineAt,
  listFiles,
  readSource,
  type SourceFile,
} from '../support/source-files.ts';

export interface Offense {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

export interface Findings {
  /** Files, imports or whatever the rule is about; none at all is a defect of the rule. */
  readonly lookedAt: number;
  readonly offenses: readonly Offense[];
}

export interface Rule {
  /** Named for what it forbids or demands, in kebab case. */
  readonly name: string;
  /** What to do instead, as a sentence. */
  readonly advice: string;
  check(project: Project): Findings;
}

export interface Import extends ImportStatement {
  readonly from: string;
  /** File within the project that it means; null for packages and Node's own modules. */
  readonly target: string | null;
}

export interface Project {
  /** TypeScript sources, tests among them. */
  readonly sources: readonly SourceFile[];
  /** Every text file of the repository, also those that are no sources. */
  readonly texts: readonly { readonly path: string; readonly text: string }[];
  readonly imports: readonly Import[];
}

const bytesMax = 2 * 1024 * 1024;

/** The project in `root`: what git would commit, or every file where there is no git. */
export function readProject(root: string): Project {
  const paths = listProjectFiles(root);
  const sources = paths.filter((path) => path.endsWith('.ts')).map((path) => readSource(root, path));
  const texts = paths.flatMap((path) => {
    const bytes = readFileSync(join(root, path));
    return bytes.length > bytesMax || bytes.includes(0) ? [] : [{ path, text: bytes.toString('utf8') }];
  });
  const resolver = createImportResolver(root);
  return projectOf(sources, texts, resolver.resolve);
}

function listProjectFiles(root: string): string[] {
  if (!existsSync(join(root, '.git'))) return listFiles(root, ['.'], ['']);
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const words = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  try {
    const listed = execFileSync('git', words, options).split('\0').filter(Boolean);
    return [...new Set(listed)].filter((path) => existsSync(join(root, path))).sort();
  } catch {
    return listFiles(root, ['.'], ['']);
  }
}

/** A project of texts by path, for samples that must be found; `#name`s mean what package.json says they mean. */
export function sampleProject(files: Readonly<Record<string, string>>): Project {
  const sources = Object.entries(files)
    .filter(([path]) => path.endsWith('.ts'))
    .map(([path, text]) => sampleSource(path, text));
  const texts = Object.entries(files).map(([path, text]) => ({ path, text }));
  const names: readonly (readonly [RegExp, string])[] = [
    [/^#(platform|importers|gateway|migration)$/, '$1/index.ts'],
    [/^#(codecs|ca-core|appliance)\/(.+)$/, '$1/$2/index.ts'],
    [/^#test\/(.+)$/, 'test/support/$1.ts'],
  ];
  return projectOf(sources, texts, (from, specifier) => {
    const named = names.find(([pattern]) => pattern.test(specifier));
    const path = named === undefined ? join(from, '..', specifier) : specifier.replace(named[0], named[1]);
    return files[path] === undefined ? null : path;
  });
}

function sampleSource(path: string, text: string): SourceFile {
  return { path, text, code: blankOut(text) };
}

function projectOf(
  sources: readonly SourceFile[],
  texts: Project['texts'],
  resolve: (from: string, specifier: string) => string | null,
): Project {
  const imports = sources.flatMap((source) =>
    importsOf(source).map((found) => ({ ...found, from: source.path, target: resolve(source.path, found.specifier) })),
  );
  return { sources, texts, imports };
}

/** Every match of a pattern in the code (not in comments or strings) of the given sources. */
export function matchesInCode(
  sources: readonly SourceFile[],
  pattern: RegExp,
  what: (match: string) => string,
): Offense[] {
  return sources.flatMap(({ path, code }) =>
    [...code.matchAll(pattern)].map((match) => ({ path, line: lineAt(code, match.index), what: what(match[0]) })),
  );
}

/** Tests and measurements, which may know more than the product. */
export const isTest = (path: string): boolean =>
  path.endsWith('.test.ts') || path.startsWith('test/') || path.split('/').includes('bench');

/** `rule  file:line  what — advice`, one line for each offense. */
export function formatOffenses(rule: Rule, { offenses }: Findings): string {
  return offenses.map(({ path, line, what }) => `${rule.name}  ${path}:${line}  ${what} — ${rule.advice}`).join('\n');
}
