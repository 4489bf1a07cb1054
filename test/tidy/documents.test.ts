// Documents are true where a program can tell: what they link to, name and list exists, and what must be listed is.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { projectFolder } from '../support/source-files.ts';
import { importRules } from './import-rules.ts';
import { mayImport } from './parts.ts';
import { readProject } from './rule.ts';
import { textRules } from './text-rules.ts';

const project = readProject(projectFolder);
const paths = project.texts.map(({ path }) => path);
const documents = project.texts.filter(({ path }) => path.endsWith('.md'));
const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8');

/** What stands between backticks, and the lines of code blocks. */
function codeIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```.*\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'));
  const spans = [...text.replaceAll(/^```.*\n[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, span = '']) => span,
  );
  return [...blocks, ...spans];
}

describe('documents', () => {
  it('link to what is there', () => {
    const links = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, to = '']) => ({ path, to })),
    );
    assert.ok(links.length > 40, `${links.length} links`);
    assert.deepEqual(
      links.filter(({ path, to }) => !existsSync(join(projectFolder, normalize(join(dirname(path), to))))),
      [],
    );
  });

  it('name files that are there', () => {
    const named = documents.flatMap(({ path, text }) =>
      codeIn(text)
        .filter((code) => /^[\w./-]+\.(ts|js|sh|json|md)$/.test(code))
        .map((file) => ({ path, file })),
    );
    assert.ok(named.length > 60, `${named.length} files`);
    // An installation has these, the repository does not.
    const elsewhere = new Set([
      'retag.json',
      './retag.json',
      'database/postgresql.location.json',
      'postgresql.location.json',
    ]);
    const isThere = (file: string) => paths.some((known) => known === file || known.endsWith(`/${file}`));
    assert.deepEqual(
      named.filter(({ file }) => !elsewhere.has(file) && !file.includes('NAME') && !isThere(file)),
      [],
    );
  });

  it('name commands that are there', () => {
    const sources = project.sources.filter(({ path }) => /^appliance\/cli\/commands\/[\w-]+\.ts$/.test(path));
    const known = new Set(
      sources.flatMap(({ text }) => [...text.matchAll(/\.command\('([\w-]+)/g)].map(([, name]) => name)),
    );
    assert.ok(known.size > 20, `${known.size} commands`);
    const guides = documents.filter(({ path }) => path === 'README.md' || path.startsWith('docs/'));
    const used = guides.flatMap(({ path, text }) =>
      codeIn(text).flatMap((code) =>
        [...code.matchAll(/(?:^|npx |\$ )retag ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g)].flatMap(([, name, below]) =>
          [name, ...(name !== undefined && hasCommandsBelow.has(name) ? [below] : [])].map((command) => ({
            path,
            command,
          })),
        ),
      ),
    );
    assert.ok(used.length > 30, `${used.length} uses`);
    assert.deepEqual(
      used.filter(({ command }) => !known.has(command)),
      [],
    );
  });

  it('tell of every house rule and every part', () => {
    const text = read('docs/ARCHITECTURE.md');
    const rules = [...importRules, ...textRules].map(({ name }) => name);
    assert.ok(rules.length > 15);
    assert.deepEqual(
      rules.filter((name) => !text.includes(`\`${name}\``)),
      [],
    );
    const parts = Object.keys(mayImport).filter((part) => part !== 'test' && part !== 'appliance');
    assert.deepEqual(
      parts.filter((part) => !text.includes(`\`${part}\``)),
      [],
    );
  });

  it('give a reason for every dependency, and for none that is gone', () => {
    const groups = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const wanted = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((group) =>
      Object.keys(groups[group] ?? {}),
    );
    assert.ok(wanted.length > 20);
    const [kept = ''] = read('docs/decisions/0114-dependencies.md').split('## Packages that the owner named');
    const named = new Set([...kept.matchAll(/`(@?[\w-]+(?:\/[\w-]+)?)`/g)].map(([, name = '']) => name));
    assert.deepEqual(
      wanted.filter((name) => !named.has(name)),
      [],
    );
    const rows = [...kept.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    );
    assert.deepEqual(
      rows.filter((name) => !wanted.includes(name) && name !== '@types/*'),
      [],
    );
  });

  it('list every decision and every page of the guide', () => {
    for (const folder of ['docs/decisions', 'docs/operating']) {
      const pages = paths
        .filter((path) => dirname(path) === folder && basename(path) !== 'README.md')
        .map((path) => basename(path));
      assert.ok(pages.length > 4);
      const list = read(`${folder}/README.md`);
      assert.deepEqual(
        pages.filter((page) => !list.includes(`(${page})`)),
        [],
      );
    }
  });

  it('keep the glossary in order, each word once', () => {
    const words = [...read('docs/GLOSSARY.md').matchAll(/^\| ([^|]+) \|/gm)]
      .map(([, word = '']) => word.trim())
      .slice(2);
    assert.ok(words.length > 30);
    const inOrder = [...new Set(words)].sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1));
    assert.deepEqual(words, inOrder);
  });
});

const hasCommandsBelow: ReadonlySet<string> = new Set(['config', 'shadow', 'audit', 'authority']);
