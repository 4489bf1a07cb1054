// The sources of the project as the checks see them: which files there are, and their text with comments and strings blanked out.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the checkout. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Top-level folders that hold sources. */
export const sourceParts = [
  'platform',
  'codecs',
  'ca-core',
  'importers',
  'gateway',
  'migration',
  'appliance',
  'compat-fixtures',
  'test',
] as const;

const neverEntered = new Set(['node_modules', '.git', 'coverage']);

/** Files below `folders`, relative to `root` and with forward slashes, in a stable order, whose names end in one of `endings`. */
export function listFiles(root: string, folders: readonly string[], endings: readonly string[]): string[] {
  const found: string[] = [];
  const enter = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (neverEntered.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) enter(path);
      else if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
        found.push(relative(root, path));
    }
  };
  for (const folder of folders) {
    try {
      enter(join(root, folder));
    } catch (error) {
      // A part that does not exist yet has no files.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return found.sort();
}

export interface SourceFile {
  /** Relative to the checkout. */
  readonly path: string;
  readonly text: string;
  /** The text with the same length and lines, in which comments and the insides of strings are spaces. */
  readonly code: string;
}

export function readSource(root: string, path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, code: blankOut(text) };
}

/** 1-based line of a position in a text. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

export interface ImportStatement {
  /** As written: `./x.ts`, `#platform`, `node:fs`, `pg`. */
  readonly specifier: string;
  readonly line: number;
  /** Only types come through it, so it is gone when the program runs. */
  readonly isTypeOnly: boolean;
}

/** Every `import … from`, `export … from`, bare `import` and `import()` with a literal name. */
export function importsOf({ text, code }: Pick<SourceFile, 'text' | 'code'>): ImportStatement[] {
  const found: ImportStatement[] = [];
  const pattern = /\b(?:(import|export)\s+(type\s)?(?:[\w$*{},\s]+?\sfrom\s*)?|(import)\s*\(\s*)(['"])/g;
  for (const match of code.matchAll(pattern)) {
    const start = match.index + match[0].length;
    const end = text.indexOf(match[4] ?? "'", start);
    const clause = text.slice(match.index, start);
    if (match[1] === 'export' && !/\sfrom\s*['"]$/.test(clause)) continue;
    const names = /\{([^}]*)\}/.exec(clause)?.[1];
    const isTypeOnly =
      match[2] !== undefined ||
      (names !== undefined &&
        !/^\s*import\s+[\w$]+\s*,/.test(clause) &&
        names.split(',').every((name) => name.trim() === '' || /^\s*type\s/.test(name)) &&
        names.trim() !== '');
    found.push({ specifier: text.slice(start, end), line: lineAt(text, match.index), isTypeOnly });
  }
  return found;
}

/** Replaces comments, the insides of strings and regular expressions by spaces, keeping line ends and all positions. */
export function blankOut(text: string): string {
  const out = text.split('');
  const blank = (from: number, to: number) => {
    for (let index = from; index < to; index += 1) if (out[index] !== '\n') out[index] = ' ';
  };
  /** For each open `${`: how many braces are open within it. */
  const substitutions: number[] = [];
  let position = 0;
  const skipTemplate = (from: number) => {
    let index = from;
    while (index < text.length && text[index] !== '`') {
      if (text[index] === '\\') index += 1;
      else if (text.startsWith('${', index)) {
        blank(from, index);
        substitutions.push(0);
        return index + 2;
      }
      index += 1;
    }
    blank(from, index);
    return index + 1;
  };
  while (position < text.length) {
    const character = text[position];
    if (text.startsWith('//', position)) {
      const end = text.indexOf('\n', position);
      const stop = end === -1 ? text.length : end;
      blank(position, stop);
      position = stop;
    } else if (text.startsWith('/*', position)) {
      const end = text.indexOf('*/', position + 2);
      const stop = end === -1 ? text.length : end + 2;
      blank(position, stop);
      position = stop;
    } else if (character === "'" || character === '"') {
      const stop = endOfQuoted(text, position + 1, character);
      blank(position + 1, stop);
      position = stop + 1;
    } else if (character === '`') {
      position = skipTemplate(position + 1);
    } else if (character === '/' && beginsRegularExpression(out, position)) {
      const stop = endOfRegularExpression(text, position + 1);
      blank(position + 1, stop);
      position = stop + 1;
    } else if (character === '{' && substitutions.length > 0) {
      substitutions.push((substitutions.pop() ?? 0) + 1);
      position += 1;
    } else if (character === '}' && substitutions.length > 0) {
      const open = substitutions.pop() ?? 0;
      if (open === 0) position = skipTemplate(position + 1);
      else {
        substitutions.push(open - 1);
        position += 1;
      }
    } else position += 1;
  }
  return out.join('');
}

function endOfQuoted(text: string, from: number, quote: string): number {
  let index = from;
  while (index < text.length && text[index] !== quote && text[index] !== '\n') index += text[index] === '\\' ? 2 : 1;
  return index;
}

/** A slash divides after a value and begins a regular expression elsewhere; what stands before it tells. */
function beginsRegularExpression(out: readonly string[], position: number): boolean {
  let index = position - 1;
  while (index >= 0 && /\s/.test(out[index] ?? '')) index -= 1;
  if (index < 0) return true;
  const before = out[index] ?? '';
  if (/[)\]}'"`]/.test(before)) return false;
  if (!/[\w$]/.test(before)) return true;
  let word = '';
  while (index >= 0 && /[\w$]/.test(out[index] ?? '')) {
    word = `${out[index]}${word}`;
    index -= 1;
  }
  return /^(return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield)$/.test(word);
}

function endOfRegularExpression(text: string, from: number): number {
  let isClass = false;
  let index = from;
  while (index < text.length && text[index] !== '\n') {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === '[') isClass = true;
    else if (character === ']') isClass = false;
    else if (character === '/' && !isClass) return index;
    index += 1;
  }
  return index;
}
